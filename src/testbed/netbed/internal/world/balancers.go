package world

import (
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink"
)

type setBalancer struct {
	envelope
	Cluster string   `json:"cluster"`
	Address string   `json:"address"`
	Port    uint16   `json:"port"`
	Targets []string `json:"targets"`
}

func (o *setBalancer) things() []string { return []string{balancerThing(o.Cluster)} }

func (o *setBalancer) run(w *world) (reply, error) {
	c, err := w.cluster(o.Cluster)
	if err != nil {
		return nil, err
	}
	at, err := balancerAt(o.Address, o.Port)
	if err != nil {
		return nil, err
	}
	targets, err := targetsOf(o.Targets)
	if err != nil {
		return nil, err
	}
	if err := w.mayHave(c, at.Addr()); err != nil {
		return nil, err
	}
	b, err := c.balancer(at)
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
		other.mutex.Lock()
		taken := other.addresses[address] > 0 || other.wan.Addr() == address
		other.mutex.Unlock()
		if taken {
			return fmt.Errorf("address %s is taken by cluster %s", address, other.name)
		}
	}
	return nil
}

// balancer finds the one at this place, or makes it: address on the node, hole in the filter.
func (c *cluster) balancer(at netip.AddrPort) (*balancer, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.balancers == nil {
		return nil, errClosing
	}
	if b := c.balancers[at]; b != nil {
		return b, nil
	}
	if err := c.holdAddress(at.Addr()); err != nil {
		return nil, err
	}
	b := &balancer{at: at, cluster: c, counts: map[string]*count{}}
	c.balancers[at] = b
	return b, c.guardLocked()
}

type removeBalancer struct {
	envelope
	Cluster string `json:"cluster"`
	Address string `json:"address"`
	Port    uint16 `json:"port"`
	Cut     bool   `json:"cut"`
}

func (o *removeBalancer) things() []string { return []string{balancerThing(o.Cluster)} }

func (o *removeBalancer) run(w *world) (reply, error) {
	c, err := w.cluster(o.Cluster)
	if err != nil {
		return nil, err
	}
	at, err := balancerAt(o.Address, o.Port)
	if err != nil {
		return nil, err
	}
	b, err := c.forget(at)
	if err != nil {
		return nil, err
	}
	if o.Cut {
		b.close(true)
		return nil, c.releaseAddress(at.Addr())
	}
	if err := b.aim(nil); err != nil {
		return nil, err
	}
	// Open connections need the address until the last of them ends.
	go func() {
		b.close(false)
		_ = c.releaseAddress(at.Addr())
	}()
	return nil, nil
}

func (c *cluster) forget(at netip.AddrPort) (*balancer, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	b := c.balancers[at]
	if b == nil {
		return nil, fmt.Errorf("there is no load balancer %s in cluster %s", at, c.name)
	}
	delete(c.balancers, at)
	return b, c.guardLocked()
}

func (c *cluster) holdAddress(address netip.Addr) error {
	if c.addresses[address] == 0 {
		err := c.onWAN(func(handle *netlink.Handle, wan netlink.Link) error {
			return handle.AddrAdd(wan, addr(alone(address)))
		})
		if err != nil {
			return fmt.Errorf("address %s: %w", address, err)
		}
	}
	c.addresses[address]++
	return nil
}

func (c *cluster) releaseAddress(address netip.Addr) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.addresses[address]--
	if c.addresses[address] > 0 || c.balancers == nil {
		return nil
	}
	delete(c.addresses, address)
	return c.onWAN(func(handle *netlink.Handle, wan netlink.Link) error {
		return handle.AddrDel(wan, addr(alone(address)))
	})
}

func (c *cluster) onWAN(f func(*netlink.Handle, netlink.Link) error) error {
	return links(c.node, func(handle *netlink.Handle) error {
		wan, err := handle.LinkByName(wanLink)
		if err != nil {
			return err
		}
		return f(handle, wan)
	})
}

// alone is the prefix of one address: no second route to the wan, no other source address for the node.
func alone(address netip.Addr) netip.Prefix { return netip.PrefixFrom(address, address.BitLen()) }
