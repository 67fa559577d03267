package container

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// buildRoot makes a fresh root at s.Root, in this mount namespace only, and moves into it.
func (s Spec) buildRoot() error {
	// Nothing mounted from here on may show up on the machine.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("private mounts: %w", err)
	}
	if err := tmpfs(s.Root, "0755"); err != nil {
		return err
	}
	if err := s.mountAll(); err != nil {
		return err
	}
	if err := s.mountProc(); err != nil {
		return err
	}
	if err := s.makeDevices(); err != nil {
		return err
	}
	if err := s.writeAll(); err != nil {
		return err
	}
	if s.ReadOnly {
		readOnly := &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
		if err := unix.MountSetattr(unix.AT_FDCWD, s.Root, 0, readOnly); err != nil {
			return fmt.Errorf("read-only root: %w", err)
		}
	}
	return s.moveIn()
}

func (s Spec) inside(target string) string { return path.Join(s.Root, target) }

// mountAll mounts parents before what lies in them.
func (s Spec) mountAll() error {
	type mount struct {
		target string
		do     func(at string) error
	}
	var mounts []mount
	for _, target := range s.Tmpfs {
		mounts = append(mounts, mount{target, func(at string) error {
			if err := s.folder(target); err != nil {
				return err
			}
			return tmpfs(at, "1777")
		}})
	}
	for _, bind := range s.Binds {
		mounts = append(mounts, mount{bind.Target, func(at string) error { return s.bind(bind, at) }})
	}
	depth := func(m mount) int { return strings.Count(path.Clean(m.target), "/") }
	slices.SortStableFunc(mounts, func(a, b mount) int { return cmp.Compare(depth(a), depth(b)) })
	for _, m := range mounts {
		if err := m.do(s.inside(m.target)); err != nil {
			return fmt.Errorf("mount %s: %w", m.target, err)
		}
	}
	return nil
}

func (s Spec) bind(bind Bind, at string) error {
	source, err := os.Stat(bind.Source)
	if err != nil {
		return err
	}
	if source.IsDir() {
		err = s.folder(bind.Target)
	} else {
		err = s.place(bind.Target)
	}
	if err != nil {
		return err
	}
	if err := unix.Mount(bind.Source, at, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("bind of %s: %w", bind.Source, err)
	}
	if !bind.ReadOnly {
		return nil
	}
	readOnly := &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
	if err := unix.MountSetattr(unix.AT_FDCWD, at, unix.AT_RECURSIVE, readOnly); err != nil {
		return fmt.Errorf("read-only: %w", err)
	}
	return nil
}

// place makes sure that there is a file to mount on.
func (s Spec) place(target string) error {
	if _, err := os.Stat(s.inside(target)); err == nil {
		return nil
	}
	return s.write(File{Path: target})
}

// folder makes a folder, but never on the machine: below a bind it must be there.
func (s Spec) folder(target string) error {
	if _, err := os.Stat(s.inside(target)); err == nil {
		return nil
	}
	if err := s.refuseInBind(target); err != nil {
		return err
	}
	return os.MkdirAll(s.inside(target), 0o755)
}

func (s Spec) refuseInBind(target string) error {
	mounted := ""
	longest := func(candidate string) bool {
		candidate = path.Clean(candidate)
		within := candidate == "/" || strings.HasPrefix(path.Clean(target), candidate+"/")
		if within && len(candidate) > len(mounted) {
			mounted = candidate
			return true
		}
		return false
	}
	bound := false
	for _, bind := range s.Binds {
		if longest(bind.Target) {
			bound = true
		}
	}
	for _, each := range s.Tmpfs {
		if longest(each) {
			bound = false
		}
	}
	if bound {
		return fmt.Errorf("%s would be made on the machine, below the bind %s", target, mounted)
	}
	return nil
}

func (s Spec) write(file File) error {
	if err := s.refuseInBind(file.Path); err != nil {
		return err
	}
	at := s.inside(file.Path)
	if err := s.folder(path.Dir(file.Path)); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if file.Mode != nil {
		mode = *file.Mode
	}
	if err := os.WriteFile(at, []byte(file.Content), mode); err != nil {
		return err
	}
	return os.Chmod(at, mode) // whatever the umask
}

func (s Spec) writeAll() error {
	for link, target := range s.Links {
		if err := s.refuseInBind(link); err != nil {
			return err
		}
		if err := s.folder(path.Dir(link)); err != nil {
			return err
		}
		if err := os.Symlink(target, s.inside(link)); err != nil {
			return err
		}
	}
	for _, file := range s.Files {
		if err := s.write(file); err != nil {
			return err
		}
	}
	return s.folder(s.Cwd)
}

func (s Spec) moveIn() error {
	if err := os.Chdir(s.Root); err != nil {
		return err
	}
	// The old root ends up on top of the new one, from where it is taken away.
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("pivot_root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("old root: %w", err)
	}
	return os.Chdir("/")
}

func tmpfs(at, mode string) error {
	return unix.Mount("tmpfs", at, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode="+mode)
}

func (s Spec) mountProc() error {
	if err := s.folder("/proc"); err != nil {
		return err
	}
	return unix.Mount("proc", s.inside("/proc"), "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
}

// makeDevices binds the devices every program may expect, unless /dev is bound as a whole.
func (s Spec) makeDevices() error {
	if slices.ContainsFunc(s.Binds, func(bind Bind) bool { return path.Clean(bind.Target) == "/dev" }) {
		return nil
	}
	for _, name := range []string{"null", "zero", "full", "random", "urandom", "tty"} {
		device := "/dev/" + name
		if err := s.bind(Bind{Source: device, Target: device}, s.inside(device)); err != nil {
			return fmt.Errorf("device %s: %w", name, err)
		}
	}
	if err := s.folder("/dev/shm"); err != nil {
		return err
	}
	if err := tmpfs(s.inside("/dev/shm"), "1777"); err != nil {
		return err
	}
	links := map[string]string{"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"}
	for name, target := range links {
		if err := os.Symlink(target, s.inside("/dev/"+name)); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
