package container

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Entry is the hidden subcommand by which the container's first process sets itself up.
const Entry = "container-entry"

// Descriptors that run passes on.
const (
	specDescriptor = iota + 3
	lifelineDescriptor
	networkDescriptor
)

// EntryMain prepares namespaces, root and user, and becomes the container's process. It runs on the main thread.
func EntryMain([]string) int {
	err := enter()
	fmt.Fprintln(os.Stderr, "netbed run:", err)
	return setupFailed
}

func enter() error {
	text, err := io.ReadAll(os.NewFile(specDescriptor, "spec"))
	if err != nil {
		return err
	}
	spec, err := parse(text)
	if err != nil {
		return err
	}
	if spec.Netns != "" {
		if err := unix.Setns(networkDescriptor, unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("network namespace: %w", err)
		}
	}
	if spec.Hostname != "" {
		if err := unix.Sethostname([]byte(spec.Hostname)); err != nil {
			return fmt.Errorf("host name: %w", err)
		}
	}
	if err := spec.buildRoot(); err != nil {
		return err
	}
	giveOutput(spec.UID, spec.GID)
	if err := os.Chdir(spec.Cwd); err != nil {
		return err
	}
	if err := spec.becomeUser(); err != nil {
		return err
	}
	program, err := spec.program()
	if err != nil {
		return err
	}
	if err := dieWithParent(); err != nil {
		return err
	}
	for descriptor := specDescriptor; descriptor <= networkDescriptor; descriptor++ {
		unix.CloseOnExec(descriptor)
	}
	return fmt.Errorf("%s: %w", program, syscall.Exec(program, spec.Args, spec.Env))
}

// giveOutput makes the user own the pipes or files it writes to, as runc does: else /dev/stdout cannot be opened.
func giveOutput(uid, gid int) {
	for descriptor := 1; descriptor <= 2; descriptor++ {
		var status unix.Stat_t
		if unix.Fstat(descriptor, &status) != nil {
			continue
		}
		if kind := status.Mode & unix.S_IFMT; kind == unix.S_IFIFO || kind == unix.S_IFREG {
			_ = unix.Fchown(descriptor, uid, gid) // what can be written without is fine too
		}
	}
}

func (s Spec) becomeUser() error {
	if err := syscall.Setgroups(s.Groups); err != nil {
		return fmt.Errorf("groups: %w", err)
	}
	if err := syscall.Setgid(s.GID); err != nil {
		return fmt.Errorf("gid %d: %w", s.GID, err)
	}
	if err := syscall.Setuid(s.UID); err != nil {
		return fmt.Errorf("uid %d: %w", s.UID, err)
	}
	return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
}

// dieWithParent asks for SIGKILL when the parent ends, and looks whether that was too late. It comes after the change of
// user, which would take the wish back; the parent's pid says nothing, because it is of another process namespace.
func dieWithParent() error {
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return err
	}
	lifeline := []unix.PollFd{{Fd: lifelineDescriptor, Events: unix.POLLIN}}
	if _, err := unix.Poll(lifeline, 0); err != nil {
		return err
	}
	if lifeline[0].Revents != 0 {
		return errors.New("the parent has ended")
	}
	return nil
}

// program finds args[0] the way execvp would, with the container's PATH.
func (s Spec) program() (string, error) {
	name := s.Args[0]
	if strings.Contains(name, "/") {
		return name, nil
	}
	for _, variable := range s.Env {
		folders, is := strings.CutPrefix(variable, "PATH=")
		if !is {
			continue
		}
		for folder := range strings.SplitSeq(folders, ":") {
			candidate := path.Join(folder, name)
			if unix.Access(candidate, unix.X_OK) == nil {
				return candidate, nil
			}
		}
	}
	return "", fmt.Errorf("%s is not on the container's PATH", name)
}
