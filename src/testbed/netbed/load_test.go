package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// report is what netbed load prints at the end.
type report struct {
	Requests, OK, Failed, Retried int
	ByPod, ByStatus               map[string]int
	Failures                      []struct {
		At, What string
		After    float64
	}
	LatencyMillis struct{ P50, P99, Max float64 }
	FirstBody     string
}

// runLoad runs on the machine's own loopback.
func runLoad(t *testing.T, arguments ...string) (result report, lines []string) {
	t.Helper()
	limited, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	output, err := exec.CommandContext(limited, netbed, append([]string{"load"}, arguments...)...).Output()
	if err != nil {
		t.Fatalf("%v: %v", arguments, err)
	}
	lines = strings.Split(strings.TrimSpace(string(output)), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &result); err != nil {
		t.Fatalf("%s: %v", output, err)
	}
	return result, lines[:len(lines)-1]
}

// startApp gives the addresses by protocol.
func startApp(t *testing.T) map[string]string {
	t.Helper()
	addresses := map[string]string{}
	arguments := []string{"app", "--name", "httpbin-1", "--tls-name", "httpbin.test"}
	for _, protocol := range []string{"http", "grpc", "tcp", "tls"} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addresses[protocol] = listener.Addr().String()
		listener.Close()
		arguments = append(arguments, "--"+protocol, addresses[protocol])
	}
	app := exec.Command(netbed, arguments...)
	if err := app.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Process.Kill(); _ = app.Wait() })
	for _, address := range addresses {
		eventually(t, "app listens on "+address, func() bool {
			conn, err := net.Dial("tcp", address)
			if err == nil {
				conn.Close()
			}
			return err == nil
		})
	}
	return addresses
}

func TestLoadOfEachProtocol(t *testing.T) {
	app := startApp(t)
	for _, c := range []struct{ flag, target, status, body string }{
		{"--url", "http://" + app["http"] + "/any//path?x", "200", `"path":"/any//path"`},
		{"--grpc", app["grpc"], "OK", "httpbin-1"},
		{"--tcp", app["tcp"], "echo", "httpbin-1"},
		{"--tls", app["tls"], "200", `"proto":"HTTP/1.1"`},
	} {
		for _, reuse := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s reuse %v", c.flag, reuse), func(t *testing.T) {
				got, _ := runLoad(t, c.flag, c.target, "--requests", "40", "--workers", "4", fmt.Sprintf("--reuse=%v", reuse))
				if got.Requests != 40 || got.OK != 40 || got.Failed != 0 || got.ByPod["httpbin-1"] != 40 || got.ByStatus[c.status] != 40 {
					t.Errorf("%+v", got)
				}
				if !strings.Contains(got.FirstBody, c.body) {
					t.Errorf("first body %q", got.FirstBody)
				}
				if l := got.LatencyMillis; l.P50 <= 0 || l.P99 < l.P50 || l.Max < l.P99 {
					t.Errorf("latency %+v", l)
				}
			})
		}
	}
}

func TestLoadShowsWhatReachedTheApp(t *testing.T) {
	app := startApp(t)
	got, _ := runLoad(t, "--url", "http://"+app["http"]+"/", "--requests", "1", "--header", "X-Forwarded-Client-Cert: By=a;URI=b", "--header", "Host: httpbin")
	var body struct {
		Pod     string
		Headers map[string]string
	}
	if err := json.Unmarshal([]byte(got.FirstBody), &body); err != nil {
		t.Fatal(err)
	}
	if body.Pod != "httpbin-1" || body.Headers["X-Forwarded-Client-Cert"] != "By=a;URI=b" || body.Headers["Host"] != "httpbin" {
		t.Errorf("%+v", body)
	}
}

func TestLoadListsFailures(t *testing.T) {
	app := startApp(t)
	got, _ := runLoad(t, "--url", "http://"+app["http"]+"/status/503", "--requests", "250", "--workers", "4")
	if got.OK != 0 || got.Failed != 250 || got.ByStatus["503"] != 250 || got.ByPod["httpbin-1"] != 250 || len(got.Failures) != 200 {
		t.Errorf("%+v", got)
	}
	first := got.Failures[0]
	if _, err := time.Parse(time.RFC3339Nano, first.At); err != nil || !strings.HasPrefix(first.What, `503 {"pod":"httpbin-1"`) || first.After <= 0 || len(first.What) > 200 {
		t.Errorf("%+v", first)
	}
	for _, c := range []struct {
		status    string
		arguments []string
	}{
		{"error:timeout", []string{"--url", "http://" + app["http"] + "/delay/10s", "--timeout", "50ms"}},
		{"error:connection refused", []string{"--url", "http://127.0.0.1:1/"}},
		{"error:connection refused", []string{"--tcp", "127.0.0.1:1"}},
		{"error:connection refused", []string{"--tls", "127.0.0.1:1"}},
		{"Unavailable", []string{"--grpc", "127.0.0.1:1"}},
		{"302", []string{"--url", "http://" + app["http"] + "/status/302"}},
	} {
		if got, _ := runLoad(t, append(c.arguments, "--requests", "2")...); got.Failed != 2 || got.ByStatus[c.status] != 2 {
			t.Errorf("%v: %+v", c.arguments, got)
		}
	}
}

// A connection that ends between two requests is no failure, but it is told.
func TestLoadTellsRetries(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			reader := bufio.NewReader(conn)
			for request, lines := 0, 0; ; lines++ {
				line, err := reader.ReadString('\n')
				if err != nil {
					break
				}
				if line != "\r\n" {
					continue
				}
				if request++; request == 2 { // the second on each connection goes without answer
					break
				}
				fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			}
			conn.Close()
		}
	}()
	got, _ := runLoad(t, "--url", "http://"+listener.Addr().String()+"/", "--requests", "3")
	if got.OK != 3 || got.Retried != 2 {
		t.Errorf("%+v", got)
	}
}

func TestLoadAtARateStartsInTime(t *testing.T) {
	app := startApp(t)
	// Each takes longer than the time between two: one after the other they would need 20 s.
	begin := time.Now()
	got, lines := runLoad(t, "--url", "http://"+app["http"]+"/delay/1s", "--rate", "20", "--duration", "1s", "--stream")
	if took := time.Since(begin); got.OK != 20 || took > 10*time.Second || took < time.Second {
		t.Errorf("took %s: %+v", took, got)
	}
	if len(lines) != 20 {
		t.Fatalf("%d lines", len(lines))
	}
	var line struct {
		At, Pod, Status string
		Ms              float64
	}
	if err := json.Unmarshal([]byte(lines[0]), &line); err != nil || line.Pod != "httpbin-1" || line.Status != "200" || line.Ms < 1000 {
		t.Errorf("%s, %v", lines[0], err)
	}
}

func TestLoadCountsBacklogAsFailure(t *testing.T) {
	app := startApp(t)
	got, _ := runLoad(t, "--url", "http://"+app["http"]+"/delay/2s", "--rate", "600", "--duration", "500ms")
	if backlog := got.ByStatus["error:backlog"]; got.Requests != 300 || backlog == 0 || got.Failed != backlog {
		t.Errorf("%d requests, %d good, %v", got.Requests, got.OK, got.ByStatus)
	}
	if len(got.Failures) != 0 {
		t.Errorf("nothing was sent, and yet: %v", got.Failures)
	}
}

func TestLoadKeepsItsPace(t *testing.T) {
	app := startApp(t)
	begin := time.Now()
	runLoad(t, "--url", "http://"+app["http"]+"/", "--requests", "5", "--every", "100ms")
	if took := time.Since(begin); took < 400*time.Millisecond {
		t.Errorf("took %s", took)
	}
}

func TestLoadStopsOnSIGTERM(t *testing.T) {
	app := startApp(t)
	command := exec.Command(netbed, "load", "--url", "http://"+app["http"]+"/delay/300ms", "--rate", "100", "--duration", "1m", "--stream")
	stdout, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	lines.Scan()
	_ = command.Process.Signal(terminated)
	last := ""
	for lines.Scan() {
		last = lines.Text()
	}
	var got report
	if err := command.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(last), &got); err != nil || got.Requests < 2 || got.OK != got.Requests {
		t.Errorf("what ran did not end well: %v: %s", err, last)
	}
}

func TestLoadRefuses(t *testing.T) {
	one := []string{"--requests", "1"}
	for _, c := range []struct {
		want      string
		arguments []string
	}{
		{"no test network", append([]string{"--url", "http://192.0.2.1/"}, one...)},
		{"no test network", append([]string{"--url", "http://172.16.0.1/"}, one...)},
		{"no test network", append([]string{"--tcp", "8.8.8.8:53"}, one...)},
		{"no test network", append([]string{"--tls", "[2001:db8::1]:443"}, one...)},
		{"no test network", append([]string{"--grpc", "255.255.255.255:1"}, one...)},
		{"no test network", append([]string{"--tcp", "[::ffff:8.8.8.8]:1"}, one...)},
		{"is not http://", append([]string{"--url", "https://127.0.0.1/"}, one...)},
		{"is not host:port", append([]string{"--tcp", "127.0.0.1"}, one...)},
		{"one of", one},
		{"one of", append([]string{"--tcp", "127.0.0.1:1", "--tls", "127.0.0.1:1"}, one...)},
		{"either", []string{"--tcp", "127.0.0.1:1"}},
		{"either", []string{"--tcp", "127.0.0.1:1", "--requests", "1", "--rate", "1"}},
		{"either", []string{"--tcp", "127.0.0.1:1", "--rate", "1"}},
		{"--requests is at most", []string{"--tcp", "127.0.0.1:1", "--requests", "100001"}},
		{"--rate is at most", []string{"--tcp", "127.0.0.1:1", "--rate", "1001", "--duration", "1s"}},
		{"--duration is at most", []string{"--tcp", "127.0.0.1:1", "--rate", "1", "--duration", "11m"}},
		{"--workers is", append([]string{"--tcp", "127.0.0.1:1", "--workers", "0"}, one...)},
		{"--workers is", append([]string{"--tcp", "127.0.0.1:1", "--workers", "257"}, one...)},
		{"go with --requests", []string{"--tcp", "127.0.0.1:1", "--rate", "1", "--duration", "1s", "--workers", "2"}},
		{"go with --requests", []string{"--tcp", "127.0.0.1:1", "--rate", "1", "--duration", "1s", "--every", "1s"}},
		{"--timeout is", append([]string{"--tcp", "127.0.0.1:1", "--timeout", "0"}, one...)},
		{"is not understood", append([]string{"--tcp", "127.0.0.1:1", "127.0.0.1:2"}, one...)},
	} {
		command := exec.Command(netbed, append([]string{"load"}, c.arguments...)...)
		var problem bytes.Buffer
		command.Stderr = &problem
		output, err := command.Output()
		if err == nil || command.ProcessState.ExitCode() != 2 || len(output) > 0 || !strings.Contains(problem.String(), c.want) {
			t.Errorf("%v: %v %s %s", c.arguments, err, output, problem.String())
		}
	}
}

// In a pod a name can come to mean anything.
func TestLoadRefusesNamesOfOtherNetworks(t *testing.T) {
	w := startWorld(t)
	w.cluster(t, "east", 10)
	path := w.pod(t, "east", "pod", "10.10.0.2")
	at(t, path).say(t, "10.10.0.2:80", "here")
	w.do(t, "dns", fields{"cluster": "east", "records": fields{
		"good.test.": []string{"10.10.0.2"}, "bad.test.": []string{"10.10.0.2", "192.0.2.1"},
	}})
	for name, want := range map[string]string{"good.test": `"error:`, "bad.test": "bad.test (192.0.2.1) is no loopback address and in no test network"} {
		c := startContainer(t, containerSpec(t, path, []string{"load", "--tcp", name + ":80", "--requests", "1", "--timeout", "200ms"}, fields{
			"files": []fields{{"path": "/etc/resolv.conf", "content": "nameserver 10.10.0.1\n"}},
		}))
		c.end(t)
		if got := c.output.String(); !strings.Contains(got, want) || strings.Contains(got, "test network") != (name == "bad.test") {
			t.Errorf("%s: %s", name, got)
		}
	}
}
