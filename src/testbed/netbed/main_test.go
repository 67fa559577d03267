package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// netbed is the program as it ships: static, so that it runs in an empty root.
var netbed string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "netbed-test-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(folder)
		if err := os.Chmod(folder, 0o755); err != nil { // containers of other users see it
			panic(err)
		}
		netbed = filepath.Join(folder, "netbed")
		build := exec.Command("go", "build", "-o", netbed, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := build.CombinedOutput(); err != nil {
			panic(fmt.Sprintf("%v: %s", err, output))
		}
		return m.Run()
	}())
}
