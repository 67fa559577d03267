package container

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"meshfed.io/testbed/netbed/internal/netns"
)

const (
	// setupFailed is the exit code when the process never started.
	setupFailed = 125
	// usualGrace is what Kubernetes gives a pod.
	usualGrace = 30 * time.Second
)

// Main runs the container of SPEC.json and ends with its exit code.
func Main(args []string) int {
	if len(args) != 1 {
		fmt.Fprintln(os.Stderr, "usage: netbed run SPEC.json")
		return 2
	}
	code, err := run(args[0])
	if err != nil {
		fmt.Fprintln(os.Stderr, "netbed run:", err)
		return setupFailed
	}
	return code
}

func run(specPath string) (int, error) {
	text, err := os.ReadFile(specPath)
	if err != nil {
		return 0, err
	}
	spec, err := parse(text)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", specPath, err)
	}
	// Before the start: a signal in between must not be lost.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	command, err := start(spec, text)
	if err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	closed := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(closed)
	}()
	select {
	case err := <-ended:
		return exitCode(err)
	case <-closed:
	case <-signals:
		_ = command.Process.Signal(syscall.SIGTERM)
		select {
		case err := <-ended:
			return exitCode(err)
		case <-closed: // nobody waits any more
		case <-time.After(spec.grace()):
		}
	}
	// The end of the first process of a process namespace is that of all others.
	_ = command.Process.Kill()
	return exitCode(<-ended)
}

func (s Spec) grace() time.Duration {
	if s.GraceMillis == nil {
		return usualGrace
	}
	return time.Duration(*s.GraceMillis) * time.Millisecond
}

func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if err == nil {
		return 0, nil
	}
	if !errors.As(err, &exit) {
		return 0, err
	}
	if status := exit.Sys().(syscall.WaitStatus); status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return exit.ExitCode(), nil
}

// lifelineHeld is the other end of the child's lifeline: it closes when this process ends, however it does.
var lifelineHeld *os.File

// start starts this program again as the first process of new namespaces. It runs on the main thread: a parent-death
// signal comes when the thread ends that started the child.
func start(spec Spec, text []byte) (*exec.Cmd, error) {
	if err := os.MkdirAll(spec.Root, 0o755); err != nil {
		return nil, err
	}
	network, err := netns.Open(spec.Netns)
	if err != nil {
		return nil, err
	}
	defer network.Close()
	specFile, err := memory(text)
	if err != nil {
		return nil, err
	}
	defer specFile.Close()
	lifeline, held, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	lifelineHeld = held
	defer lifeline.Close()
	command := exec.Command("/proc/self/exe", Entry)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.Env = []string{}
	command.ExtraFiles = []*os.File{specFile, lifeline}
	if file := network.File(); file != nil {
		command.ExtraFiles = append(command.ExtraFiles, file)
	}
	command.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC,
		Setsid:     true, // a terminal's signals are for the parent
	}
	return command, command.Start()
}

// memory is a file that has no place on disk.
func memory(content []byte) (*os.File, error) {
	descriptor, err := unix.MemfdCreate("spec", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(descriptor), "spec")
	if _, err := file.Write(content); err != nil {
		return nil, err
	}
	_, err = file.Seek(0, io.SeekStart)
	return file, err
}
