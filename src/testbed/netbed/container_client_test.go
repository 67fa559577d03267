package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// containerSpec is the usual surroundings for this program; more and other fields by change.
func containerSpec(t *testing.T, path string, arguments []string, change fields) fields {
	t.Helper()
	spec := fields{
		"netns": path, "uid": 1000, "gid": 1000, "env": []string{"PATH=/bin"},
		"args":  append([]string{"netbed"}, arguments...),
		"binds": []fields{{"source": netbed, "target": "/bin/netbed", "readOnly": true}},
	}
	for key, value := range change {
		spec[key] = value
	}
	return spec
}

// openFolder is a temporary one that every user may look into.
func openFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp(filepath.Dir(netbed), "")
	if err == nil {
		err = os.Chmod(folder, 0o777)
	}
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// runClient is a netbed run.
type runClient struct {
	command *exec.Cmd
	stdin   io.WriteCloser
	output  output
	ended   chan struct{}
	code    int
}

type output struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.buffer.Write(p)
}

func (o *output) String() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.buffer.String()
}

func startContainer(t *testing.T, spec fields) *runClient {
	t.Helper()
	needRoot(t)
	text, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "spec.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	c := &runClient{command: exec.Command(netbed, "run", path), ended: make(chan struct{})}
	c.command.Stdout, c.command.Stderr = &c.output, &c.output
	c.command.WaitDelay = patience // what should have ended too may hold the output
	if c.stdin, err = c.command.StdinPipe(); err == nil {
		err = c.command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(c.ended)
		var exit *exec.ExitError
		if err := c.command.Wait(); errors.As(err, &exit) {
			c.code = exit.ExitCode()
		}
	}()
	t.Cleanup(func() {
		c.stdin.Close()
		<-c.ended
	})
	return c
}

// end waits for the end and gives the exit code.
func (c *runClient) end(t *testing.T) int {
	t.Helper()
	eventually(t, "the container ends", func() bool {
		select {
		case <-c.ended:
			return true
		default:
			return false
		}
	})
	return c.code
}

func childrenOf(pid int) []int {
	var all []int
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, thread := range threads {
		text, _ := os.ReadFile(thread)
		for field := range strings.FieldsSeq(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				all = append(all, child)
			}
		}
	}
	return all
}

// runs waits until the first process is the one that was asked for, and gives its pid. Before, there may be others: the
// one that sets up, and one by which Go finds out what the kernel can do.
func (c *runClient) runs(t *testing.T, program string) int {
	t.Helper()
	pid := 0
	eventually(t, program+" runs", func() bool {
		for _, child := range childrenOf(c.command.Process.Pid) {
			line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", child))
			if first, _, _ := bytes.Cut(line, []byte{0}); string(first) == program {
				pid = child
			}
		}
		return pid != 0
	})
	return pid
}

// shell is the machine's own with what it needs, for what netbed itself cannot do.
func shell(t *testing.T, script string, change fields) fields {
	t.Helper()
	spec := containerSpec(t, "", nil, fields{"args": []string{"/bin/sh", "-c", script}, "env": []string{"PATH=/bin:/usr/bin"}})
	var binds []fields
	for _, folder := range []string{"/bin", "/lib", "/lib64", "/usr"} {
		if _, err := os.Stat(folder); err == nil {
			binds = append(binds, fields{"source": folder, "target": folder, "readOnly": true})
		}
	}
	spec["binds"] = binds
	for key, value := range change {
		if key == "binds" {
			value = append(binds, value.([]fields)...)
		}
		spec[key] = value
	}
	return spec
}
