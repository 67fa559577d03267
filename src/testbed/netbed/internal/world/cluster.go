package world

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/vishvananda/netlink"
	"meshfed.io/testbed/netbed/internal/nameserver"
	"meshfed.io/testbed/netbed/internal/netns"
)

const (
	podBridge = "br0"
	wanLink   = "wan0"
	wanBridge = "wan"
)

// cluster is one node and its pods.
type cluster struct {
	name    string
	node    *netns.Namespace
	gateway netip.Prefix // the bridge's address in the pods' network
	wan     netip.Prefix // the node's address among the nodes
	service netip.Prefix // of Services; the zero one if any address will do
	dns     *nameserver.Server
	links   atomic.Uint32 // counts veths, for their names

	mutex     sync.Mutex // guards what follows
	pods      map[string]*pod
	balancers map[netip.AddrPort]*balancer
	lost      map[netip.AddrPort]*balancer // removed; packets to and from them are lost
	addresses map[netip.Addr]bool          // of balancers on the node; those of removed ones stay, and refuse
}

type addCluster struct {
	envelope
	Name        string `json:"name"`
	PodCIDR     string `json:"podCidr"`
	ServiceCIDR string `json:"serviceCidr"`
	WANAddress  string `json:"wanAddress"`
}

func (o *addCluster) things() []string { return []string{"cluster " + o.Name, "wan"} }

func (o *addCluster) run(w *world) (reply, error) {
	pods, err := prefix4("podCidr", o.PodCIDR)
	if err != nil {
		return nil, err
	}
	wan, err := prefix4("wanAddress", o.WANAddress)
	if err != nil {
		return nil, err
	}
	var service netip.Prefix
	if o.ServiceCIDR != "" {
		if service, err = prefix4("serviceCidr", o.ServiceCIDR); err != nil {
			return nil, err
		}
	}
	if o.Name == "" {
		return nil, errors.New("a cluster needs a name")
	}
	c := &cluster{
		name: o.Name, wan: wan, service: service, gateway: netip.PrefixFrom(pods.Masked().Addr().Next(), pods.Bits()),
		pods: map[string]*pod{}, balancers: map[netip.AddrPort]*balancer{}, lost: map[netip.AddrPort]*balancer{},
		addresses: map[netip.Addr]bool{},
	}
	if err := c.build(w); err != nil {
		c.end()
		return nil, err
	}
	if err := claim(w, w.clusters, "cluster", o.Name, c); err != nil {
		c.end()
		return nil, err
	}
	return reply{"netns": c.node.Path(), "gateway": c.gateway.Addr().String()}, nil
}

func (c *cluster) build(w *world) error {
	var err error
	if c.node, err = netns.New(); err != nil {
		return err
	}
	if err := c.node.Do(nodeSettings); err != nil {
		return err
	}
	err = links(c.node, func(handle *netlink.Handle) error {
		if _, err := setUp(handle, "lo", netip.Prefix{}); err != nil {
			return err
		}
		if _, err := addBridge(handle, podBridge); err != nil {
			return err
		}
		_, err := setUp(handle, podBridge, c.gateway)
		return err
	})
	if err != nil {
		return err
	}
	if err := c.joinWAN(w); err != nil {
		return err
	}
	if err := c.node.Do(c.translate); err != nil {
		return fmt.Errorf("address translation: %w", err)
	}
	if err := c.guard(); err != nil {
		return err
	}
	c.dns, err = nameserver.Start(c.node, netip.AddrPortFrom(c.gateway.Addr(), 53).String())
	return err
}

func nodeSettings() error {
	for name, value := range map[string]string{
		"ipv4/ip_forward": "1",
		// Every packet that cannot be delivered is worth a message, not one a second.
		"ipv4/icmp_ratelimit": "0",
		// No way around the IPv4 rules.
		"ipv6/conf/all/disable_ipv6":     "1",
		"ipv6/conf/default/disable_ipv6": "1",
		// Where the module is loaded, bridged packets would go through the routed ones' rules.
		"bridge/bridge-nf-call-iptables": "0",
	} {
		if err := sysctl(name, value); err != nil {
			return fmt.Errorf("sysctl %s: %w", name, err)
		}
	}
	return nil
}

// joinWAN links the node to the namespace that is the network between the clusters.
func (c *cluster) joinWAN(w *world) error {
	wan, err := w.sharedWAN()
	if err != nil {
		return err
	}
	port := ""
	err = links(wan, func(handle *netlink.Handle) error {
		bridge, err := handle.LinkByName(wanBridge)
		if err != nil {
			return err
		}
		existing, err := handle.LinkList()
		if err != nil {
			return err
		}
		port = fmt.Sprintf("node%d", len(existing))
		return addVeth(handle, port, bridge, c.node, wanLink)
	})
	if err != nil {
		return fmt.Errorf("wan: %w", err)
	}
	err = links(c.node, func(handle *netlink.Handle) error {
		if _, err := setUp(handle, wanLink, c.wan); err != nil {
			return err
		}
		return settle(handle, wanLink)
	})
	if err != nil {
		return err
	}
	return links(wan, func(handle *netlink.Handle) error { return settle(handle, port) })
}

// sharedWAN makes the namespace on first use; clusters are made one after the other.
func (w *world) sharedWAN() (*netns.Namespace, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.wan != nil {
		return w.wan, nil
	}
	wan, err := netns.New()
	if err != nil {
		return nil, err
	}
	err = wan.Do(func() error { return sysctl("ipv6/conf/default/disable_ipv6", "1") })
	if err == nil {
		err = links(wan, func(handle *netlink.Handle) error {
			_, err := addBridge(handle, wanBridge)
			return err
		})
	}
	if err != nil {
		wan.Close()
		return nil, err
	}
	w.wan = wan
	return wan, nil
}

// end lets go of everything; the namespaces' links and rules go with them.
func (c *cluster) end() {
	c.mutex.Lock()
	balancers, lost, pods := c.balancers, c.lost, c.pods
	c.balancers, c.pods = nil, nil
	c.mutex.Unlock()
	for _, each := range []map[netip.AddrPort]*balancer{balancers, lost} {
		for _, b := range each {
			b.close()
		}
	}
	for _, p := range pods {
		p.namespace.Close()
	}
	if c.dns != nil {
		c.dns.Close()
	}
	if c.node != nil {
		c.node.Close()
	}
}
