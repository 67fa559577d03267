package load

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
)

// caller makes the client for the one target. A literal address that is not allowed is refused here, before anything
// is sent; a name on each connection.
func (o options) caller() (caller, error) {
	switch {
	case o.url != "":
		target, err := url.Parse(o.url)
		if err != nil || target.Scheme != "http" || target.Host == "" {
			return nil, fmt.Errorf("--url %q is not http://host:port/path", o.url)
		}
		return newHTTP(o, o.url), refuse(target.Hostname())
	case o.tls != "":
		host, err := hostOf(o.tls)
		if err != nil {
			return nil, err
		}
		return newHTTP(o, "https://"+o.tls+"/"), refuse(host)
	case o.grpc != "":
		host, err := hostOf(o.grpc)
		if err != nil {
			return nil, err
		}
		return newGRPC(o), refuse(host)
	default:
		host, err := hostOf(o.tcp)
		if err != nil {
			return nil, err
		}
		return newTCP(o), refuse(host)
	}
}

func hostOf(target string) (string, error) {
	host, _, err := net.SplitHostPort(target)
	if err != nil || host == "" {
		return "", fmt.Errorf("%q is not host:port", target)
	}
	return host, nil
}

func refuse(host string) error {
	if address, err := netip.ParseAddr(host); err == nil && !permitted(address.Unmap()) {
		return fmt.Errorf("%s is no loopback address and in no test network", host)
	}
	return nil
}
