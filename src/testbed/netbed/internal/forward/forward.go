// Package forward passes TCP connections on, the way a wire would: half-closed ends stay half-closed, a reset stays a
// reset.
package forward

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// Dial finds the other end of one connection and says what to do when it is over.
type Dial func() (upstream net.Conn, over func(), err error)

// Server takes connections from a listener and passes each to what Dial gives.
type Server struct {
	listener net.Listener
	dial     Dial
	mutex    sync.Mutex
	open     map[net.Conn]bool
	cut      bool
	lost     atomic.Bool
	idle     sync.WaitGroup
}

// Serve starts.
func Serve(listener net.Listener, dial Dial) *Server {
	s := &Server{listener: listener, dial: dial, open: map[net.Conn]bool{}}
	s.idle.Add(1)
	go s.accept()
	return s
}

// Address is where it listens.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Close takes no new connections; the open ones go on.
func (s *Server) Close() { _ = s.listener.Close() }

// Lose has the open connections end with a reset, however an end of them may want it.
func (s *Server) Lose() { s.lost.Store(true) }

// Cut resets the open connections and waits until they are gone. Close first, or there will be new ones.
func (s *Server) Cut() {
	s.mutex.Lock()
	s.cut = true
	for conn := range s.open {
		reset(conn)
	}
	s.mutex.Unlock()
	s.idle.Wait()
}

func (s *Server) accept() {
	defer s.idle.Done()
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.idle.Add(1)
		go func() {
			defer s.idle.Done()
			s.handle(conn)
		}()
	}
}

func (s *Server) handle(downstream net.Conn) {
	if !s.track(downstream) {
		return
	}
	defer s.forget(downstream)
	upstream, over, err := s.dial()
	if err != nil {
		reset(downstream)
		return
	}
	defer over()
	if !s.track(upstream) {
		return
	}
	defer s.forget(upstream)
	s.splice(downstream, upstream)
}

// track is false, and the connection reset, when the server was cut meanwhile.
func (s *Server) track(conn net.Conn) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.cut {
		reset(conn)
		return false
	}
	s.open[conn] = true
	return true
}

func (s *Server) forget(conn net.Conn) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.open, conn)
	_ = conn.Close()
}

func (s *Server) splice(a, b net.Conn) {
	var both sync.WaitGroup
	pass := func(to, from net.Conn) {
		if _, err := io.Copy(to, from); err != nil || s.lost.Load() {
			reset(to)
			reset(from)
			return
		}
		_ = to.(*net.TCPConn).CloseWrite()
	}
	both.Go(func() { pass(a, b) })
	both.Go(func() { pass(b, a) })
	both.Wait()
}

func reset(conn net.Conn) {
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}
