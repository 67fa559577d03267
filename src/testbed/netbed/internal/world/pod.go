package world

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"meshfed.io/testbed/netbed/internal/netns"
	"meshfed.io/testbed/netbed/internal/redirect"
)

const podLink = "eth0"

type pod struct {
	namespace *netns.Namespace
	veth      string // the node's end
}

type addPod struct {
	envelope
	Cluster string `json:"cluster"`
	Name    string `json:"name"`
	Address string `json:"address"`
}

func podThing(cluster, name string) string { return "pod " + cluster + "/" + name }

func (o *addPod) things() []string {
	return []string{"cluster " + o.Cluster, podThing(o.Cluster, o.Name)}
}

func (o *addPod) run(w *world) (reply, error) {
	c, err := w.cluster(o.Cluster)
	if err != nil {
		return nil, err
	}
	address, err := ipv4("address", o.Address)
	if err != nil {
		return nil, err
	}
	if !c.gateway.Masked().Contains(address) || address == c.gateway.Addr() {
		return nil, fmt.Errorf("address %s is not for pods of cluster %s (%s)", address, c.name, c.gateway.Masked())
	}
	if o.Name == "" {
		return nil, errors.New("a pod needs a name")
	}
	c.mutex.Lock()
	_, taken := c.pods[o.Name]
	c.mutex.Unlock()
	if taken {
		return nil, fmt.Errorf("there is already a pod %q", o.Name)
	}
	p, err := c.buildPod(netip.PrefixFrom(address, c.gateway.Bits()))
	if err != nil {
		return nil, err
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.pods == nil {
		p.namespace.Close()
		return nil, errClosing
	}
	c.pods[o.Name] = p
	return reply{"netns": p.namespace.Path()}, nil
}

func (c *cluster) buildPod(address netip.Prefix) (*pod, error) {
	namespace, err := netns.New()
	if err != nil {
		return nil, err
	}
	p := &pod{namespace: namespace, veth: fmt.Sprintf("pod%d", c.links.Add(1))}
	if err := c.wire(p, address); err != nil {
		namespace.Close()
		return nil, err
	}
	return p, nil
}

func (c *cluster) wire(p *pod, address netip.Prefix) error {
	err := links(c.node, func(handle *netlink.Handle) error {
		bridge, err := handle.LinkByName(podBridge)
		if err != nil {
			return fmt.Errorf("link %s: %w", podBridge, err)
		}
		return addVeth(handle, p.veth, bridge, p.namespace, podLink)
	})
	if err != nil {
		return err
	}
	if err := p.namespace.Do(podSettings); err != nil {
		return err
	}
	err = links(p.namespace, func(handle *netlink.Handle) error {
		if _, err := setUp(handle, "lo", netip.Prefix{}); err != nil {
			return err
		}
		link, err := setUp(handle, podLink, address)
		if err != nil {
			return err
		}
		route := &netlink.Route{LinkIndex: link.Attrs().Index, Gw: net.IP(c.gateway.Addr().AsSlice())}
		if err := handle.RouteAdd(route); err != nil {
			return fmt.Errorf("default route: %w", err)
		}
		return settle(handle, podLink)
	})
	if err != nil {
		return err
	}
	return links(c.node, func(handle *netlink.Handle) error { return settle(handle, p.veth, podBridge) })
}

func podSettings() error {
	for name, value := range map[string]string{
		// As containerd does: a gateway that is not root listens on 443.
		"ipv4/ip_unprivileged_port_start": "0",
		// Only the loopback has IPv6: no neighbours to find by it.
		"ipv6/conf/" + podLink + "/disable_ipv6": "1",
	} {
		if err := sysctl(name, value); err != nil {
			return fmt.Errorf("sysctl %s: %w", name, err)
		}
	}
	return nil
}

type deletePod struct {
	envelope
	Cluster string `json:"cluster"`
	Name    string `json:"name"`
}

func (o *deletePod) things() []string { return []string{podThing(o.Cluster, o.Name)} }

func (o *deletePod) run(w *world) (reply, error) {
	c, err := w.cluster(o.Cluster)
	if err != nil {
		return nil, err
	}
	c.mutex.Lock()
	p, known := c.pods[o.Name]
	delete(c.pods, o.Name)
	c.mutex.Unlock()
	if !known {
		return nil, fmt.Errorf("there is no pod %q", o.Name)
	}
	w.endRelaysOf(p.namespace)
	defer p.namespace.Close()
	// Processes that still run keep the namespace, but are off the network and the address is free.
	return nil, links(c.node, func(handle *netlink.Handle) error {
		link, err := handle.LinkByName(p.veth)
		if err != nil {
			return fmt.Errorf("link %s: %w", p.veth, err)
		}
		return handle.LinkDel(link)
	})
}

type redirectPod struct {
	envelope
	Cluster    string            `json:"cluster"`
	Pod        string            `json:"pod"`
	IstioArgs  []string          `json:"istioArgs"`
	IstioEnv   map[string]string `json:"istioEnv"`
	DNSServers []string          `json:"dnsServers"`
}

func (o *redirectPod) things() []string { return []string{podThing(o.Cluster, o.Pod)} }

func (o *redirectPod) run(w *world) (reply, error) {
	c, err := w.cluster(o.Cluster)
	if err != nil {
		return nil, err
	}
	c.mutex.Lock()
	p, known := c.pods[o.Pod]
	c.mutex.Unlock()
	if !known {
		return nil, fmt.Errorf("there is no pod %q", o.Pod)
	}
	config, err := redirect.Parse(o.IstioArgs, o.IstioEnv)
	if err != nil {
		return nil, err
	}
	resolvers := []netip.Addr{c.gateway.Addr()}
	if len(o.DNSServers) > 0 {
		resolvers = nil
		for _, text := range o.DNSServers {
			address, err := ipv4("dnsServers", text)
			if err != nil {
				return nil, err
			}
			resolvers = append(resolvers, address)
		}
	}
	err = p.namespace.Do(func() error { return redirect.Apply(config, resolvers) })
	if err != nil {
		return nil, fmt.Errorf("redirect of pod %s: %w", o.Pod, err)
	}
	return nil, nil
}
