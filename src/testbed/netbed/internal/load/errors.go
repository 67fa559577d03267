package load

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// failed makes an outcome of an error: a short kind to count by, and the whole text.
func failed(err error) outcome { return outcome{status: "error:" + kind(err), what: err.Error()} }

func kind(err error) string {
	var number syscall.Errno
	var name *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &name):
		return "dns " + name.Err
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.As(err, &number):
		return number.Error()
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed"
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}
