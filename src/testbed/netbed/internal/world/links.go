package world

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
	"meshfed.io/testbed/netbed/internal/netns"
)

// links runs f in a namespace with a netlink socket of that namespace.
func links(namespace *netns.Namespace, f func(*netlink.Handle) error) error {
	return namespace.Do(func() error {
		handle, err := netlink.NewHandle(unix.NETLINK_ROUTE)
		if err != nil {
			return fmt.Errorf("netlink: %w", err)
		}
		defer handle.Close()
		return f(handle)
	})
}

func attributes(name string) netlink.LinkAttrs {
	attributes := netlink.NewLinkAttrs()
	attributes.Name = name
	return attributes
}

// addBridge gives the bridge a hardware address of its own: else it takes the lowest of its ports', and every pod that
// comes or goes may change it under the pods' ARP caches.
func addBridge(handle *netlink.Handle, name string) (netlink.Link, error) {
	bridge := &netlink.Bridge{LinkAttrs: attributes(name)}
	bridge.HardwareAddr = hardwareAddress()
	if err := handle.LinkAdd(bridge); err != nil {
		return nil, fmt.Errorf("bridge %s: %w", name, err)
	}
	return bridge, up(handle, bridge)
}

// addVeth makes a pair: one end in the namespace of the handle on the bridge, the other in peer.
func addVeth(handle *netlink.Handle, name string, bridge netlink.Link, peer *netns.Namespace, peerName string) error {
	veth := &netlink.Veth{
		LinkAttrs: attributes(name), PeerName: peerName, PeerNamespace: netlink.NsFd(peer.Descriptor()),
	}
	veth.MasterIndex = bridge.Attrs().Index
	if err := handle.LinkAdd(veth); err != nil {
		return fmt.Errorf("veth %s: %w", name, err)
	}
	return up(handle, veth)
}

func up(handle *netlink.Handle, link netlink.Link) error {
	if err := handle.LinkSetUp(link); err != nil {
		return fmt.Errorf("%s up: %w", link.Attrs().Name, err)
	}
	return nil
}

// setUp brings a link that exists up, with an address unless that is the zero one.
func setUp(handle *netlink.Handle, name string, address netip.Prefix) (netlink.Link, error) {
	link, err := handle.LinkByName(name)
	if err != nil {
		return nil, fmt.Errorf("link %s: %w", name, err)
	}
	if address.IsValid() {
		if err := handle.AddrAdd(link, addr(address)); err != nil {
			return nil, fmt.Errorf("address %s on %s: %w", address, name, err)
		}
	}
	return link, up(handle, link)
}

const (
	settleTime = 5 * time.Second
	settlePace = time.Millisecond
)

// settle waits until the kernel has seen that both ends of a link are up. It sees that in the background: a packet sent
// earlier is lost, and sent again a second later.
func settle(handle *netlink.Handle, names ...string) error {
	deadline := time.Now().Add(settleTime)
	for _, name := range names {
		for {
			link, err := handle.LinkByName(name)
			if err != nil {
				return fmt.Errorf("link %s: %w", name, err)
			}
			if link.Attrs().OperState == netlink.OperUp {
				break
			}
			if time.Now().After(deadline) {
				return fmt.Errorf("link %s is %s after %s", name, link.Attrs().OperState, settleTime)
			}
			time.Sleep(settlePace)
		}
	}
	return nil
}

func addr(prefix netip.Prefix) *netlink.Addr {
	return &netlink.Addr{IPNet: &net.IPNet{
		IP: prefix.Addr().AsSlice(), Mask: net.CIDRMask(prefix.Bits(), prefix.Addr().BitLen()),
	}}
}

func hardwareAddress() net.HardwareAddr {
	address := make(net.HardwareAddr, 6)
	_, _ = rand.Read(address)         // never fails
	address[0] = address[0]&0xfe | 02 // one host's, locally administered
	return address
}

// sysctl writes below /proc/sys/net of the namespace of this thread. What the kernel does not have needs no setting.
func sysctl(name, value string) error {
	err := os.WriteFile("/proc/sys/net/"+name, []byte(value), 0)
	if os.IsNotExist(err) {
		return nil
	}
	return err
}
