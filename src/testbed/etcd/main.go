// The store behind each test API server. A module of its own: its dependency versions differ from Kubernetes'.
package main

import (
	"io"
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
	"go.etcd.io/etcd/server/v3/storage/wal"
)

// A test cluster writes a few megabytes; the 64 that are set aside otherwise would be copied with each of them.
const walSegmentBytes = 4 << 20

func main() {
	if os.Getenv("MESHFED_LIFELINE") == "stdin" {
		// As in the control plane's lifeline package: no process outlives the JVM that started it.
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(3)
		}()
	}
	wal.SegmentSizeBytes = walSegmentBytes
	etcdmain.Main(os.Args)
}
