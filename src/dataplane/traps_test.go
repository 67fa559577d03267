package dataplane

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// What the planner avoids, each shown to go wrong: should istiod ever mend one, its rule in the planner can go.

const host = "httpbin.httpbin.svc.cluster.local"

// planned is the world of a golden import with something changed in what was planned.
func planned(t *testing.T, name string, change func(document string) string) *world {
	t.Helper()
	w, _ := importWorld(t, name)
	for i, config := range w.configs {
		w.configs[i] = change(config)
	}
	return w
}

func without(line string) func(string) string {
	return func(document string) string { return strings.Replace(document, line, "", 1) }
}

// remoteEndpoints gives what a sidecar has for a port beside the local pod.
func remoteEndpoints(t *testing.T, w *world, port int) []string {
	t.Helper()
	istiod := w.start(t)
	sidecar := client{w.network, w.locality, []string{"10.10.7.7"}}
	var found []string
	for _, view := range portsOf(t, istiod, sidecar.proxy(istiod), host) {
		for _, endpoint := range view.Endpoints {
			if view.Port == port && !strings.HasPrefix(endpoint, "10.10.0.") {
				found = append(found, endpoint)
			}
		}
	}
	return found
}

func expectEndpoints(t *testing.T, found []string, prefixes ...string) {
	t.Helper()
	if len(found) != len(prefixes) {
		t.Fatalf("endpoints %v, expected %v", found, prefixes)
	}
	for i, prefix := range prefixes {
		if !strings.HasPrefix(found[i], prefix) {
			t.Errorf("endpoint %s, expected %s", found[i], prefix)
		}
	}
}

func TestStringTargetPortNeedsItsKeyEvenWithoutAnAddress(t *testing.T) {
	w := planned(t, "local-string-target-port-gateway", without("  ports:\n    grpc-named: 15443\n"))
	expectEndpoints(t, remoteEndpoints(t, w, 9000))
}

func TestTheValueOfThatKeyDoesNotMatter(t *testing.T) {
	w := planned(t, "local-string-target-port-gateway", func(document string) string {
		return strings.Replace(document, "grpc-named: 15443", "grpc-named: 1", 1)
	})
	expectEndpoints(t, remoteEndpoints(t, w, 9000), "172.18.128.1:15443")
}

func TestAddressWithoutPortKeyLeadsToTheTargetPort(t *testing.T) {
	w := planned(t, "seed-local-inline", without("  ports:\n    http: 15443\n"))
	expectEndpoints(t, remoteEndpoints(t, w, 8000), "172.18.128.1:8080")
}

func TestUnnamedPortCannotBeMappedInline(t *testing.T) {
	w := planned(t, "seed-local-inline", func(document string) string { return document })
	for _, service := range w.services() {
		for i := range service.Spec.Ports {
			if service.Namespace == "httpbin" {
				service.Spec.Ports[i].Name = ""
			}
		}
	}
	expectEndpoints(t, remoteEndpoints(t, w, 8000), "172.18.128.1:8080")
}

func TestHostNameInAWorkloadEntryVanishes(t *testing.T) {
	w := planned(t, "seed-local-inline", func(document string) string {
		return strings.Replace(document, `address: "172.18.128.1"`, "address: gw.west.example", 1)
	})
	expectEndpoints(t, remoteEndpoints(t, w, 8000))
}

func TestEntryWithoutTLSModeIsPlaintext(t *testing.T) {
	w := planned(t, "seed-local-inline", func(document string) string {
		document = without("    security.istio.io/tlsMode: \"istio\"\n")(document)
		return without("  serviceAccount: \"httpbin\"\n")(document)
	})
	found := remoteEndpoints(t, w, 8000)
	expectEndpoints(t, found, "172.18.128.1:15443")
	if !strings.HasSuffix(found[0], "plaintext") {
		t.Error(found[0])
	}
}

func TestAddressLessEntryWithoutAnyKnownGatewayHasNoAddress(t *testing.T) {
	w := planned(t, "seed-local-gateway", func(document string) string { return document })
	withoutNetworkGateways(w)
	istiod := w.start(t)
	sidecar := client{w.network, w.locality, []string{"10.10.7.7"}}
	for _, assignment := range istiod.Endpoints(sidecar.proxy(istiod)) {
		if !strings.Contains(assignment.ClusterName, host) {
			continue
		}
		expectEndpoints(t, endpoints(assignment), "10.10.0.5:8080", "NO ADDRESS")
		// Envoy runs the same check and then takes nothing of it: the local pods of the service are stuck too.
		if assignment.Validate() == nil {
			t.Error("Envoy would take an endpoint without an address")
		}
	}
}

func TestAddressLessEntryIsDroppedWhileOnlyOurOwnGatewayIsKnown(t *testing.T) {
	w := planned(t, "gateway-unknown-keeps-local", func(document string) string { return document })
	expectEndpoints(t, remoteEndpoints(t, w, 8000), "172.18.128.1:15443") // of west; north has no gateway
}

// An entry gets a new name by being made anew before the old one goes: for a moment both stand.
func TestAnEntryUnderTwoNamesIsOneEndpointTwice(t *testing.T) {
	w := planned(t, "local-entry-of-older-name", func(document string) string { return document })
	w.add(t, documents(t, "imports", "local-entry-of-older-name", "in-present.yaml")...)
	expectEndpoints(t, remoteEndpoints(t, w, 8000), "172.18.128.1:15443 weight 2,")
}

func TestRegisteredGatewayWinsOverTheAddressOfAnEntry(t *testing.T) {
	w := planned(t, "seed-local-inline", func(document string) string {
		return strings.Replace(document, "172.18.128.1", "172.18.128.9", 1)
	})
	w.add(t, documents(t, "imports", "seed-local-gateway", "out-gateways.yaml")...)
	expectEndpoints(t, remoteEndpoints(t, w, 8000), "172.18.128.1:15443")
}

func TestLoopWithoutANetworkOnTheEntry(t *testing.T) {
	w := planned(t, "seed-local-inline", without("  network: \"west-network\"\n"))
	expectEndpoints(t, throughOurGateway(t, w, true), "10.10.0.5:8080", "172.18.128.1:15443")
}

func TestLoopWithoutTheNetworkViewOfTheGateway(t *testing.T) {
	w := planned(t, "seed-local-gateway", func(document string) string { return document })
	expectEndpoints(t, throughOurGateway(t, w, false), "10.10.0.5:8080", "172.18.128.1:15443")
}

// A DestinationRule for an imported host is for the gateway too, if that exports the same host: it would cut connections of
// other meshes' clients with requests under way. A rule of the gateway's own namespace wins over it there.
func TestConnectionsOfOtherMeshesAreNotCutByTheImportsRule(t *testing.T) {
	for name, c := range map[string]struct {
		ownRule       bool
		rootNamespace string
		listener      string
	}{
		"as planned":                            {true, "istio-system", "0.0.0.0_15443 tcp"},
		"the gateway is in the root namespace":  {true, "meshfed-gateway", "0.0.0.0_15443 tcp"},
		"without the rule for the gateway":      {false, "istio-system", "0.0.0.0_15443 tcp, cut after 300s"},
		"without it, in the root namespace too": {false, "meshfed-gateway", "0.0.0.0_15443 tcp, cut after 300s"},
	} {
		t.Run(name, func(t *testing.T) {
			w := planned(t, "traffic-connections-local", func(document string) string { return document })
			if !c.ownRule {
				withoutGatewayRules(t, w)
			}
			w.rootNamespace = c.rootNamespace
			istiod := w.start(t)
			view := portsOf(t, istiod, gateway(t, w, istiod, defaultDeployment(t)), host)[0]
			if view.Listener[0] != c.listener || c.ownRule != (view.Policy == nil) {
				t.Errorf("listener %v, policy %v", view.Listener, view.Policy)
			}
		})
	}
}

// A rule for every host at once would be one object instead of many, and would take from the gateway what users wrote
// for it: the subsets by which clients of other meshes ask for a version.
func TestARuleForEveryHostWouldTakeTheUsersSubsetsFromTheGateway(t *testing.T) {
	for name, c := range map[string]struct {
		everyHost bool
		clusters  int
	}{
		"as planned":             {false, 2},
		"one rule for all hosts": {true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := planned(t, "seed-local-gateway", func(document string) string { return document })
			w.add(t, `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: versions, namespace: httpbin}
spec: {host: httpbin.httpbin.svc.cluster.local, subsets: [{name: v1, labels: {app: httpbin}}]}
`)
			if c.everyHost {
				w.add(t, `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: neutral, namespace: meshfed-gateway}
spec: {host: "*.svc.cluster.local", exportTo: ["."]}
`)
			}
			istiod := w.start(t)
			found := 0
			for _, cluster := range istiod.Clusters(gateway(t, w, istiod, defaultDeployment(t))) {
				if strings.HasPrefix(cluster.Name, "outbound_.8000_.") && strings.HasSuffix(cluster.Name, host) {
					found++
				}
			}
			if found != c.clusters {
				t.Errorf("%d clusters of %s in the gateway, expected %d", found, host, c.clusters)
			}
		})
	}
}

// Istio has no pattern for an endpoint without a locality: what distribute does not name gets nothing.
func TestDistributeTakesLocalEndpointsOnUnlabelledNodesOut(t *testing.T) {
	w := planned(t, "traffic-distribute", func(document string) string { return document })
	labelled := w.locality
	for _, object := range w.objects {
		if node, ok := object.(*corev1.Node); ok {
			node.Labels = nil
		}
	}
	istiod := w.start(t)
	sidecar := client{w.network, labelled, []string{"10.10.7.7"}}
	expectEndpoints(t, portsOf(t, istiod, sidecar.proxy(istiod), host)[0].Endpoints, "172.18.128.1:15443")
}

// throughOurGateway gives the endpoints to which the east-west gateway leads requests from other meshes.
func throughOurGateway(t *testing.T, w *world, withView bool) []string {
	t.Helper()
	istiod := w.start(t)
	deployment := defaultDeployment(t)
	if !withView {
		deployment.Spec.Template.Spec.Containers[0].Env = nil
	}
	return portsOf(t, istiod, gateway(t, w, istiod, deployment), host)[0].Endpoints
}

// withoutGatewayRules takes away what keeps policies of imports out of the gateway.
func withoutGatewayRules(t *testing.T, w *world) {
	t.Helper()
	kept := w.configs[:0]
	for _, document := range w.configs {
		object := read[meta](t, document)
		if object.Kind != "DestinationRule" || object.Metadata.Namespace != "meshfed-gateway" {
			kept = append(kept, document)
		}
	}
	w.configs = kept
}

// withoutNetworkGateways takes every gateway of every network away.
func withoutNetworkGateways(w *world) {
	kept := w.objects[:0]
	for _, object := range w.objects {
		service, ours := object.(*corev1.Service)
		if ours && service.Namespace == "meshfed-gateway" || isGateway(object) {
			continue
		}
		kept = append(kept, object)
	}
	w.objects = kept
}
