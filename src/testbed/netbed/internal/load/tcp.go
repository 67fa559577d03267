package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
)

// overTCP sends a line and wants it back, each worker on a connection of its own.
type overTCP struct {
	target string
	reuse  bool
	conns  [maxWorkers]*talk
}

type talk struct {
	net.Conn
	reader *bufio.Reader
	pod    string
}

func newTCP(o options) *overTCP { return &overTCP{target: o.tcp, reuse: o.reuse} }

func (t *overTCP) call(ctx context.Context, worker int) outcome {
	conn, err := t.connect(ctx, worker)
	if err != nil {
		return failed(err)
	}
	if err := conn.echo(ctx); err != nil {
		t.forget(worker, conn)
		return failed(err)
	}
	if !t.reuse {
		t.forget(worker, conn)
	}
	return outcome{ok: true, pod: conn.pod, status: "echo", body: conn.pod}
}

func (t *overTCP) connect(ctx context.Context, worker int) (*talk, error) {
	if conn := t.conns[worker]; conn != nil {
		return conn, nil
	}
	conn, err := dial(ctx, "tcp", t.target)
	if err != nil {
		return nil, err
	}
	deadline(ctx, conn)
	reader := bufio.NewReader(conn)
	name, err := reader.ReadString('\n')
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	t.conns[worker] = &talk{Conn: conn, reader: reader, pod: strings.TrimSpace(name)}
	return t.conns[worker], nil
}

func (t *overTCP) forget(worker int, conn *talk) {
	_ = conn.Close()
	t.conns[worker] = nil
}

func (t *talk) echo(ctx context.Context) error {
	const line = "hello\n"
	deadline(ctx, t)
	if _, err := fmt.Fprint(t, line); err != nil {
		return err
	}
	back, err := t.reader.ReadString('\n')
	if err == nil && back != line {
		err = errors.New("the echo is another")
	}
	return err
}

func deadline(ctx context.Context, conn net.Conn) {
	if at, is := ctx.Deadline(); is {
		_ = conn.SetDeadline(at)
	}
}
