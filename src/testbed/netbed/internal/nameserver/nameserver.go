// Package nameserver is the DNS server of one cluster: it knows what it was told and denies the rest at once.
package nameserver

import (
	"net"
	"net/netip"
	"sync"

	"github.com/miekg/dns"
	"meshfed.io/testbed/netbed/internal/netns"
)

// Server answers by UDP and TCP.
type Server struct {
	mutex   sync.RWMutex
	records map[string][]netip.Addr
	ttl     uint32
	servers []*dns.Server
}

// Start listens on an address such as 10.10.0.1:53.
func Start(namespace *netns.Namespace, address string) (*Server, error) {
	packets, err := namespace.ListenPacket(address)
	if err != nil {
		return nil, err
	}
	listener, err := namespace.Listen(address)
	if err != nil {
		_ = packets.Close()
		return nil, err
	}
	s := &Server{}
	s.serve(&dns.Server{PacketConn: packets, Handler: s})
	s.serve(&dns.Server{Listener: listener, Handler: s})
	return s, nil
}

func (s *Server) serve(server *dns.Server) {
	started := make(chan struct{})
	server.NotifyStartedFunc = func() { close(started) }
	s.servers = append(s.servers, server)
	go func() { _ = server.ActivateAndServe() }()
	<-started // a Shutdown before the start would be lost
}

// Replace swaps all records; names are fully qualified, the TTL is in seconds.
func (s *Server) Replace(records map[string][]netip.Addr, ttl uint32) {
	known := make(map[string][]netip.Addr, len(records))
	for name, addresses := range records {
		known[dns.CanonicalName(name)] = addresses
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.records, s.ttl = known, ttl
}

// Close stops listening.
func (s *Server) Close() {
	for _, server := range s.servers {
		_ = server.Shutdown()
	}
}

// ServeDNS answers one query.
func (s *Server) ServeDNS(writer dns.ResponseWriter, query *dns.Msg) {
	reply := new(dns.Msg).SetReply(query)
	reply.Authoritative = true
	if len(query.Question) != 1 {
		reply.Rcode = dns.RcodeFormatError
	} else {
		s.answer(reply, query.Question[0])
	}
	if _, udp := writer.RemoteAddr().(*net.UDPAddr); udp {
		size := dns.MinMsgSize
		if edns := query.IsEdns0(); edns != nil {
			size = int(edns.UDPSize())
		}
		reply.Truncate(size)
	}
	_ = writer.WriteMsg(reply)
}

func (s *Server) answer(reply *dns.Msg, question dns.Question) {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	addresses, known := s.records[dns.CanonicalName(question.Name)]
	if !known {
		reply.Rcode = dns.RcodeNameError
		return
	}
	for _, address := range addresses {
		header := dns.RR_Header{Name: question.Name, Class: dns.ClassINET, Ttl: s.ttl}
		switch {
		case question.Qtype == dns.TypeA && address.Is4():
			header.Rrtype = dns.TypeA
			reply.Answer = append(reply.Answer, &dns.A{Hdr: header, A: address.AsSlice()})
		case question.Qtype == dns.TypeAAAA && address.Is6():
			header.Rrtype = dns.TypeAAAA
			reply.Answer = append(reply.Answer, &dns.AAAA{Hdr: header, AAAA: address.AsSlice()})
		}
	}
}
