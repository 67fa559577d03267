// Package app is the test server: it says which pod answered and what reached it.
package app

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
)

// server is one protocol of the app. stop lets requests that run come to their end.
type server struct {
	serve func(net.Listener) error
	stop  func()
}

// Main serves until SIGTERM.
func Main(args []string) int {
	flags := flag.NewFlagSet("netbed app", flag.ContinueOnError)
	host, _ := os.Hostname() // without one, --name is needed
	name := flags.String("name", host, "what the app calls itself, usually the pod's name")
	tlsName := flags.String("tls-name", "localhost", "the name in the certificate")
	ports := map[string]*string{
		"http": flags.String("http", "", "port or address for HTTP/1.1 and h2c"),
		"grpc": flags.String("grpc", "", "port or address for gRPC"),
		"tcp":  flags.String("tcp", "", "port or address for TCP"),
		"tls":  flags.String("tls", "", "port or address for HTTPS"),
	}
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if *name == "" || flags.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: netbed app [--name POD] [--http 8080] [--grpc 9090] [--tcp 9000] [--tls 8443 [--tls-name NAME]]")
		return 2
	}
	stopped, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	create := map[string]func() (server, error){
		"http": func() (server, error) { return httpServer(*name), nil },
		"grpc": func() (server, error) { return grpcServer(*name), nil },
		"tcp":  func() (server, error) { return tcpServer(*name), nil },
		"tls":  func() (server, error) { return tlsServer(*name, *tlsName) },
	}
	failed := make(chan error, len(ports))
	var started []server
	for protocol, port := range ports {
		if *port == "" {
			continue
		}
		s, err := create[protocol]()
		if err == nil {
			err = listen(s, *port, failed)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "netbed app: %s: %v\n", protocol, err)
			return 1
		}
		started = append(started, s)
	}
	select {
	case <-stopped.Done():
		var stopping sync.WaitGroup
		for _, s := range started {
			stopping.Go(s.stop)
		}
		stopping.Wait()
		return 0
	case err := <-failed:
		fmt.Fprintln(os.Stderr, "netbed app:", err)
		return 1
	}
}

func listen(s server, address string, failed chan<- error) error {
	if !strings.Contains(address, ":") {
		address = ":" + address
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	go func() {
		if err := s.serve(listener); err != nil {
			failed <- err
		}
	}()
	return nil
}

// Pause does nothing until SIGTERM.
func Pause([]string) int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	<-signals
	return 0
}
