package dataplane

import (
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pilot/test/xdstest"
	"istio.io/istio/pkg/network"
)

// meshViews says how each kind of golden folder under mesh is read; nil: istiod never sees these objects.
var meshViews = map[string]func(t *testing.T, name string) any{
	"catalogue": nil,
	"exports":   exportsView,
	"gateway":   gatewayView,
	"mtls":      mtlsView,
	"remote":    remoteView,
}

func TestMesh(t *testing.T) {
	var read []string
	for _, name := range folders(t, "mesh") {
		kind, _, _ := strings.Cut(name, "-")
		view, known := meshViews[kind]
		if !known {
			t.Errorf("mesh/%s: nobody has said how istiod's view of it is read", name)
		}
		if view == nil {
			continue
		}
		read = append(read, name)
		t.Run(name, func(t *testing.T) {
			expect(t, filepath.Join("mesh", name), view(t, name))
		})
	}
	if !*update {
		noStrangers(t, "mesh", read)
	}
}

// remoteView lets the seed's import lean on the Gateway that registers a remote.
func remoteView(t *testing.T, name string) any {
	w := newWorld()
	w.trustDomainAliases = []string{"west.local"}
	w.add(t, documents(t, "imports", "seed-local-gateway", "in-service.yaml")...)
	w.addPods(w.services()...)
	w.addGatewayService(t, documents(t, "mesh", "gateway-default", "out-service.yaml")[0], "192.0.2.200")
	w.add(t, documents(t, "mesh", "exports-sorted", "out-gateway.yaml")...)
	w.add(t, documents(t, "mesh", name, "out-gateway.yaml")...)
	w.add(t, documents(t, "imports", "seed-local-gateway", "out-objects.yaml")...)
	istiod := w.start(t)
	return viewImport(t, w, istiod, "httpbin.httpbin.svc.cluster.local", nil)
}

// chainView is one thing that the east-west gateway lets through.
type chainView struct {
	SNI       string   `yaml:"sni"`
	Endpoints []string `yaml:"endpoints"`
}

// exportsView is all that a gateway pod listens to. Its labels are the Gateway's selector and its port is the Gateway's.
func exportsView(t *testing.T, name string) any {
	w := newWorld()
	for _, document := range documents(t, "mesh", name, "in-cluster.yaml") {
		w.add(t, inOwnDomain(t, name, document))
	}
	w.addPods(w.services()...)
	exports := documents(t, "mesh", name, "out-gateway.yaml")
	var warnings []string
	for _, document := range exports {
		warnings = append(warnings, admit(t, document)...)
	}
	w.add(t, exports...)
	istiod := w.start(t)
	view := struct {
		Warnings  []string    `yaml:"warnings,omitempty"`
		Listeners []string    `yaml:"listeners"`
		ALPN      []string    `yaml:"alpn,omitempty"`
		Chains    []chainView `yaml:"chains"`
		OtherPods []string    `yaml:"listenersOfOtherPods"`
	}{Warnings: warnings}
	proxy := selectedPod(t, istiod, exports)
	listeners := istiod.Listeners(proxy)
	xdstest.ValidateListeners(t, listeners)
	view.Listeners = xdstest.ExtractListenerNames(listeners)
	view.ALPN, view.Chains = chains(t, istiod, proxy, listeners)
	other := istiod.SetupProxy(&model.Proxy{
		Type: model.Router, ConfigNamespace: proxy.ConfigNamespace,
		Labels:   map[string]string{"istio": "ingressgateway"},
		Metadata: &model.NodeMetadata{Labels: map[string]string{"istio": "ingressgateway"}},
	})
	view.OtherPods = xdstest.ExtractListenerNames(istiod.Listeners(other))
	return view
}

// inOwnDomain stands in for a cluster of another DNS domain, which the in-memory server does not have: such a Service
// becomes a ServiceEntry of the same host.
func inOwnDomain(t *testing.T, name, document string) string {
	t.Helper()
	mesh := read[struct {
		Spec struct {
			Mesh struct {
				ClusterDomain string `json:"clusterDomain"`
			} `json:"mesh"`
		} `json:"spec"`
	}](t, documents(t, "mesh", name, "in-mesh.yaml")[0])
	domain := mesh.Spec.Mesh.ClusterDomain
	object := read[meta](t, document)
	if domain == "" || object.Kind != "Service" {
		return document
	}
	return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ` + object.Metadata.Name + `, namespace: ` + object.Metadata.Namespace + `}
spec:
  hosts: [` + object.Metadata.Name + `.` + object.Metadata.Namespace + `.svc.` + domain + `]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{name: http, number: 80, protocol: HTTP}]
  endpoints: [{address: 10.10.0.5, labels: {security.istio.io/tlsMode: istio}}]
`
}

func selectedPod(t *testing.T, istiod *xds.FakeDiscoveryServer, exports []string) *model.Proxy {
	t.Helper()
	selected := map[string]string{"istio": "eastwestgateway"}
	namespace := "meshfed-gateway"
	for _, document := range exports {
		gateway := read[struct {
			meta
			Spec struct {
				Selector map[string]string `json:"selector"`
			} `json:"spec"`
		}](t, document)
		selected, namespace = gateway.Spec.Selector, gateway.Metadata.Namespace
	}
	return istiod.SetupProxy(&model.Proxy{
		Type:            model.Router,
		ConfigNamespace: namespace,
		Labels:          selected,
		Metadata: &model.NodeMetadata{
			Namespace:            namespace,
			Labels:               selected,
			ClusterID:            "Kubernetes",
			Network:              network.ID("east-network"),
			RequestedNetworkView: []string{"east-network"},
		},
	})
}

// chains reads what a gateway lets through, by SNI, and to which endpoints.
func chains(
	t *testing.T, istiod *xds.FakeDiscoveryServer, proxy *model.Proxy, listeners []*listener.Listener,
) (alpn []string, found []chainView) {
	t.Helper()
	byCluster := map[string][]string{}
	for _, assignment := range istiod.Endpoints(proxy) {
		byCluster[assignment.ClusterName] = endpoints(assignment)
	}
	found = []chainView{}
	for _, listener := range listeners {
		for _, chain := range listener.FilterChains {
			tcp := xdstest.ExtractTCPProxy(t, chain)
			if tcp == nil {
				continue
			}
			match := chain.GetFilterChainMatch()
			for _, sni := range match.GetServerNames() {
				if tcp.GetCluster() != sni {
					t.Errorf("SNI %s leads to %s", sni, tcp.GetCluster())
				}
				found = append(found, chainView{sni, byCluster[sni]})
			}
			if len(match.GetServerNames()) == 0 && tcp.GetCluster() != "BlackHoleCluster" {
				t.Errorf("listener %s lets every SNI through to %s", listener.Name, tcp.GetCluster())
			}
			if alpn != nil && len(match.GetServerNames()) > 0 && !slices.Equal(alpn, match.ApplicationProtocols) {
				t.Errorf("listener %s: chains differ in ALPN: %v and %v", listener.Name, alpn, match.ApplicationProtocols)
			}
			if len(match.GetServerNames()) > 0 {
				alpn = match.ApplicationProtocols
			}
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].SNI < found[j].SNI })
	return alpn, found
}

// gatewayView is how istiod takes the planned gateway for the gateway of our own network.
func gatewayView(t *testing.T, name string) any {
	view := struct {
		NetworkGateways []string `yaml:"networkGateways"`
		PodNetwork      string   `yaml:"podNetwork,omitempty"`
		PodNetworkView  []string `yaml:"podNetworkView,omitempty"`
	}{NetworkGateways: []string{}}
	w := newWorld()
	service := documents(t, "mesh", name, "out-service.yaml")
	w.objects = append(w.objects, w.node())
	if len(service) > 0 {
		w.addGatewayService(t, service[0], "192.0.2.200")
	}
	istiod := w.start(t)
	view.NetworkGateways = append(view.NetworkGateways, networkGateways(istiod)...)
	for _, document := range documents(t, "mesh", name, "out-deployment.yaml") {
		deployment := read[appsv1.Deployment](t, document)
		pod := gateway(t, w, istiod, deployment)
		view.PodNetwork, view.PodNetworkView = string(pod.Metadata.Network), pod.Metadata.RequestedNetworkView
		selector := read[corev1.Service](t, service[0]).Spec.Selector
		if !labels.SelectorFromSet(selector).Matches(labels.Set(pod.Labels)) {
			t.Errorf("the Service selects %v and the pods have %v", selector, pod.Labels)
		}
	}
	return view
}

// mtlsView is what a workload of the mesh accepts.
func mtlsView(t *testing.T, name string) any {
	w := newWorld()
	w.rootNamespace = "istio-root" // where the test of the planner says it is
	w.add(t, documents(t, "imports", "seed-local-gateway", "in-service.yaml")...)
	w.addPods(w.services()...)
	policies := documents(t, "mesh", name, "out-peerauthentication.yaml")
	var warnings []string
	for _, document := range policies {
		warnings = append(warnings, admit(t, document)...)
	}
	w.add(t, policies...)
	istiod := w.start(t)
	workload := istiod.SetupProxy(&model.Proxy{
		ID: "httpbin-1.httpbin", ConfigNamespace: "httpbin", IPAddresses: []string{"10.10.0.5"},
		Labels:   map[string]string{"app": "httpbin"},
		Metadata: &model.NodeMetadata{Namespace: "httpbin", ClusterID: "Kubernetes", Labels: map[string]string{"app": "httpbin"}},
	})
	accepted := map[string]bool{}
	inbound := xdstest.ExtractListener("virtualInbound", istiod.Listeners(workload))
	for _, chain := range inbound.FilterChains {
		if chain.GetFilterChainMatch().GetDestinationPort().GetValue() == 8080 {
			accepted[chain.GetTransportSocket().GetName()] = true
		}
	}
	return struct {
		Warnings  []string `yaml:"warnings,omitempty"`
		MTLS      bool     `yaml:"mtlsAccepted"`
		Plaintext bool     `yaml:"plaintextAccepted"`
	}{warnings, accepted["envoy.transport_sockets.tls"], accepted[""]}
}
