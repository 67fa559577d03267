package dataplane

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/types/known/anypb"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pilot/test/xdstest"
)

// portView is one port of a service as one Envoy has it.
type portView struct {
	Port int `yaml:"port"`
	// Cluster is Envoy's discovery type of the cluster.
	Cluster string `yaml:"cluster"`
	// Listener is where a client's request finds the cluster.
	Listener []string `yaml:"listener,omitempty"`
	// MTLS is "auto" (by the endpoint's tlsMode), "always" or "never".
	MTLS string `yaml:"mtls,omitempty"`
	// SNI is by what the other mesh's gateway tells ports and services apart.
	SNI string `yaml:"sni,omitempty"`
	// SANs are the identities that are accepted; none: every one that the root certificates vouch for.
	SANs      []string `yaml:"sans,omitempty"`
	Policy    []string `yaml:"policy,omitempty"`
	Endpoints []string `yaml:"endpoints"`
}

// portsOf reads the outbound clusters of a host from what istiod sends to a proxy, after Envoy's own schema checks.
func portsOf(t *testing.T, istiod *xds.FakeDiscoveryServer, proxy *model.Proxy, host string) []portView {
	t.Helper()
	clusters := istiod.Clusters(proxy)
	listeners := istiod.Listeners(proxy)
	assignments := map[string]*endpoint.ClusterLoadAssignment{}
	for _, assignment := range istiod.Endpoints(proxy) {
		xdstest.ValidateClusterLoadAssignment(t, assignment)
		assignments[assignment.ClusterName] = assignment
	}
	xdstest.ValidateListeners(t, listeners)
	routes := istiod.RoutesFromListeners(proxy, listeners)
	xdstest.ValidateRouteConfigurations(t, routes)

	var views []portView
	for _, cluster := range clusters {
		xdstest.ValidateCluster(t, cluster)
		direction, subset, hostname, port := model.ParseSubsetKey(cluster.Name)
		if direction != model.TrafficDirectionOutbound || string(hostname) != host ||
			strings.HasPrefix(cluster.Name, "outbound_") != (proxy.Type == model.Router) {
			continue
		}
		if subset != "" {
			t.Errorf("cluster %s: a subset changes the SNI", cluster.Name)
		}
		assignment := cluster.LoadAssignment
		if cluster.GetType() == clusterv3.Cluster_EDS {
			assignment = assignments[cluster.Name]
		}
		view := portView{
			Port:      port,
			Cluster:   cluster.GetType().String(),
			Listener:  listenersOf(t, listeners, routes, cluster.Name),
			Policy:    policy(cluster),
			Endpoints: endpoints(assignment),
		}
		view.MTLS, view.SNI, view.SANs = security(t, cluster)
		views = append(views, view)
	}
	sort.Slice(views, func(i, j int) bool { return views[i].Port < views[j].Port })
	return views
}

// endpoints says one endpoint per line: address, port, weight, locality, priority, TLS.
func endpoints(assignment *endpoint.ClusterLoadAssignment) []string {
	lines := []string{}
	for _, group := range assignment.GetEndpoints() {
		for _, member := range group.LbEndpoints {
			address := member.GetEndpoint().GetAddress().GetSocketAddress()
			tls := "plaintext"
			if mode := member.GetMetadata().GetFilterMetadata()["envoy.transport_socket_match"].
				GetFields()["tlsMode"].GetStringValue(); mode != "" {
				tls = "tls " + mode
			}
			text := address.GetAddress()
			if text == "" {
				text = "NO ADDRESS"
			} else if strings.Contains(text, ":") {
				text = "[" + text + "]"
			}
			lines = append(lines, fmt.Sprintf("%s:%d weight %d, locality %s weight %d priority %d, %s",
				text, address.GetPortValue(), member.GetLoadBalancingWeight().GetValue(),
				place(group.Locality), group.GetLoadBalancingWeight().GetValue(), group.Priority, tls))
		}
	}
	sort.Strings(lines)
	return lines
}

func place(locality *core.Locality) string {
	text := strings.TrimRight(strings.Join(
		[]string{locality.GetRegion(), locality.GetZone(), locality.GetSubZone()}, "/"), "/")
	if text == "" {
		return "none"
	}
	return text
}

// security reads the TLS that a cluster speaks with endpoints of tlsMode istio.
func security(t *testing.T, cluster *clusterv3.Cluster) (mtls, sni string, sans []string) {
	t.Helper()
	socket, mtls := cluster.TransportSocket, "always"
	for _, match := range cluster.TransportSocketMatches {
		if match.Name == "tlsMode-istio" {
			socket, mtls = match.TransportSocket, "auto"
		}
	}
	if socket == nil {
		return "never", "", nil
	}
	context := xdstest.UnmarshalAny[tls.UpstreamTlsContext](t, socket.GetTypedConfig())
	validation := context.GetCommonTlsContext().GetCombinedValidationContext().GetDefaultValidationContext()
	//nolint: staticcheck
	for _, name := range validation.GetMatchSubjectAltNames() {
		sans = append(sans, name.GetExact())
	}
	for _, name := range validation.GetMatchTypedSubjectAltNames() {
		sans = append(sans, name.GetMatcher().GetExact())
	}
	sort.Strings(sans)
	return mtls, context.Sni, slices.Compact(sans)
}

// policy says what a DestinationRule made of a cluster; nothing where Istio's defaults hold.
func policy(cluster *clusterv3.Cluster) []string {
	var lines []string
	if options, ok := cluster.TypedExtensionProtocolOptions["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"]; ok {
		lines = append(lines, httpOptions(options)...)
	}
	if outlier := cluster.OutlierDetection; outlier != nil {
		lines = append(lines, fmt.Sprintf("eject after %d 5xx within %ds for %ds, at most %d%%",
			outlier.GetConsecutive_5Xx().GetValue(), outlier.GetInterval().GetSeconds(),
			outlier.GetBaseEjectionTime().GetSeconds(), outlier.GetMaxEjectionPercent().GetValue()))
	}
	if cluster.GetCommonLbConfig().GetLocalityWeightedLbConfig() != nil {
		lines = append(lines, "localities by weight")
	}
	return lines
}

func httpOptions(packed *anypb.Any) []string {
	options, err := unpackHTTPOptions(packed)
	if err != nil {
		return []string{err.Error()}
	}
	var lines []string
	common := options.GetCommonHttpProtocolOptions()
	if most := common.GetMaxRequestsPerConnection(); most != nil {
		lines = append(lines, "requests per connection "+strconv.Itoa(int(most.GetValue())))
	}
	if longest := common.GetMaxConnectionDuration(); longest != nil {
		lines = append(lines, fmt.Sprintf("connection at most %ds", longest.GetSeconds()))
	}
	return lines
}

// listenersOf finds the listeners through which a request reaches a cluster.
func listenersOf(
	t *testing.T, listeners []*listener.Listener, routes []*route.RouteConfiguration, cluster string,
) []string {
	t.Helper()
	byName := xdstest.ExtractRouteConfigurations(routes)
	found := map[string]bool{}
	for _, listener := range listeners {
		for _, chain := range listener.FilterChains {
			if proxy := xdstest.ExtractTCPProxy(t, chain); proxy != nil && proxy.GetCluster() == cluster {
				text := listener.Name + " tcp"
				if longest := proxy.GetMaxDownstreamConnectionDuration(); longest != nil {
					text += fmt.Sprintf(", cut after %ds", longest.GetSeconds())
				}
				found[text] = true
			}
			if manager := xdstest.ExtractHTTPConnectionManager(t, chain); manager != nil {
				if routesTo(byName[manager.GetRds().GetRouteConfigName()], cluster) {
					found[listener.Name+" http"] = true
				}
			}
		}
	}
	var names []string
	for name := range found {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func routesTo(routes *route.RouteConfiguration, cluster string) bool {
	for _, host := range routes.GetVirtualHosts() {
		for _, route := range host.Routes {
			if route.GetRoute().GetCluster() == cluster {
				return true
			}
		}
	}
	return false
}
