// Package container runs one process the way a container runtime would: a root of its own, a process and mount
// namespace, a network namespace made by others, a user.
package container

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Spec says what runs and in what surroundings. Paths in it are absolute.
type Spec struct {
	Netns       string            `json:"netns"` // "" is the machine's own
	Root        string            `json:"root"`  // where the root is mounted, seen by the container only
	ReadOnly    bool              `json:"readOnlyRoot"`
	Hostname    string            `json:"hostname"`
	UID         int               `json:"uid"`
	GID         int               `json:"gid"`
	Groups      []int             `json:"groups"`
	Cwd         string            `json:"cwd"`
	Args        []string          `json:"args"`
	Env         []string          `json:"env"`
	Binds       []Bind            `json:"binds"`
	Tmpfs       []string          `json:"tmpfs"`
	Links       map[string]string `json:"links"`
	Files       []File            `json:"files"`
	GraceMillis *int              `json:"graceMillis"`
}

// usualRoot is a folder of every machine that a container is given nothing from: what is below it is out of sight
// while the root is built on top of it.
const usualRoot = "/sys"

// Bind shows a folder or file of the machine in the container.
type Bind struct {
	Source   string `json:"source"`
	Target   string `json:"target"`
	ReadOnly bool   `json:"readOnly"`
}

// File is made in the container.
type File struct {
	Path    string       `json:"path"`
	Content string       `json:"content"`
	Mode    *fs.FileMode `json:"mode"`
}

func parse(text []byte) (Spec, error) {
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	spec := Spec{Cwd: "/", Root: usualRoot}
	if err := decoder.Decode(&spec); err != nil {
		return Spec{}, err
	}
	return spec, spec.check()
}

func (s Spec) check() error {
	if len(s.Args) == 0 {
		return errors.New("args is empty")
	}
	paths := append([]string{s.Root, s.Cwd}, s.Tmpfs...)
	for _, bind := range s.Binds {
		paths = append(paths, bind.Source, bind.Target)
	}
	for link := range s.Links {
		paths = append(paths, link)
	}
	for _, file := range s.Files {
		paths = append(paths, file.Path)
	}
	for _, each := range paths {
		if !path.IsAbs(each) {
			return fmt.Errorf("path %q is not absolute", each)
		}
	}
	return nil
}
