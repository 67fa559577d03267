package world

import (
	"fmt"
	"net/netip"
	"sync"

	"meshfed.io/testbed/netbed/internal/netns"
)

// world is all that was made. The mutex guards the maps; what is in them is guarded by the turns of operations, or by
// locks of its own.
type world struct {
	mutex    sync.Mutex
	closing  bool
	wan      *netns.Namespace
	clusters map[string]*cluster
	relays   map[string]*relay
}

func newWorld() *world {
	return &world{clusters: map[string]*cluster{}, relays: map[string]*relay{}}
}

func (w *world) cluster(name string) (*cluster, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if c := w.clusters[name]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("there is no cluster %q", name)
}

// claim puts something new into one of the maps, unless the name is taken.
func claim[T any](w *world, into map[string]T, kind, name string, thing T) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.closing {
		return errClosing
	}
	if _, taken := into[name]; taken {
		return fmt.Errorf("there is already a %s %q", kind, name)
	}
	into[name] = thing
	return nil
}

// take removes something from one of the maps.
func take[T any](w *world, from map[string]T, kind, name string) (T, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	thing, known := from[name]
	if !known {
		return thing, fmt.Errorf("there is no %s %q", kind, name)
	}
	delete(from, name)
	return thing, nil
}

func (w *world) close() {
	w.mutex.Lock()
	w.closing = true
	relays, clusters, wan := w.relays, w.clusters, w.wan
	w.relays, w.clusters = map[string]*relay{}, map[string]*cluster{}
	w.mutex.Unlock()
	for _, r := range relays {
		r.end()
	}
	for _, c := range clusters {
		c.end()
	}
	if wan != nil {
		wan.Close()
	}
}

func ipv4(what, text string) (netip.Addr, error) {
	address, err := netip.ParseAddr(text)
	if err != nil || !address.Is4() {
		return netip.Addr{}, fmt.Errorf("%s %q is not an IPv4 address", what, text)
	}
	return address, nil
}

func prefix4(what, text string) (netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil || !prefix.Addr().Is4() {
		return netip.Prefix{}, fmt.Errorf("%s %q is not an IPv4 prefix such as 10.10.0.0/16", what, text)
	}
	return prefix, nil
}
