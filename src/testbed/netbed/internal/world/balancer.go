package world

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"meshfed.io/testbed/netbed/internal/forward"
)

// A target that does not even answer is skipped after this time.
const targetDialTimeout = time.Second

// balancer is what a cloud puts before the pods of a Service of type LoadBalancer or, inside, kube-proxy before those of
// any Service. Without targets it refuses connections, as kube-proxy does.
type balancer struct {
	at      netip.AddrPort
	inside  bool
	cluster *cluster

	mutex   sync.Mutex
	targets []string
	next    int
	counts  map[string]*count
	current *forward.Server   // nil when it does not listen
	servers []*forward.Server // all that may still have connections
}

type count struct {
	Taken int `json:"taken"`
	Now   int `json:"now"`
}

// aim changes the targets; connections that are open stay where they are.
func (b *balancer) aim(targets []string) error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.targets = targets
	switch {
	case len(targets) == 0 && b.current != nil:
		b.current.Close()
		b.current = nil
	case len(targets) > 0 && b.current == nil:
		listener, err := b.cluster.node.Listen(b.at.String())
		if err != nil {
			return err
		}
		b.current = forward.Serve(listener, b.dial)
		b.servers = append(b.servers, b.current)
	}
	return nil
}

func (b *balancer) dial() (net.Conn, func(), error) {
	b.mutex.Lock()
	targets, first := b.targets, b.next
	b.next++
	b.mutex.Unlock()
	problem := errors.New("no targets")
	for i := range targets {
		target := targets[(first+i)%len(targets)]
		conn, err := b.cluster.node.Dial(target, targetDialTimeout)
		if err == nil {
			return conn, b.taken(target), nil
		}
		problem = err
	}
	return nil, nil, problem
}

func (b *balancer) taken(target string) (over func()) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	c := b.counts[target]
	if c == nil {
		c = &count{}
		b.counts[target] = c
	}
	c.Taken++
	c.Now++
	return func() {
		b.mutex.Lock()
		defer b.mutex.Unlock()
		c.Now--
	}
}

// lose has what is open end with a reset: a close that comes through at last must not look like an answer.
func (b *balancer) lose() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, server := range b.servers {
		server.Lose()
	}
}

// close stops listening and resets the connections.
func (b *balancer) close() {
	b.mutex.Lock()
	servers := b.servers
	b.targets, b.current = nil, nil
	b.mutex.Unlock()
	for _, server := range servers {
		server.Close()
		server.Cut()
	}
}

func (b *balancer) report() map[string]any {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	total, targets := count{}, map[string]count{}
	for target, c := range b.counts {
		targets[target] = *c
		total.Taken += c.Taken
		total.Now += c.Now
	}
	return map[string]any{
		"cluster": b.cluster.name, "address": b.at.Addr().String(), "port": b.at.Port(),
		"taken": total.Taken, "now": total.Now, "targets": targets,
	}
}

type readCounters struct {
	envelope
}

func (o *readCounters) things() []string { return nil }

func (o *readCounters) run(w *world) (reply, error) {
	balancers, services := []map[string]any{}, []map[string]any{}
	for _, c := range w.allClusters() {
		c.mutex.Lock()
		for _, b := range c.balancers {
			if b.inside {
				services = append(services, b.report())
			} else {
				balancers = append(balancers, b.report())
			}
		}
		c.mutex.Unlock()
	}
	return reply{"loadBalancers": balancers, "services": services}, nil
}

func (w *world) allClusters() []*cluster {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	var all []*cluster
	for _, c := range w.clusters {
		all = append(all, c)
	}
	return all
}

func balancerThing(cluster string) string { return "loadBalancers " + cluster }

func balancerAt(address string, port uint16) (netip.AddrPort, error) {
	parsed, err := ipv4("address", address)
	if err == nil && port == 0 {
		err = errors.New("a load balancer needs a port")
	}
	return netip.AddrPortFrom(parsed, port), err
}

func targetsOf(texts []string) ([]string, error) {
	var targets []string
	for _, text := range texts {
		target, err := netip.ParseAddrPort(text)
		if err != nil {
			return nil, fmt.Errorf("target %q is not an address with a port", text)
		}
		targets = append(targets, target.String())
	}
	return targets, nil
}
