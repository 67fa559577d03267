package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

const patience = 15 * time.Second

// worldClient talks to a netbed world.
type worldClient struct {
	command *exec.Cmd
	stdin   io.WriteCloser
	mutex   sync.Mutex
	waiting map[int]chan fields
	next    int
}

type fields map[string]any

// startWorld starts one that ends with the test.
func startWorld(t *testing.T) *worldClient {
	t.Helper()
	needRoot(t)
	w := &worldClient{command: exec.Command(netbed, "world"), waiting: map[int]chan fields{}}
	w.command.Stderr = os.Stderr
	var err error
	if w.stdin, err = w.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := w.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.command.Start(); err != nil {
		t.Fatal(err)
	}
	go w.read(stdout)
	t.Cleanup(func() {
		w.stdin.Close()
		_ = w.command.Wait()
	})
	return w
}

// needRoot skips the test for others; a machine that tests changes must be able to run it.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() == 0 {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("namespaces need root")
	}
	t.Skip("namespaces need root")
}

func (w *worldClient) read(stdout io.Reader) {
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		var answer fields
		if err := json.Unmarshal(lines.Bytes(), &answer); err != nil {
			panic(err)
		}
		id, _ := answer["id"].(float64)
		w.mutex.Lock()
		waiting := w.waiting[int(id)]
		w.mutex.Unlock()
		waiting <- answer
	}
}

// send gives a channel on which the answer comes.
func (w *worldClient) send(op string, request fields) <-chan fields {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.next++
	answer := make(chan fields, 1)
	w.waiting[w.next] = answer
	message := fields{"id": w.next, "op": op}
	for key, value := range request {
		message[key] = value
	}
	line, err := json.Marshal(message)
	if err != nil {
		panic(err)
	}
	if _, err := w.stdin.Write(append(line, '\n')); err != nil {
		panic(err)
	}
	return answer
}

func answerOf(t *testing.T, answer <-chan fields) fields {
	t.Helper()
	select {
	case got := <-answer:
		return got
	case <-time.After(patience):
		t.Fatal("no answer")
		return nil
	}
}

// do asks for what must work.
func (w *worldClient) do(t *testing.T, op string, request fields) fields {
	t.Helper()
	answer := answerOf(t, w.send(op, request))
	if answer["ok"] != true {
		t.Fatalf("%s %v: %v", op, request, answer["error"])
	}
	return answer
}

// refused asks for what must not work and gives the error.
func (w *worldClient) refused(t *testing.T, op string, request fields) string {
	t.Helper()
	answer := answerOf(t, w.send(op, request))
	if answer["ok"] != false {
		t.Fatalf("%s %v was done: %v", op, request, answer)
	}
	return answer["error"].(string)
}

// cluster makes 10.<number>.0.0/16 with the node 192.168.100.<number>.
func (w *worldClient) cluster(t *testing.T, name string, number int) string {
	t.Helper()
	return w.do(t, "cluster", fields{
		"name": name, "podCidr": fmt.Sprintf("10.%d.0.0/16", number), "wanAddress": fmt.Sprintf("192.168.100.%d/24", number),
	})["netns"].(string)
}

func (w *worldClient) pod(t *testing.T, cluster, name, address string) string {
	t.Helper()
	return w.do(t, "pod", fields{"cluster": cluster, "name": name, "address": address})["netns"].(string)
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
		time.Sleep(10 * time.Millisecond) // the pace of asking, not a guess how long it takes
	}
}
