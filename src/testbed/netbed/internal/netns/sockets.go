package netns

import (
	"context"
	"net"
	"time"
)

// A socket stays in the namespace it was made in, whatever its thread does later. Addresses are numeric: a name would
// be looked up on another thread.

// Listen opens a TCP listener, without MPTCP: SO_ORIGINAL_DST does not work on such sockets.
func (n *Namespace) Listen(address string) (net.Listener, error) {
	var listener net.Listener
	err := n.Do(func() error {
		config := net.ListenConfig{}
		config.SetMultipathTCP(false)
		var err error
		listener, err = config.Listen(context.Background(), "tcp", address)
		return err
	})
	return listener, err
}

// ListenPacket opens a UDP socket.
func (n *Namespace) ListenPacket(address string) (net.PacketConn, error) {
	var conn net.PacketConn
	err := n.Do(func() error {
		var err error
		conn, err = net.ListenPacket("udp", address)
		return err
	})
	return conn, err
}

// Dial connects by TCP.
func (n *Namespace) Dial(address string, timeout time.Duration) (net.Conn, error) {
	var conn net.Conn
	err := n.Do(func() error {
		var err error
		conn, err = (&net.Dialer{Timeout: timeout}).Dial("tcp", address)
		return err
	})
	return conn, err
}
