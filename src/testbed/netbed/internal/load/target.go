package load

import (
	"context"
	"fmt"
	"net"
	"net/netip"
)

// allowed are the only networks that are ever sent anything: the machine's own loopback, and what test networks use.
var allowed = []netip.Prefix{
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("::1/128"),
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("240.0.0.0/4"),
}

// resolve gives the addresses of a host, all of them allowed. Names are looked up for IPv4 only, which is what pods have:
// Istio gives its automatic names an IPv6 address too.
func resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	addresses := []netip.Addr{}
	if literal, err := netip.ParseAddr(host); err == nil {
		addresses = append(addresses, literal)
	} else if addresses, err = net.DefaultResolver.LookupNetIP(ctx, "ip4", host); err != nil {
		return nil, err
	}
	for i, address := range addresses {
		addresses[i] = address.Unmap()
		if !permitted(addresses[i]) {
			return nil, fmt.Errorf("%s (%s) is no loopback address and in no test network", host, address)
		}
	}
	return addresses, nil
}

func permitted(address netip.Addr) bool {
	// 240/4 holds the broadcast address too.
	if address == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return false
	}
	for _, network := range allowed {
		if network.Contains(address) {
			return true
		}
	}
	return false
}

// dial connects to an allowed address only. It looks names up itself, anew for each connection: what was checked is
// what is dialled.
func dial(ctx context.Context, network, target string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(target)
	if err != nil {
		return nil, err
	}
	addresses, err := resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	for _, address := range addresses {
		var conn net.Conn
		if conn, err = new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(address.String(), port)); err == nil {
			return conn, nil
		}
	}
	return nil, err
}
