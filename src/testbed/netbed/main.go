// netbed makes the networks, pods and traffic of the live level: network namespaces, Istio's redirection, load balancers,
// DNS, containers, a test server and a bounded client, all in one static binary. README.md is its contract.
package main

import (
	"fmt"
	"os"
	"runtime"

	"meshfed.io/testbed/netbed/internal/app"
	"meshfed.io/testbed/netbed/internal/container"
	"meshfed.io/testbed/netbed/internal/load"
	"meshfed.io/testbed/netbed/internal/world"
)

// The main goroutine keeps the main thread: only that thread lives as long as the process, which a child's
// parent-death signal needs, and no other goroutine may leave it in a foreign network namespace.
func init() { runtime.LockOSThread() }

var commands = map[string]func(args []string) int{
	"world":         world.Main,
	"run":           container.Main,
	container.Entry: container.EntryMain,
	"app":           app.Main,
	"pause":         app.Pause,
	"load":          load.Main,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: netbed world | run SPEC.json | app ... | pause | load ...")
		os.Exit(2)
	}
	os.Exit(commands[os.Args[1]](os.Args[2:]))
}
