// Command istioca asks Istio's own code what it thinks of a CA: the very functions with which istiod reads cacerts.
//
//	istioca verify <bundles.jsonl    one cacerts a line; prints a line for each that istiod would refuse, and a count
package main

import (
	"fmt"
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
	if len(arguments) == 1 && arguments[0] == "verify" {
		return verify(os.Stdin, os.Stdout)
	}
	return fmt.Errorf("unknown command %q; it is: verify", arguments)
}
