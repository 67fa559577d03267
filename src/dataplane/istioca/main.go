// Command istioca asks Istio's own code what it thinks of a CA: the very functions with which istiod reads cacerts.
//
//	istioca verify <bundles.jsonl    one cacerts a line; prints a line for each that istiod would refuse, and a count
//	istioca sign <lives.jsonl        istiod starts, reloads, signs workloads that another mesh is to accept; the same output
package main

import (
	"fmt"
	"io"
	"os"

	"istio.io/istio/pkg/log"
)

func main() {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "istioca:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	commands := map[string]func(io.Reader, io.Writer) error{"verify": verify, "sign": sign}
	if len(arguments) == 1 && commands[arguments[0]] != nil {
		return commands[arguments[0]](os.Stdin, os.Stdout)
	}
	return fmt.Errorf("unknown command %q; it is one of: verify, sign", arguments)
}
