package redirect

import (
	"net/netip"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"meshfed.io/testbed/netbed/internal/nft"
)

const (
	tableName = "istio"
	// dnsPort is where the agent answers DNS.
	dnsPort = 15053

	// Base chains, named for the place that iptables gives them.
	natPrerouting = "nat-prerouting"
	natOutput     = "nat-output"

	// Istio's own chains.
	inbound         = "ISTIO_INBOUND"
	inboundRedirect = "ISTIO_IN_REDIRECT"
	output          = "ISTIO_OUTPUT"
	outputRedirect  = "ISTIO_REDIRECT"
	outputDNS       = "ISTIO_OUTPUT_DNS"

	rawPriority    = -300
	manglePriority = -150
	natPriority    = -100
)

// Apply writes the rules in the namespace of this thread, in place of earlier ones. resolvers are the name servers of
// the pod, the only ones whose traffic is captured unless CaptureAllDNS.
//
// The order of the rules is that of Istio's tools/istio-iptables/pkg/capture/run.go: first match wins. One difference:
// "not this owner" matches a packet without a socket there and not here; a new connection always has one.
func Apply(config Config, resolvers []netip.Addr) error {
	table, err := nft.Replace(tableName)
	if err != nil {
		return err
	}
	table.Base(natPrerouting, nftables.ChainTypeNAT, nftables.ChainHookPrerouting, natPriority)
	table.Base(natOutput, nftables.ChainTypeNAT, nftables.ChainHookOutput, natPriority)
	for _, chain := range []string{outputRedirect, inboundRedirect, inbound, outputDNS, output} {
		table.Chain(chain)
	}
	r := rules{Table: table, Config: config, dns: dnsOf(config, resolvers)}
	r.Rule(outputRedirect, nft.Protocol(nft.TCP), nft.Redirect(config.ProxyPort))
	r.Rule(inboundRedirect, nft.Protocol(nft.TCP), nft.Redirect(config.InboundPort))
	r.interfaces()
	r.dropInvalid()
	r.inbound()
	r.outbound()
	if r.dns.captured() {
		r.dnsZones()
	}
	return table.Commit()
}

type rules struct {
	*nft.Table
	Config
	dns dns
}

// interfaces comes first: what is excluded is never looked at, and what a virtual machine sends in is outbound.
func (r rules) interfaces() {
	for _, name := range r.VirtualInterfaces {
		if r.OutboundInclude.All {
			r.Rule(natPrerouting, nft.In(name), nft.Jump(outputRedirect))
		}
		for _, target := range r.OutboundInclude.List {
			r.Rule(natPrerouting, nft.In(name), nft.Destination(nft.Is, target), nft.Jump(outputRedirect))
		}
		r.Rule(natPrerouting, nft.In(name), nft.Return())
	}
	for _, name := range r.ExcludeInterfaces {
		r.Rule(natPrerouting, nft.In(name), nft.Return())
		r.Rule(natOutput, nft.Out(name), nft.Return())
	}
}

func (r rules) dropInvalid() {
	if r.DropInvalid {
		const chain = "mangle-prerouting"
		r.Base(chain, nftables.ChainTypeFilter, nftables.ChainHookPrerouting, manglePriority)
		r.Rule(chain, nft.State(expr.CtStateBitINVALID), nft.Drop())
	}
}

func (r rules) inbound() {
	r.Rule(inbound, nft.Protocol(nft.TCP), nft.DestinationPort(nft.Is, r.TunnelPort), nft.Return())
	if r.InboundInclude.All || len(r.InboundInclude.List) > 0 {
		r.Rule(natPrerouting, nft.Protocol(nft.TCP), nft.Jump(inbound))
	}
	if r.InboundInclude.All {
		for _, port := range r.InboundExclude {
			r.Rule(inbound, nft.Protocol(nft.TCP), nft.DestinationPort(nft.Is, port), nft.Return())
		}
		r.Rule(inbound, nft.Protocol(nft.TCP), nft.Jump(inboundRedirect))
	}
	for _, port := range r.InboundInclude.List {
		r.Rule(inbound, nft.Protocol(nft.TCP), nft.DestinationPort(nft.Is, port), nft.Jump(inboundRedirect))
	}
}

func (r rules) outbound() {
	r.Rule(natOutput, nft.Jump(output))
	for _, port := range r.OutboundPortsExclude {
		r.Rule(output, nft.Protocol(nft.TCP), nft.DestinationPort(nft.Is, port), nft.Return())
		r.Rule(output, nft.Protocol(nft.UDP), nft.DestinationPort(nft.Is, port), nft.Return())
	}
	// 127.0.0.6 is the source of what the proxy passes on to the application.
	r.Rule(output, nft.Out("lo"), nft.Source(nft.Is, netip.MustParsePrefix("127.0.0.6/32")), nft.Return())
	for _, user := range r.ProxyUsers {
		r.proxy(nft.User, user, r.dns.captured())
	}
	for _, group := range r.ProxyGroups {
		// Istio leaves port 53 out of this one for users only.
		r.proxy(nft.Group, group, false)
	}
	r.ownerGroups()
	if r.dns.captured() {
		r.Rule(output, nft.Jump(outputDNS))
		r.dnsRedirect()
	}
	r.Rule(output, nft.Destination(nft.Is, r.Loopback), nft.Return())
	for _, target := range r.OutboundExclude {
		r.Rule(output, nft.Destination(nft.Is, target), nft.Return())
	}
	for _, port := range r.OutboundPorts {
		r.Rule(output, nft.Protocol(nft.TCP), nft.DestinationPort(nft.Is, port), nft.Jump(outputRedirect))
	}
	if r.OutboundInclude.All {
		r.Rule(output, nft.Jump(outputRedirect))
	}
	for _, target := range r.OutboundInclude.List {
		r.Rule(output, nft.Destination(nft.Is, target), nft.Jump(outputRedirect))
	}
}

// proxy treats what the proxy itself sends, by one of its user or group ids.
func (r rules) proxy(owner func(expr.CmpOp, uint32) []expr.Any, id uint32, notDNS bool) {
	// The proxy calls its own pod by the pod's or a service's address: in by the inbound listener.
	own := [][]expr.Any{
		nft.Out("lo"), nft.Destination(nft.Not, r.Loopback), nft.Protocol(nft.TCP),
		nft.DestinationPort(nft.Not, r.TunnelPort),
	}
	if notDNS {
		own = append(own, nft.DestinationPort(nft.Not, 53))
	}
	r.Rule(output, append(own, owner(nft.Is, id), nft.Jump(inboundRedirect))...)

	// The application calls its own pod: not the proxy's business, unless loopback addresses were asked for.
	if !r.loopbackIncluded() {
		other := [][]expr.Any{nft.Out("lo")}
		if r.dns.captured() { // a name server on localhost is captured all the same
			other = append(other, nft.Protocol(nft.TCP), nft.DestinationPort(nft.Not, 53))
		}
		r.Rule(output, append(other, owner(nft.Not, id), nft.Return())...)
	}

	// All else of the proxy goes out as it is.
	r.Rule(output, owner(nft.Is, id), nft.Return())
}

func (r rules) loopbackIncluded() bool {
	for _, target := range r.OutboundInclude.List {
		if target.Addr().IsLoopback() {
			return true
		}
	}
	return false
}

func (r rules) ownerGroups() {
	for _, group := range r.OwnerGroupsExclude {
		r.Rule(output, nft.Group(nft.Is, group), nft.Return())
	}
	if len(r.OwnerGroups) == 0 {
		return
	}
	var none [][]expr.Any
	for _, group := range r.OwnerGroups {
		none = append(none, nft.Group(nft.Not, group))
	}
	r.Rule(output, append(none, nft.Return())...)
}
