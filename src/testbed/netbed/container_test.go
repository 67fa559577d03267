package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// says runs a script to its end and gives what it said.
func says(t *testing.T, spec fields) string {
	t.Helper()
	c := startContainer(t, spec)
	if code := c.end(t); code != 0 {
		t.Fatalf("exit code %d: %s", code, c.output.String())
	}
	return strings.TrimSpace(c.output.String())
}

func TestContainerSeesItsFilesOnly(t *testing.T) {
	source := openFolder(t)
	if err := os.WriteFile(filepath.Join(source, "token"), []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, script, want string }{
		{"a bound folder", "cat /var/run/secrets/tokens/token", "secret"},
		{"a bound file", "cat /one", "secret"},
		{"a bound folder that is read-only", "touch /var/run/secrets/tokens/x 2>/dev/null || echo refused", "refused"},
		{"a bound folder that is not", "echo new > /data/new && cat /data/new", "new"},
		{"a written file", "cat /etc/hosts; stat -c '%a %u' /etc/hosts", "10.10.0.1 istiod\n600 0"},
		{"a written file without mode", "stat -c %a /etc/made/up", "644"},
		{"a link", "cat /etc/token", "secret"},
		{"a tmpfs for all users", "echo here > /tmp/x && cat /tmp/x", "here"},
		{"no other folder of the machine", "ls /", "bin data dev etc lib lib64 one proc tmp usr var"},
		{"devices", "echo x > /dev/null && head -c 2 /dev/zero | wc -c && ls /dev", "2\nfd full null random shm stderr stdin stdout tty urandom zero"},
		{"shared memory of its own", "ls -A /dev/shm && echo x > /dev/shm/x", ""},
		{"its own output", "echo again > /dev/stdout", "again"},
		{"the working folder", "pwd", "/tmp/work"},
		{"the environment", "env | grep -v -e PWD -e '_=' | sort | tr '\\n' ' '", "A=b PATH=/bin:/usr/bin"},
		{"the user", "id -u && id -g && id -G", "0\n0\n0 7"},
		{"the host name", "uname -n", "httpbin-1"},
		{"number 1", "echo $$", "1"},
		{"its own processes", "echo /proc/[0-9]*", "/proc/1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := says(t, shell(t, c.script, fields{
				"binds": []fields{
					{"source": source, "target": "/var/run/secrets/tokens", "readOnly": true},
					{"source": filepath.Join(source, "token"), "target": "/one", "readOnly": true},
					{"source": openFolder(t), "target": "/data"},
				},
				"tmpfs": []string{"/tmp"}, "links": map[string]string{"/etc/token": "/one"}, "cwd": "/tmp/work",
				"files": []fields{
					{"path": "/etc/hosts", "content": "10.10.0.1 istiod\n", "mode": 0o600}, {"path": "/etc/made/up"},
				},
				"uid": 0, "gid": 0, "groups": []int{7}, "env": []string{"PATH=/bin:/usr/bin", "A=b"}, "hostname": "httpbin-1",
			}))
			if got = strings.Join(strings.Fields(got), " "); got != strings.Join(strings.Fields(c.want), " ") {
				t.Errorf("%q, not %q", got, c.want)
			}
		})
	}
}

func TestContainerIsOfItsUserWithoutPrivileges(t *testing.T) {
	got := says(t, shell(t, "id -u; id -g; id -G; grep -e CapEff -e NoNewPrivs /proc/self/status; echo again > /dev/stdout", nil))
	want := "1000 1000 1000 CapEff: 0000000000000000 NoNewPrivs: 1 again"
	if got := strings.Join(strings.Fields(got), " "); got != want {
		t.Errorf("%q, not %q", got, want)
	}
}

func TestContainerWithReadOnlyRoot(t *testing.T) {
	folder := openFolder(t)
	got := says(t, shell(t, "for each in / /etc /tmp /data /dev/shm; do touch $each/x 2>/dev/null && echo $each; done; true", fields{
		"readOnlyRoot": true, "uid": 0, "tmpfs": []string{"/tmp"}, "binds": []fields{{"source": folder, "target": "/data"}},
		"files": []fields{{"path": "/etc/hosts"}},
	}))
	if got := strings.Join(strings.Fields(got), " "); got != "/tmp /data /dev/shm" {
		t.Errorf("can write to %s", got)
	}
}

func TestContainerLeavesNothingOnTheMachine(t *testing.T) {
	before, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(openFolder(t), "made", "root")
	spec := shell(t, "sleep 1000 & echo started; exec sleep 1000", fields{"tmpfs": []string{"/tmp"}, "root": root})
	c := startContainer(t, spec)
	eventually(t, "it started", func() bool { return c.output.String() != "" })
	c.runs(t, "sleep")

	after, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Errorf("mounts changed from\n%s\nto\n%s", before, after)
	}
	if entries, _ := os.ReadDir(root); len(entries) > 0 {
		t.Errorf("the root is not empty for others: %v", entries)
	}
}

func TestContainerRefusesToMakeFilesOnTheMachine(t *testing.T) {
	folder := openFolder(t)
	for name, change := range map[string]fields{
		"a file":       {"files": []fields{{"path": "/data/new"}}},
		"a link":       {"links": map[string]string{"/data/new": "x"}},
		"a tmpfs":      {"tmpfs": []string{"/data/new"}},
		"a bind":       {"binds": []fields{{"source": folder, "target": "/data"}, {"source": netbed, "target": "/data/new"}}},
		"a cwd":        {"cwd": "/data/new"},
		"folders of a": {"files": []fields{{"path": "/data/new/er"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if change["binds"] == nil {
				change["binds"] = []fields{{"source": folder, "target": "/data"}}
			}
			c := startContainer(t, shell(t, "exit 0", change))
			if code := c.end(t); code != 125 || !strings.Contains(c.output.String(), "below the bind /data") {
				t.Errorf("exit code %d: %s", code, c.output.String())
			}
			if entries, _ := os.ReadDir(folder); len(entries) > 0 {
				t.Errorf("made %v", entries)
			}
		})
	}
}

func TestContainerTellsWhyItDoesNotStart(t *testing.T) {
	for want, change := range map[string]fields{
		"nope is not on the container's PATH": {"args": []string{"nope"}},
		"no such file":                        {"args": []string{"/bin/nope"}},
		"args is empty":                       {"args": []string{}},
		`"tmp" is not absolute`:               {"tmpfs": []string{"tmp"}},
		"unknown field":                       {"wat": 1},
		"mount /missing":                      {"binds": []fields{{"source": "/does/not/exist", "target": "/missing"}}},
		"network namespace":                   {"netns": "/proc/1/fd/999999"},
	} {
		c := startContainer(t, containerSpec(t, "", []string{"pause"}, change))
		if code := c.end(t); code != 125 || !strings.Contains(c.output.String(), want) {
			t.Errorf("exit code %d: %q does not say %q", code, c.output.String(), want)
		}
	}
}

func TestContainerGivesTheExitCode(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 3": 3} {
		if got := startContainer(t, shell(t, script, nil)).end(t); got != want {
			t.Errorf("%s: %d", script, got)
		}
	}
	// Number 1 is safe from itself, not from outside.
	c := startContainer(t, shell(t, "exec sleep 1000", nil))
	if err := syscall.Kill(c.runs(t, "sleep"), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if got := c.end(t); got != 128+9 {
		t.Errorf("killed: %d", got)
	}
}

// How a container ends; whichever way, with all its descendants.
func TestContainerEnds(t *testing.T) {
	const (
		kind     = "trap 'echo bye; exit 5' TERM; sleep 1000 & echo ready; wait"
		stubborn = "trap 'echo no' TERM; sleep 1000 & echo ready; while :; do wait; done"
	)
	closeStdin := func(c *runClient) { c.stdin.Close() }
	terminate := func(c *runClient) { _ = c.command.Process.Signal(syscall.SIGTERM) }
	kill := func(c *runClient) { _ = c.command.Process.Kill() }
	for _, c := range []struct {
		name, script string
		grace        any
		end          func(*runClient)
		code         int
	}{
		{"by SIGTERM", kind, nil, terminate, 5},
		{"by stdin at once", stubborn, 10000, closeStdin, 137},
		{"by SIGTERM that it ignores, when its time is up", stubborn, 100, terminate, 137},
		{"by stdin during the time that SIGTERM gave", stubborn, nil, func(c *runClient) { terminate(c); closeStdin(c) }, 137},
		{"by the death of netbed run", stubborn, 10000, kill, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			spec := shell(t, c.script, nil)
			if c.grace != nil {
				spec["graceMillis"] = c.grace
			}
			running := startContainer(t, spec)
			eventually(t, "ready", func() bool { return strings.Contains(running.output.String(), "ready") })
			processes := descendants(running.runs(t, "/bin/sh"))
			if len(processes) < 2 {
				t.Fatalf("only %v", processes)
			}

			begin := time.Now()
			c.end(running)

			for _, pid := range processes {
				eventually(t, fmt.Sprintf("process %d ends", pid), func() bool { return syscall.Kill(pid, 0) != nil })
			}
			if took := time.Since(begin); took > 5*time.Second {
				t.Errorf("took %s", took)
			}
			if got := running.end(t); got != c.code {
				t.Errorf("exit code %d, not %d", got, c.code)
			}
		})
	}
}

func descendants(pid int) []int {
	all := []int{pid}
	for _, child := range childrenOf(pid) {
		all = append(all, descendants(child)...)
	}
	return all
}
