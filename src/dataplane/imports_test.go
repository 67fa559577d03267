package dataplane

import (
	"fmt"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"

	"istio.io/istio/pilot/test/xds"
)

// importView is what one golden folder of the import planner becomes in the data plane.
type importView struct {
	Warnings []string `yaml:"warnings,omitempty"`
	// Gateways are the gateways of all networks that istiod knows.
	Gateways []string `yaml:"networkGateways,omitempty"`
	// Sidecar is a client of this mesh's network and locality; the other clients differ from it in one thing.
	Sidecar         []portView `yaml:"sidecar"`
	WithoutNetwork  any        `yaml:"sidecarWithoutNetwork"`
	WithoutLocality any        `yaml:"sidecarWithoutLocality"`
	DualStack       any        `yaml:"sidecarDualStack"`
	// Gateway is the east-west gateway's way for requests that come from other meshes: local endpoints only.
	Gateway []portView `yaml:"eastWestGateway"`
}

// importInput is the part of in-local-mesh.yaml that istiod is configured with as well.
type importInput struct {
	Network            string   `json:"network"`
	TrustDomain        string   `json:"trustDomain"`
	TrustDomainAliases []string `json:"trustDomainAliases"`
	Locality           *string  `json:"locality"`
	RootNamespace      string   `json:"rootNamespace"`
	ExportedThrough    string   `json:"exportedThrough"`
	GatewayRuleStands  *bool    `json:"gatewayRuleStands"`
}

func TestImports(t *testing.T) {
	cases := folders(t, "imports")
	for _, name := range cases {
		t.Run(name, func(t *testing.T) {
			w, warnings := importWorld(t, name)
			istiod := w.start(t)
			host := importedHost(t, name)
			expect(t, filepath.Join("imports", name), viewImport(t, w, istiod, host, warnings))
		})
	}
	if !*update {
		noStrangers(t, "imports", cases)
	}
}

// importWorld is the cluster after the plan was applied.
func importWorld(t *testing.T, name string) (*world, []string) {
	t.Helper()
	w := newWorld()
	mesh := documents(t, "imports", name, "in-local-mesh.yaml")
	if len(mesh) == 0 {
		mesh = documents(t, "imports", "in-local-mesh.yaml")
	}
	input := read[importInput](t, mesh[0])
	w.trustDomainAliases = input.TrustDomainAliases
	if input.Network != "" {
		w.network, w.trustDomain, w.locality = input.Network, input.TrustDomain, ""
	}
	if input.Locality != nil {
		w.locality = *input.Locality
	}
	if input.RootNamespace != "" {
		w.rootNamespace = input.RootNamespace
	}
	w.add(t, documents(t, "imports", name, "in-service.yaml")...)
	w.add(t, documents(t, "imports", name, "in-other-services.yaml")...)
	w.addPods(w.services()...)
	w.addGatewayService(t, documents(t, "mesh", "gateway-default", "out-service.yaml")[0], "192.0.2.200")
	if input.ExportedThrough != "" {
		w.add(t, documents(t, "mesh", "exports-sorted", "out-gateway.yaml")...)
	}

	planned := append(documents(t, "imports", name, "out-gateways.yaml"), documents(t, "imports", name, "out-objects.yaml")...)
	if input.GatewayRuleStands == nil || *input.GatewayRuleStands {
		planned = append(planned, documents(t, "imports", name, "out-gateway-rule.yaml")...)
	}
	var warnings []string
	for _, document := range planned {
		warnings = append(warnings, admit(t, document)...)
	}
	w.add(t, planned...)
	w.add(t, kept(t, name)...)
	w.add(t, documents(t, "imports", name, "in-rules.yaml")...)
	return w, warnings
}

// kept gives the present objects that the plan leaves as they stand.
func kept(t *testing.T, name string) []string {
	t.Helper()
	plan := read[struct {
		Untouched bool     `json:"untouched"`
		Kept      []string `json:"kept"`
	}](t, documents(t, "imports", name, "out-status.yaml")[0])
	stays := map[string]bool{}
	for _, key := range plan.Kept {
		stays[key] = true
	}
	var found []string
	for _, document := range documents(t, "imports", name, "in-present.yaml") {
		if plan.Untouched || stays[read[meta](t, document).key()] {
			found = append(found, document)
		}
	}
	return found
}

func importedHost(t *testing.T, name string) string {
	t.Helper()
	service := read[meta](t, documents(t, "imports", name, "in-import.yaml")[0])
	return service.Metadata.Name + "." + service.Metadata.Namespace + ".svc.cluster.local"
}

func viewImport(t *testing.T, w *world, istiod *xds.FakeDiscoveryServer, host string, warnings []string) importView {
	t.Helper()
	ipv4 := []string{"10.10.7.7"}
	sidecar := client{w.network, w.locality, ipv4}
	view := importView{
		Warnings: warnings,
		Gateways: networkGateways(istiod),
		Sidecar:  portsOf(t, istiod, sidecar.proxy(istiod), host),
	}
	differing := func(c client) any {
		ports := portsOf(t, istiod, c.proxy(istiod), host)
		if reflect.DeepEqual(ports, view.Sidecar) {
			return "the same"
		}
		return onlyDifferences(view.Sidecar, ports)
	}
	view.WithoutNetwork = differing(client{"", w.locality, ipv4})
	view.WithoutLocality = differing(client{w.network, "", ipv4})
	view.DualStack = differing(client{w.network, w.locality, []string{"10.10.7.7", "fd00::7"}})
	view.Gateway = portsOf(t, istiod, gateway(t, w, istiod, defaultDeployment(t)), host)
	laws(t, host, view)
	return view
}

func defaultDeployment(t *testing.T) appsv1.Deployment {
	t.Helper()
	return read[appsv1.Deployment](t, documents(t, "mesh", "gateway-default", "out-deployment.yaml")[0])
}

// laws hold for every import whatever its expectation says: a careless -update cannot write them away.
func laws(t *testing.T, host string, view importView) {
	t.Helper()
	for _, port := range view.Sidecar {
		if want := fmt.Sprintf("outbound_.%d_._.%s", port.Port, host); port.MTLS != "never" && port.SNI != want {
			t.Errorf("port %d: SNI %s, but the other mesh's gateway waits for %s", port.Port, port.SNI, want)
		}
		for _, endpoint := range port.Endpoints {
			local := strings.HasPrefix(endpoint, "10.10.0.")
			if !local && !strings.Contains(endpoint, ":15443 ") && !strings.Contains(endpoint, ":30443 ") {
				t.Errorf("port %d: %s is no gateway's port", port.Port, endpoint)
			}
			if !strings.HasSuffix(endpoint, ", tls istio") || strings.HasPrefix(endpoint, "NO ADDRESS") {
				t.Errorf("port %d: %s", port.Port, endpoint)
			}
		}
	}
	for _, port := range view.Gateway {
		cut := len(port.Policy) > 0 || strings.Contains(strings.Join(port.Listener, " "), "cut after")
		if cut && len(port.Endpoints) > 0 {
			t.Errorf("port %d: the import's policy %v works on connections of other meshes, %v", port.Port, port.Policy, port.Listener)
		}
		for _, endpoint := range port.Endpoints {
			if !strings.HasPrefix(endpoint, "10.10.0.") {
				t.Errorf("port %d: the east-west gateway would send other meshes' requests on to %s: a loop", port.Port, endpoint)
			}
		}
	}
}

// onlyDifferences leaves out what the port of another client says too.
func onlyDifferences(base, other []portView) any {
	if len(base) != len(other) {
		return other
	}
	type difference struct {
		Port      int      `yaml:"port"`
		Endpoints []string `yaml:"endpoints"`
	}
	var differences []difference
	for i := range other {
		stripped := other[i]
		stripped.Endpoints = base[i].Endpoints
		if !reflect.DeepEqual(stripped, base[i]) {
			return other
		}
		if !reflect.DeepEqual(other[i].Endpoints, base[i].Endpoints) {
			differences = append(differences, difference{other[i].Port, other[i].Endpoints})
		}
	}
	return differences
}

func networkGateways(istiod *xds.FakeDiscoveryServer) []string {
	var lines []string
	for _, gateway := range istiod.Env().NetworkManager.AllGateways() {
		address := gateway.Addr
		if strings.Contains(address, ":") {
			address = "[" + address + "]"
		}
		lines = append(lines, fmt.Sprintf("%s %s:%d", gateway.Network, address, gateway.Port))
	}
	sort.Strings(lines)
	return lines
}
