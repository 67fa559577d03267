// Package world is the daemon that holds clusters' networks: JSON lines in, JSON lines out.
package world

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
)

// Main runs until standard input closes or SIGTERM; then everything it made is gone.
func Main(args []string) int {
	if len(args) > 0 {
		log.Printf("netbed world takes no arguments")
		return 2
	}
	stopped, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	Run(stopped, os.Stdin, os.Stdout)
	return 0
}

// Run serves requests until they end or the context does.
func Run(stopped context.Context, requests io.Reader, replies io.Writer) {
	w := newWorld()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		serve(w, requests, replies)
	}()
	select {
	case <-ended:
	case <-stopped.Done():
	}
	w.close()
}
