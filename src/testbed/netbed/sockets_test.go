package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"meshfed.io/testbed/netbed/internal/netns"
)

// place is a network namespace, and who opens sockets in it.
type place struct {
	namespace *netns.Namespace
	uid, gid  int
}

func at(t *testing.T, path string) place {
	t.Helper()
	namespace, err := netns.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(namespace.Close)
	return place{namespace: namespace}
}

func (p place) as(uid, gid int) place { return place{p.namespace, uid, gid} }

// do runs f in the namespace with the ids that netfilter sees; the thread gets its own back.
func (p place) do(f func() error) error {
	return p.namespace.Do(func() error {
		if err := unix.Setfsgid(p.gid); err != nil {
			return err
		}
		if err := unix.Setfsuid(p.uid); err != nil {
			return err
		}
		err := f()
		_ = unix.Setfsuid(0)
		_ = unix.Setfsgid(0)
		return err
	})
}

func (p place) dial(network, address string) (net.Conn, error) {
	return p.dialBy(net.Dialer{Timeout: patience}, network, address)
}

func (p place) dialBy(dialer net.Dialer, network, address string) (net.Conn, error) {
	var conn net.Conn
	err := p.do(func() error {
		var err error
		conn, err = dialer.Dial(network, address)
		return err
	})
	return conn, err
}

// ask connects and gives the one line that the other side says.
func (p place) ask(t *testing.T, address string) string {
	t.Helper()
	conn, err := p.dial("tcp", address)
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	return strings.TrimSpace(line)
}

// cannotReach gives the reason, which must come at once.
func (p place) cannotReach(t *testing.T, address string) error {
	t.Helper()
	begin := time.Now()
	conn, err := p.dial("tcp", address)
	if err == nil {
		conn.Close()
		t.Fatalf("%s can be reached", address)
	}
	if took := time.Since(begin); took > time.Second {
		t.Fatalf("%s: took %s: %v", address, took, err)
	}
	return err
}

// speak listens and says one line to each connection, given where that was going.
func (p place) speak(t *testing.T, address string, line func(original string) string) {
	t.Helper()
	var listener net.Listener
	err := p.do(func() error {
		var err error
		listener, err = p.namespace.Listen(address)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				fmt.Fprintln(conn, line(originalDestination(conn)))
				_, _ = io.Copy(io.Discard, conn)
			}()
		}
	}()
}

// say is speak with the same words for all.
func (p place) say(t *testing.T, address, words string) {
	t.Helper()
	p.speak(t, address, func(string) string { return words })
}

// originalDestination is what Envoy's listener filter asks the kernel for.
func originalDestination(conn net.Conn) string {
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return err.Error()
	}
	text := ""
	_ = raw.Control(func(descriptor uintptr) {
		const soOriginalDst = 80
		address, err := unix.GetsockoptIPv6Mreq(int(descriptor), unix.SOL_IP, soOriginalDst)
		if err != nil {
			text = err.Error()
			return
		}
		bytes := address.Multiaddr // a sockaddr_in
		text = fmt.Sprintf("%s:%d", net.IP(bytes[4:8]), binary.BigEndian.Uint16(bytes[2:4]))
	})
	return text
}
