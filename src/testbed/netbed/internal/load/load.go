// Package load is the bounded client: it asks a test server many times, within limits, and reports what it saw.
package load

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

const (
	maxRequests = 100_000
	maxRate     = 1000
	maxTime     = 10 * time.Minute // of any run
	maxWorkers  = 256
)

// options are the flags.
type options struct {
	url, grpc, tcp, tls string
	tlsName             string
	headers             headers
	requests            int
	rate                float64
	duration            time.Duration
	workers             int
	reuse               bool
	timeout             time.Duration
	every               time.Duration
	paced               bool // --workers or --every was given
	stream              bool
}

// Main prints one JSON document; it ends with 0 whatever the requests came to, and with 2 when it may not run at all.
func Main(args []string) int {
	stopped, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	if err := run(stopped, args, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "netbed load:", err)
		return 2
	}
	return 0
}

func run(stopped context.Context, args []string, output io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	caller, err := o.caller()
	if err != nil {
		return err
	}
	report := newReport(o.streamTo(output))
	limited, cancel := context.WithTimeout(stopped, maxTime)
	defer cancel()
	if o.requests > 0 {
		closedLoop(limited, o, caller, report)
	} else {
		openLoop(limited, o, caller, report)
	}
	return json.NewEncoder(output).Encode(report.document())
}

func (o options) streamTo(output io.Writer) io.Writer {
	if o.stream {
		return output
	}
	return nil
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("netbed load", flag.ContinueOnError)
	flags.StringVar(&o.url, "url", "", "http://host:port/path to GET")
	flags.StringVar(&o.grpc, "grpc", "", "host:port of a gRPC test server")
	flags.StringVar(&o.tcp, "tcp", "", "host:port of a TCP test server")
	flags.StringVar(&o.tls, "tls", "", "host:port of an HTTPS test server; any certificate will do")
	flags.StringVar(&o.tlsName, "tls-name", "", "server name to ask for, instead of the host")
	flags.Var(&o.headers, "header", "'Name: value' to send, may be repeated")
	flags.IntVar(&o.requests, "requests", 0, "how many, at most 100000")
	flags.Float64Var(&o.rate, "rate", 0, "requests a second, at most 1000, whether or not earlier ones ended")
	flags.DurationVar(&o.duration, "duration", 0, "for how long with --rate, at most 10m")
	flags.IntVar(&o.workers, "workers", 1, "at a time with --requests, at most 256")
	flags.BoolVar(&o.reuse, "reuse", true, "keep connections")
	flags.DurationVar(&o.timeout, "timeout", 5*time.Second, "of one request")
	flags.DurationVar(&o.every, "every", 0, "with --requests, least time from one request of a worker to its next")
	flags.BoolVar(&o.stream, "stream", false, "a line for each request too")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("argument %q is not understood", flags.Arg(0))
	}
	flags.Visit(func(f *flag.Flag) { o.paced = o.paced || f.Name == "workers" || f.Name == "every" })
	return o, o.check()
}

func (o options) check() error {
	targets := 0
	for _, target := range []string{o.url, o.grpc, o.tcp, o.tls} {
		if target != "" {
			targets++
		}
	}
	counted := o.requests > 0 && o.rate == 0 && o.duration == 0
	timed := o.requests == 0 && o.rate > 0 && o.duration > 0
	switch {
	case targets != 1:
		return fmt.Errorf("one of --url, --grpc, --tcp, --tls is needed")
	case !counted && !timed:
		return fmt.Errorf("either --requests or both --rate and --duration are needed")
	case o.requests > maxRequests:
		return fmt.Errorf("--requests is at most %d", maxRequests)
	case o.rate > maxRate:
		return fmt.Errorf("--rate is at most %d", maxRate)
	case o.duration > maxTime:
		return fmt.Errorf("--duration is at most %s", maxTime)
	case timed && o.paced:
		return fmt.Errorf("--workers and --every go with --requests: with --rate the clock says when a request starts")
	case o.workers < 1 || o.workers > maxWorkers:
		return fmt.Errorf("--workers is 1 to %d", maxWorkers)
	case o.timeout <= 0 || o.timeout > maxTime:
		return fmt.Errorf("--timeout is above 0 and at most %s", maxTime)
	}
	return nil
}

// headers is a repeatable flag.
type headers []string

func (h *headers) String() string { return strings.Join(*h, ", ") }

// Set takes one header.
func (h *headers) Set(value string) error {
	if name, _, found := strings.Cut(value, ":"); !found || name == "" {
		return fmt.Errorf("%q is not 'Name: value'", value)
	}
	*h = append(*h, value)
	return nil
}
