// The store behind each test API server. A module of its own: its dependency versions differ from Kubernetes'.
package main

import (
	"io"
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() {
	if os.Getenv("MESHFED_LIFELINE") == "stdin" {
		// As in the control plane's lifeline package: no process outlives the JVM that started it.
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(3)
		}()
	}
	etcdmain.Main(os.Args)
}
