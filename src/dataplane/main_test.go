package dataplane

import (
	"net"
	"os"
	"testing"

	"github.com/miekg/dns"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/log"
)

// names is the whole Domain Name System of these tests.
var names = map[string][]string{
	"a1b2.elb.us-west-2.amazonaws.com.": {"203.0.113.21", "203.0.113.22"},
	"gw.west.example.":                  {"192.0.2.40"},
}

// TestMain quietens istiod and gives istiod a name server on the loopback; it would ask the machine's own for the gateways' names.
func TestMain(m *testing.M) {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server := &dns.Server{PacketConn: socket, Handler: dns.HandlerFunc(answer)}
	go func() { _ = server.ActivateAndServe() }()
	model.NetworkGatewayTestDNSServers = []string{socket.LocalAddr().String()}
	code := m.Run()
	_ = server.Shutdown()
	os.Exit(code)
}

func answer(writer dns.ResponseWriter, request *dns.Msg) {
	response := new(dns.Msg).SetReply(request)
	question := request.Question[0]
	addresses, known := names[question.Name]
	if !known {
		response.Rcode = dns.RcodeNameError
	}
	if question.Qtype == dns.TypeA {
		for _, address := range addresses {
			response.Answer = append(response.Answer, &dns.A{
				Hdr: dns.RR_Header{Name: question.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 3600},
				A:   net.ParseIP(address),
			})
		}
	}
	_ = writer.WriteMsg(response)
}
