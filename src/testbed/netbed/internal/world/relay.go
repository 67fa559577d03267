package world

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"meshfed.io/testbed/netbed/internal/forward"
	"meshfed.io/testbed/netbed/internal/netns"
)

const relayDialTimeout = 5 * time.Second

// relay passes TCP between two namespaces.
type relay struct {
	server *forward.Server
	from   *netns.Namespace
	to     *netns.Namespace
}

type addRelay struct {
	envelope
	Name        string `json:"name"`
	ListenNetns string `json:"listenNetns"`
	Listen      string `json:"listen"`
	DialNetns   string `json:"dialNetns"`
	Dial        string `json:"dial"`
}

func (o *addRelay) things() []string { return []string{"relay " + o.Name} }

func (o *addRelay) run(w *world) (reply, error) {
	if o.Name == "" {
		return nil, errors.New("a relay needs a name")
	}
	r, err := o.start()
	if err != nil {
		return nil, err
	}
	if err := claim(w, w.relays, "relay", o.Name, r); err != nil {
		r.end()
		return nil, err
	}
	return reply{"listen": r.server.Address()}, nil
}

func (o *addRelay) start() (*relay, error) {
	target, err := netip.ParseAddrPort(o.Dial)
	if err != nil {
		return nil, fmt.Errorf("dial %q is not an address with a port", o.Dial)
	}
	if o.DialNetns == "" && !target.Addr().IsLoopback() {
		return nil, fmt.Errorf("dial %s: in the machine's own network only loopback addresses are dialled", o.Dial)
	}
	from, err := netns.Open(o.ListenNetns)
	if err != nil {
		return nil, err
	}
	to, err := netns.Open(o.DialNetns)
	if err != nil {
		from.Close()
		return nil, err
	}
	listener, err := from.Listen(o.Listen)
	if err != nil {
		from.Close()
		to.Close()
		return nil, err
	}
	server := forward.Serve(listener, func() (net.Conn, func(), error) {
		conn, err := to.Dial(o.Dial, relayDialTimeout)
		return conn, func() {}, err
	})
	return &relay{server: server, from: from, to: to}, nil
}

type closeRelay struct {
	envelope
	Name string `json:"name"`
}

func (o *closeRelay) things() []string { return []string{"relay " + o.Name} }

func (o *closeRelay) run(w *world) (reply, error) {
	r, err := take(w, w.relays, "relay", o.Name)
	if err != nil {
		return nil, err
	}
	r.end()
	return nil, nil
}

func (r *relay) end() {
	r.server.Close()
	r.server.Cut()
	r.from.Close()
	r.to.Close()
}

// endRelaysOf ends those that listen or dial in the namespace.
func (w *world) endRelaysOf(namespace *netns.Namespace) {
	w.mutex.Lock()
	var ended []*relay
	for name, r := range w.relays {
		if r.from.Is(namespace) || r.to.Is(namespace) {
			ended = append(ended, r)
			delete(w.relays, name)
		}
	}
	w.mutex.Unlock()
	for _, r := range ended {
		r.end()
	}
}
