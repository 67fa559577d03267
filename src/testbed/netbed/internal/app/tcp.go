package app

import (
	"errors"
	"io"
	"net"
	"sync"
)

// tcpServer says its name and a line feed, then echoes.
func tcpServer(name string) server {
	var mutex sync.Mutex
	var listeners []net.Listener
	return server{
		serve: func(listener net.Listener) error {
			mutex.Lock()
			listeners = append(listeners, listener)
			mutex.Unlock()
			for {
				conn, err := listener.Accept()
				if errors.Is(err, net.ErrClosed) {
					return nil
				}
				if err != nil {
					return err
				}
				go func() {
					defer conn.Close()
					if _, err := io.WriteString(conn, name+"\n"); err == nil {
						_, _ = io.Copy(conn, conn)
					}
				}()
			}
		},
		stop: func() {
			mutex.Lock()
			defer mutex.Unlock()
			for _, listener := range listeners {
				_ = listener.Close()
			}
		},
	}
}
