package redirect

import (
	"net/netip"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"meshfed.io/testbed/netbed/internal/nft"
)

// dns says which name servers' traffic goes to the agent: matches on the server, or one empty match for all.
type dns struct {
	to, from [][]expr.Any
}

func dnsOf(config Config, resolvers []netip.Addr) dns {
	switch {
	case !config.RedirectDNS:
		return dns{}
	case config.CaptureAllDNS:
		return dns{to: [][]expr.Any{nil}, from: [][]expr.Any{nil}}
	}
	var d dns
	for _, resolver := range resolvers {
		server := netip.PrefixFrom(resolver, resolver.BitLen())
		d.to = append(d.to, nft.Destination(nft.Is, server))
		d.from = append(d.from, nft.Source(nft.Is, server))
	}
	return d
}

func (d dns) captured() bool { return len(d.to) > 0 }

func (r rules) dnsRedirect() {
	for _, protocol := range []byte{nft.TCP, nft.UDP} {
		for _, server := range r.dns.to {
			r.Rule(outputDNS, nft.Protocol(protocol), nft.DestinationPort(nft.Is, 53), server, nft.Redirect(dnsPort))
		}
	}
}

// dnsZones keeps the application's UDP queries (zone 2) and the agent's own (zone 1) apart in connection tracking, where
// equal ports would meet; see addDNSConntrackZones in Istio's run.go. The first zone a packet is given stays.
func (r rules) dnsZones() {
	const (
		rawOutput, rawPrerouting = "raw-output", "raw-prerouting"
		agent, application       = 1, 2
	)
	r.Base(rawOutput, nftables.ChainTypeFilter, nftables.ChainHookOutput, rawPriority)
	r.Base(rawPrerouting, nftables.ChainTypeFilter, nftables.ChainHookPrerouting, rawPriority)
	zone := func(chain string, number uint16, parts ...[]expr.Any) {
		parts = append([][]expr.Any{nft.Protocol(nft.UDP)}, parts...)
		r.Rule(chain, append(parts, nft.Zone(number))...)
	}
	owners := func(owner func(expr.CmpOp, uint32) []expr.Any, ids []uint32) {
		for _, id := range ids {
			zone(rawOutput, agent, nft.DestinationPort(nft.Is, 53), owner(nft.Is, id))
			zone(rawOutput, application, nft.SourcePort(nft.Is, dnsPort), owner(nft.Is, id))
		}
	}
	owners(nft.User, r.ProxyUsers)
	owners(nft.Group, r.ProxyGroups)
	for i := range r.dns.to {
		zone(rawOutput, application, nft.DestinationPort(nft.Is, 53), r.dns.to[i])
		zone(rawPrerouting, agent, nft.SourcePort(nft.Is, 53), r.dns.from[i])
	}
}
