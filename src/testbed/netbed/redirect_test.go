package main

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

const proxyID = 1337

// usual are the arguments of an injected pod's istio-init.
var usual = []string{
	"istio-iptables", "-p", "15001", "-z", "15006", "-u", "1337", "-m", "REDIRECT", "-i", "*", "-x", "", "-b", "*",
	"-d", "15090,15021,15020", "--log_output_level=default:info",
}

// redirected is a pod with a proxy that tells where connections were going, and a second pod in the cluster.
type redirected struct {
	world        *worldClient
	app, proxy   place
	peer         place
	own, another string
}

func startRedirected(t *testing.T, request fields) redirected {
	t.Helper()
	w := startWorld(t)
	w.cluster(t, "east", 10)
	r := redirected{
		world: w, own: "10.10.0.2", another: "10.10.0.3",
		app: at(t, w.pod(t, "east", "pod", "10.10.0.2")), peer: at(t, w.pod(t, "east", "peer", "10.10.0.3")),
	}
	r.proxy = r.app.as(proxyID, proxyID)
	r.proxy.speak(t, "0.0.0.0:15001", func(original string) string { return "out " + original })
	r.proxy.speak(t, "0.0.0.0:15006", func(original string) string { return "in " + original })
	r.app.say(t, "0.0.0.0:8080", "app")
	r.app.say(t, "0.0.0.0:15021", "health")
	r.peer.say(t, "0.0.0.0:8080", "peer")
	r.peer.say(t, "0.0.0.0:9090", "peer")
	r.redirect(t, request)
	return r
}

func (r redirected) redirect(t *testing.T, request fields) {
	t.Helper()
	all := fields{"cluster": "east", "pod": "pod", "istioArgs": usual}
	for key, value := range request {
		all[key] = value
	}
	r.world.do(t, "redirect", all)
}

func with(more ...string) fields {
	return fields{"istioArgs": append(append([]string{}, usual...), more...)}
}

func TestRedirect(t *testing.T) {
	r := startRedirected(t, nil)
	stranger := r.app.as(1000, 1000)
	for _, c := range []struct {
		name string
		from place
		to   string
		want string
	}{
		{"outbound goes to the proxy", r.app, r.another + ":8080", "out " + r.another + ":8080"},
		{"outbound of any user does", stranger, r.another + ":8080", "out " + r.another + ":8080"},
		{"an address that nobody has does", r.app, "240.240.0.1:80", "out 240.240.0.1:80"},
		{"the proxy's user is exempt", r.app.as(proxyID, 0), r.another + ":8080", "peer"},
		{"the proxy's group is exempt", r.app.as(0, proxyID), r.another + ":8080", "peer"},
		{"inbound goes to the proxy", r.peer, r.own + ":8080", "in " + r.own + ":8080"},
		{"a port without listener does", r.peer, r.own + ":4711", "in " + r.own + ":4711"},
		{"an excluded inbound port does not", r.peer, r.own + ":15021", "health"},
		{"the application calls itself directly", r.app, r.own + ":8080", "app"},
		{"the application calls loopback directly", r.app, "127.0.0.1:8080", "app"},
		{"the proxy calls its own pod by the inbound listener", r.proxy, r.own + ":8080", "in " + r.own + ":8080"},
		{"the proxy calls loopback directly", r.proxy, "127.0.0.1:8080", "app"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.from.ask(t, c.to); got != c.want {
				t.Errorf("%q, not %q", got, c.want)
			}
		})
	}
}

func TestRedirectPassesWhatTheProxySendsOn(t *testing.T) {
	r := startRedirected(t, nil)
	// Istio's inbound clusters bind to this source.
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 6)}, Timeout: patience}
	conn, err := r.proxy.dialBy(dialer, "tcp", r.own+":8080")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	buffer := make([]byte, 10)
	n, err := conn.Read(buffer)
	if got := string(buffer[:n]); got != "app\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestRedirectExclusions(t *testing.T) {
	for _, c := range []struct {
		name      string
		arguments fields
		direct    func(redirected) string
	}{
		{"ranges", with("-x", "10.10.0.3/32"), func(r redirected) string { return r.app.ask(t, "10.10.0.3:8080") }},
		{"ports", with("-o", "8080"), func(r redirected) string { return r.app.ask(t, "10.10.0.3:8080") }},
		{"interfaces", with("-c", "eth0"), func(r redirected) string { return r.app.ask(t, "10.10.0.3:8080") }},
		{"all but a range", with("-i", "10.99.0.0/16"), func(r redirected) string { return r.app.ask(t, "10.10.0.3:8080") }},
		{"groups", fields{"istioEnv": fields{"ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE": "7"}},
			func(r redirected) string { return r.app.as(0, 7).ask(t, "10.10.0.3:8080") }},
		{"all but a group", fields{"istioEnv": fields{"ISTIO_OUTBOUND_OWNER_GROUPS": "7"}},
			func(r redirected) string { return r.app.as(0, 8).ask(t, "10.10.0.3:8080") }},
		{"all but listed inbound ports", with("-b", "9090"), func(r redirected) string {
			if got := r.peer.ask(t, "10.10.0.2:9090"); got != "in 10.10.0.2:9090" {
				t.Errorf("the listed port gave %q", got)
			}
			if got := r.peer.ask(t, "10.10.0.2:8080"); got != "app" {
				t.Errorf("another port gave %q", got)
			}
			return "peer"
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.direct(startRedirected(t, c.arguments)); got != "peer" {
				t.Errorf("%q, not directly", got)
			}
		})
	}
}

func TestRedirectOfListedRangesAndPorts(t *testing.T) {
	r := startRedirected(t, with("-i", "240.240.0.0/16", "-q", "9090"))
	for to, want := range map[string]string{
		"240.240.0.1:80": "out 240.240.0.1:80", "10.10.0.3:9090": "out 10.10.0.3:9090", "10.10.0.3:8080": "peer",
	} {
		if got := r.app.ask(t, to); got != want {
			t.Errorf("%s: %q, not %q", to, got, want)
		}
	}
}

func TestRedirectAgainReplaces(t *testing.T) {
	r := startRedirected(t, with("-x", "10.10.0.3/32"))
	r.redirect(t, nil)
	if got := r.app.ask(t, "10.10.0.3:8080"); got != "out 10.10.0.3:8080" {
		t.Error(got)
	}
}

func TestRedirectOfDNS(t *testing.T) {
	const resolver, name = "10.10.0.1:53", "httpbin.httpbin.svc.cluster.local."
	capture := fields{"istioEnv": fields{"ISTIO_META_DNS_CAPTURE": "true", "POD_NAME": "pod"}}
	r := startRedirected(t, capture)
	r.world.do(t, "dns", fields{"cluster": "east", "records": fields{name: []string{"10.10.0.99"}}, "ttlSeconds": 5})
	answerAll(t, r.proxy, "127.0.0.1:15053", "240.240.0.1")
	answerAll(t, r.peer, "10.10.0.3:53", "10.10.0.98")

	for _, protocol := range []string{"udp", "tcp"} {
		if got := r.app.lookUp(t, protocol, resolver, name); got != "240.240.0.1" {
			t.Errorf("%s: the application got %s", protocol, got)
		}
		if got := r.proxy.lookUp(t, protocol, resolver, name); got != "10.10.0.99" {
			t.Errorf("%s: the proxy got %s", protocol, got)
		}
	}
	// By UDP from one port, one after the other: the kernel must not take them for one conversation.
	for _, c := range []struct {
		who  place
		want string
	}{{r.app, "240.240.0.1"}, {r.proxy, "10.10.0.99"}} {
		from := net.Dialer{LocalAddr: &net.UDPAddr{IP: net.ParseIP(r.own), Port: 40000}}
		conn, err := c.who.dialBy(from, "udp", resolver)
		if err != nil {
			t.Fatal(err)
		}
		if got := exchange(t, conn, name); got != c.want {
			t.Errorf("from one port: %s, not %s", got, c.want)
		}
	}
	if got := r.app.lookUp(t, "udp", "10.10.0.3:53", name); got != "10.10.0.98" {
		t.Errorf("another server: %s", got)
	}
	r.redirect(t, with("--redirect-dns", "--capture-all-dns"))
	if got := r.app.lookUp(t, "udp", "10.10.0.3:53", name); got != "240.240.0.1" {
		t.Errorf("another server, all captured: %s", got)
	}
}

// answerAll is a name server with one answer.
func answerAll(t *testing.T, p place, address, answer string) {
	t.Helper()
	handler := dns.HandlerFunc(func(writer dns.ResponseWriter, query *dns.Msg) {
		reply := new(dns.Msg).SetReply(query)
		header := dns.RR_Header{Name: query.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}
		reply.Answer = append(reply.Answer, &dns.A{Hdr: header, A: net.ParseIP(answer)})
		_ = writer.WriteMsg(reply)
	})
	err := p.do(func() error {
		packets, err := net.ListenPacket("udp", address)
		if err != nil {
			return err
		}
		listener, err := p.namespace.Listen(address)
		if err != nil {
			return err
		}
		for _, server := range []*dns.Server{{PacketConn: packets, Handler: handler}, {Listener: listener, Handler: handler}} {
			go func() { _ = server.ActivateAndServe() }()
		}
		t.Cleanup(func() { packets.Close(); listener.Close() })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// lookUp gives the addresses, or the code when it is an error.
func (p place) lookUp(t *testing.T, protocol, server, name string) string {
	t.Helper()
	conn, err := p.dial(protocol, server)
	if err != nil {
		t.Fatal(err)
	}
	return exchange(t, conn, name)
}

// exchange asks on a connection and closes it.
func exchange(t *testing.T, conn net.Conn, name string) string {
	t.Helper()
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	reply, _, err := new(dns.Client).ExchangeWithConn(new(dns.Msg).SetQuestion(name, dns.TypeA), &dns.Conn{Conn: conn})
	if err != nil {
		t.Fatalf("%s: %v", conn.RemoteAddr(), err)
	}
	if reply.Rcode != dns.RcodeSuccess {
		return dns.RcodeToString[reply.Rcode]
	}
	var addresses []string
	for _, record := range reply.Answer {
		addresses = append(addresses, record.(*dns.A).A.String())
	}
	return strings.Join(addresses, " ")
}
