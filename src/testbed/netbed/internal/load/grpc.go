package load

import (
	"context"
	"net"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"meshfed.io/testbed/netbed/internal/echo"
)

// overGRPC calls the echo service, each worker on a connection of its own.
type overGRPC struct {
	target  string
	reuse   bool
	headers []string
	conns   [maxWorkers]*grpc.ClientConn
}

var soon = backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1, MaxDelay: 100 * time.Millisecond}

func newGRPC(o options) *overGRPC {
	return &overGRPC{target: o.grpc, reuse: o.reuse, headers: o.headers}
}

func (g *overGRPC) call(ctx context.Context, worker int) outcome {
	conn := g.conns[worker]
	if conn == nil {
		var err error
		// passthrough: names are looked up, and checked, by dial.
		conn, err = grpc.NewClient("passthrough:///"+g.target,
			grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithNoProxy(),
			// Else a target that is back would go unnoticed for seconds.
			grpc.WithConnectParams(grpc.ConnectParams{Backoff: soon, MinConnectTimeout: time.Second}),
			grpc.WithContextDialer(func(ctx context.Context, target string) (net.Conn, error) {
				return dial(ctx, "tcp", target)
			}))
		if err != nil {
			return failed(err)
		}
	}
	if g.reuse {
		g.conns[worker] = conn
	} else {
		defer conn.Close()
	}
	for _, header := range g.headers {
		name, value, _ := strings.Cut(header, ":")
		ctx = metadata.AppendToOutgoingContext(ctx, strings.ToLower(name), strings.TrimSpace(value))
	}
	pod, err := echo.Say(ctx, conn, "hello")
	code := status.Code(err).String()
	if err != nil {
		return outcome{status: code, what: code + " " + status.Convert(err).Message()}
	}
	return outcome{ok: true, pod: pod, status: code, body: pod}
}
