package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const terminated = syscall.SIGTERM

// holders are the other processes that hold a network namespace, by being in it or by an open file.
func holders(namespace string) []string {
	var all []string
	own := fmt.Sprintf("/proc/%d/", os.Getpid())
	for _, pattern := range []string{"/proc/[0-9]*/task/[0-9]*/ns/net", "/proc/[0-9]*/fd/[0-9]*"} {
		links, _ := filepath.Glob(pattern)
		for _, link := range links {
			if target, err := os.Readlink(link); err == nil && target == namespace && !strings.HasPrefix(link, own) {
				all = append(all, link)
			}
		}
	}
	return all
}

// nameOf is the name of a network namespace, which the kernel gives to no other one until the test has ended: another
// process that makes namespaces would soon get it.
func nameOf(t *testing.T, path string) string {
	t.Helper()
	held, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = held.Close() })
	name, err := os.Readlink(path)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func gone(t *testing.T, namespaces ...string) {
	t.Helper()
	for _, namespace := range namespaces {
		eventually(t, "nobody holds "+namespace, func() bool { return len(holders(namespace)) == 0 })
	}
}

func TestWorldLeavesNothing(t *testing.T) {
	for name, end := range map[string]func(*worldClient){
		"when stdin closes": func(w *worldClient) { w.stdin.Close() },
		"on SIGTERM":        func(w *worldClient) { _ = w.command.Process.Signal(terminated) },
		"on SIGKILL":        func(w *worldClient) { _ = w.command.Process.Kill() },
	} {
		t.Run(name, func(t *testing.T) {
			mounts, _ := os.ReadFile("/proc/self/mountinfo")
			w := startWorld(t)
			node := nameOf(t, w.cluster(t, "east", 10))
			path := w.pod(t, "east", "pod", "10.10.0.2")
			pod := nameOf(t, path)
			w.do(t, "relay", fields{"name": "r", "listenNetns": path, "listen": "127.0.0.1:0", "dialNetns": "", "dial": "127.0.0.1:1"})
			w.do(t, "loadBalancer", fields{"cluster": "east", "address": "192.168.100.31", "port": 80, "targets": []string{"10.10.0.2:80"}})
			c := startContainer(t, containerSpec(t, path, []string{"pause"}, nil))
			c.runs(t, "netbed")

			end(w)

			gone(t, node)
			if len(holders(pod)) == 0 {
				t.Error("the pod's namespace was taken from its container")
			}
			c.stdin.Close()
			gone(t, pod)
			if now, _ := os.ReadFile("/proc/self/mountinfo"); string(now) != string(mounts) {
				t.Errorf("mounts: %s", now)
			}
			if code := c.end(t); code != 0 && code != 137 {
				t.Errorf("the container ended with %d", code)
			}
		})
	}
}

func TestDeletedPodLeavesNothing(t *testing.T) {
	w := startWorld(t)
	w.cluster(t, "east", 10)
	path := w.pod(t, "east", "pod", "10.10.0.2")
	pod := nameOf(t, path)
	w.do(t, "relay", fields{"name": "r", "listenNetns": path, "listen": "127.0.0.1:0", "dialNetns": "", "dial": "127.0.0.1:1"})

	w.do(t, "deletePod", fields{"cluster": "east", "name": "pod"})

	gone(t, pod)
	// The descriptor is not given to another namespace: its path must not come to mean another pod.
	if next := w.pod(t, "east", "next", "10.10.0.3"); next == path {
		t.Errorf("%s again", path)
	}
}
