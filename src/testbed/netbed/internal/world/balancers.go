package world

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// balancerPlace is what every request about a balancer names.
type balancerPlace struct {
	Cluster string `json:"cluster"`
	Address string `json:"address"`
	Port    uint16 `json:"port"`
	inside  bool   // a Service's own address, for the cluster's pods only
}

func (p *balancerPlace) things() []string { return []string{balancerThing(p.Cluster)} }

func (p *balancerPlace) find(w *world) (*cluster, netip.AddrPort, error) {
	c, err := w.cluster(p.Cluster)
	if err != nil {
		return nil, netip.AddrPort{}, err
	}
	at, err := balancerAt(p.Address, p.Port)
	return c, at, err
}

type setBalancer struct {
	envelope
	balancerPlace
	Targets []string `json:"targets"`
}

func (o *setBalancer) run(w *world) (reply, error) {
	c, at, err := o.find(w)
	if err != nil {
		return nil, err
	}
	targets, err := targetsOf(o.Targets)
	if err != nil {
		return nil, err
	}
	if o.inside {
		err = c.mayServe(at.Addr())
	} else {
		err = w.mayHave(c, at.Addr())
	}
	if err != nil {
		return nil, err
	}
	b, err := c.balancer(at, o.inside)
	if err != nil {
		return nil, err
	}
	return nil, b.aim(targets)
}

// mayHave refuses an address that is nobody's to give.
func (w *world) mayHave(c *cluster, address netip.Addr) error {
	if !c.wan.Masked().Contains(address) || address == c.wan.Addr() {
		return fmt.Errorf("address %s is not for load balancers of cluster %s (%s)", address, c.name, c.wan.Masked())
	}
	for _, other := range w.allClusters() {
		if other == c {
			continue
		}
		if err := other.cede(address); err != nil {
			return err
		}
	}
	return nil
}

// mayServe refuses an address that means something else.
func (c *cluster) mayServe(address netip.Addr) error {
	elsewhere := c.service.IsValid() && !c.service.Contains(address)
	if elsewhere || c.gateway.Masked().Contains(address) || c.wan.Masked().Contains(address) {
		return fmt.Errorf("address %s is not for Services of cluster %s", address, c.name)
	}
	return nil
}

// cede gives up an address that has no balancer any more, and forgets who had it last.
func (c *cluster) cede(address netip.Addr) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	taken := c.wan.Addr() == address
	for at := range c.balancers {
		taken = taken || at.Addr() == address
	}
	if taken {
		return fmt.Errorf("address %s is taken by cluster %s", address, c.name)
	}
	return c.onLink(wanLink, func(handle *netlink.Handle, wan netlink.Link) error {
		if c.addresses[address] {
			delete(c.addresses, address)
			return handle.AddrDel(wan, addr(alone(address)))
		}
		neighbour := &netlink.Neigh{LinkIndex: wan.Attrs().Index, IP: address.AsSlice()}
		if err := handle.NeighDel(neighbour); err != nil && !errors.Is(err, unix.ENOENT) {
			return fmt.Errorf("neighbour %s: %w", address, err)
		}
		return nil
	})
}

// balancer finds the one at this place, or makes it: address on the node, hole in the filter.
func (c *cluster) balancer(at netip.AddrPort, inside bool) (*balancer, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.balancers == nil {
		return nil, errClosing
	}
	if b := c.balancers[at]; b != nil {
		return b, nil
	}
	if !c.addresses[at.Addr()] {
		link := wanLink
		if inside {
			link = "lo"
		}
		err := c.onLink(link, func(handle *netlink.Handle, link netlink.Link) error {
			return handle.AddrAdd(link, addr(alone(at.Addr())))
		})
		if err != nil {
			return nil, fmt.Errorf("address %s: %w", at.Addr(), err)
		}
		c.addresses[at.Addr()] = true
	}
	b := &balancer{at: at, inside: inside, cluster: c, counts: map[string]*count{}}
	c.balancers[at] = b
	earlier := c.lost[at]
	delete(c.lost, at)
	if err := c.guardLocked(); err != nil {
		return nil, err
	}
	if earlier != nil {
		earlier.close() // what hung learns that it is over
	}
	return b, nil
}

type removeBalancer struct {
	envelope
	balancerPlace
	Cut       bool `json:"cut"`
	Blackhole bool `json:"blackhole"`
}

func (o *removeBalancer) run(w *world) (reply, error) {
	c, at, err := o.find(w)
	if err != nil {
		return nil, err
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	b := c.balancers[at]
	if b == nil || b.inside != o.inside {
		return nil, fmt.Errorf("there is no %s at %s in cluster %s", kindOf(o.inside), at, c.name)
	}
	delete(c.balancers, at)
	if o.Cut {
		b.close() // before its packets may be lost: the resets must get through
	} else if err := b.aim(nil); err != nil {
		return nil, err
	}
	if o.Blackhole {
		b.lose()
		c.lost[at] = b
	}
	return nil, c.guardLocked()
}

func kindOf(inside bool) string {
	if inside {
		return "Service"
	}
	return "load balancer"
}

func (c *cluster) onLink(name string, f func(*netlink.Handle, netlink.Link) error) error {
	return links(c.node, func(handle *netlink.Handle) error {
		link, err := handle.LinkByName(name)
		if err != nil {
			return fmt.Errorf("link %s: %w", name, err)
		}
		return f(handle, link)
	})
}

// alone is the prefix of one address: no second route to the wan, no other source address for the node.
func alone(address netip.Addr) netip.Prefix { return netip.PrefixFrom(address, address.BitLen()) }
