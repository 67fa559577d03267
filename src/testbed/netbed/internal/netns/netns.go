// Package netns holds network namespaces by open files, so that they vanish with the process, and runs code in them.
package netns

import (
	"fmt"
	"os"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// Namespace is a network namespace, kept alive by an open file. The zero value is the machine's own.
type Namespace struct {
	file *os.File
}

// machine is the namespace this process was started in; threads return to it.
var machine = func() *os.File {
	file, err := os.Open("/proc/self/ns/net")
	if err != nil {
		panic(err)
	}
	return file
}()

// descriptors gives each namespace a number that no namespace had before: the path of one that is gone must not come to
// mean another one.
var descriptors = struct {
	sync.Mutex
	last int
}{last: 1000}

// New makes an empty namespace.
func New() (*Namespace, error) {
	var made *Namespace
	err := onOwnThread(func() error {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("unshare: %w", err)
		}
		var err error
		made, err = Open("/proc/thread-self/ns/net")
		return err
	})
	return made, err
}

// Open takes the namespace at a path such as /proc/1/fd/1000; the empty path is the machine's own.
func Open(path string) (*Namespace, error) {
	if path == "" {
		return &Namespace{}, nil
	}
	opened, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("network namespace %s: %w", path, err)
	}
	defer unix.Close(opened)
	descriptors.Lock()
	defer descriptors.Unlock()
	kept, err := unix.FcntlInt(uintptr(opened), unix.F_DUPFD_CLOEXEC, descriptors.last+1)
	if err != nil {
		return nil, fmt.Errorf("network namespace %s: %w", path, err)
	}
	descriptors.last = kept
	return &Namespace{file: os.NewFile(uintptr(kept), path)}, nil
}

// Path is where other processes find the namespace as long as this process keeps it; "" for the machine's own.
func (n *Namespace) Path() string {
	if n.file == nil {
		return ""
	}
	return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), n.file.Fd())
}

// Descriptor is the number of the open file.
func (n *Namespace) Descriptor() int { return int(n.file.Fd()) }

// File is the open file, for a child to inherit; nil for the machine's own.
func (n *Namespace) File() *os.File { return n.file }

// Is tells whether both are one namespace.
func (n *Namespace) Is(other *Namespace) bool {
	return n.identity() == other.identity()
}

func (n *Namespace) identity() [2]uint64 {
	file := n.file
	if file == nil {
		file = machine
	}
	var status unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &status); err != nil {
		return [2]uint64{}
	}
	return [2]uint64{status.Dev, status.Ino}
}

// Close lets go. The namespace ends when nobody else holds it either.
func (n *Namespace) Close() {
	if n.file != nil {
		_ = n.file.Close()
	}
}

// Do runs f on a thread that is in the namespace. Goroutines that f starts are not.
func (n *Namespace) Do(f func() error) error {
	if n.file == nil {
		return f()
	}
	return onOwnThread(func() error {
		if err := unix.Setns(n.Descriptor(), unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("setns: %w", err)
		}
		return f()
	})
}

// onOwnThread gives the thread back only if it is home again: a locked thread ends with its goroutine.
func onOwnThread(f func() error) error {
	result := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		result <- f()
		if unix.Setns(int(machine.Fd()), unix.CLONE_NEWNET) == nil {
			runtime.UnlockOSThread()
		}
	}()
	return <-result
}
