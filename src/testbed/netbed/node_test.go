package main

import (
	"errors"
	"strings"
	"syscall"
	"testing"
)

func TestRelayJoinsNamespaces(t *testing.T) {
	w := startWorld(t)
	node := w.cluster(t, "east", 10)
	path := w.pod(t, "east", "pod", "10.10.0.2")
	pod, machine := at(t, path), at(t, "")
	pod.say(t, "127.0.0.1:15014", "istiod")
	inward := w.do(t, "relay", fields{"name": "in", "listenNetns": "", "listen": "127.0.0.1:0", "dialNetns": path, "dial": "127.0.0.1:15014"})
	listen := inward["listen"].(string)
	w.do(t, "relay", fields{"name": "out", "listenNetns": node, "listen": "10.10.0.1:6443", "dialNetns": "", "dial": listen})

	if got := machine.ask(t, listen); got != "istiod" {
		t.Errorf("from the machine: %q", got)
	}
	if got := pod.ask(t, "10.10.0.1:6443"); got != "istiod" {
		t.Errorf("out to the machine and in again: %q", got)
	}
	_, reader := machine.hold(t, listen)
	w.do(t, "closeRelay", fields{"name": "in"})
	if _, err := reader.ReadByte(); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("not cut: %v", err)
	}
	if err := machine.cannotReach(t, listen); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("not refused: %v", err)
	}
}

func TestNameServer(t *testing.T) {
	const server = "10.10.0.1:53"
	w := startWorld(t)
	w.cluster(t, "east", 10)
	pod := at(t, w.pod(t, "east", "pod", "10.10.0.2"))
	many := []string{}
	for range 60 {
		many = append(many, "10.10.0.7")
	}
	if got := pod.lookUp(t, "udp", server, "httpbin."); got != "NXDOMAIN" {
		t.Errorf("before any record: %q", got)
	}

	w.do(t, "dns", fields{"cluster": "east", "ttlSeconds": 5, "records": fields{
		"httpbin.": []string{"10.10.0.5", "fd00::5", "10.10.0.6"}, "six.": []string{"fd00::6"}, "Many": many,
	}})

	for _, c := range []struct{ name, want string }{
		{"httpbin.", "10.10.0.5 10.10.0.6"}, {"HTTPBIN.", "10.10.0.5 10.10.0.6"}, {"six.", ""}, {"nope.", "NXDOMAIN"},
	} {
		for _, protocol := range []string{"udp", "tcp"} {
			if got := pod.lookUp(t, protocol, server, c.name); got != c.want {
				t.Errorf("%s %s: %q, not %q", protocol, c.name, got, c.want)
			}
		}
	}
	if got := len(strings.Fields(pod.lookUp(t, "tcp", server, "many."))); got != 60 {
		t.Errorf("%d addresses by TCP", got)
	}
	if got := len(strings.Fields(pod.lookUp(t, "udp", server, "many."))); got >= 60 || got == 0 {
		t.Errorf("%d addresses in a small UDP answer", got)
	}
	w.do(t, "dns", fields{"cluster": "east", "records": fields{}})
	if got := pod.lookUp(t, "udp", server, "httpbin."); got != "NXDOMAIN" {
		t.Errorf("replaced by nothing: %q", got)
	}
}
