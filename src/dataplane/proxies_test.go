package dataplane

import (
	"strings"
	"testing"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	appsv1 "k8s.io/api/apps/v1"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/network"
)

// client is a sidecar in namespace sleep, which asks istiod for the imported service.
type client struct {
	network   string
	locality  string
	addresses []string
}

func (c client) proxy(istiod *xds.FakeDiscoveryServer) *model.Proxy {
	labels := map[string]string{"app": "sleep"}
	if c.network != "" {
		// The injector writes the same word into the pod's label and into ISTIO_META_NETWORK.
		labels["topology.istio.io/network"] = c.network
	}
	return istiod.SetupProxy(&model.Proxy{
		ID:              "sleep-1.sleep",
		Type:            model.SidecarProxy,
		ConfigNamespace: "sleep",
		IPAddresses:     c.addresses,
		Locality:        locality(c.locality),
		Labels:          labels,
		Metadata: &model.NodeMetadata{
			Namespace:    "sleep",
			ClusterID:    cluster.ID("Kubernetes"),
			Network:      network.ID(c.network),
			Labels:       labels,
			IstioVersion: "1.31.0",
		},
	})
}

// gateway is a pod of the east-west gateway, exactly as the planned Deployment's template makes it.
func gateway(
	t *testing.T, w *world, istiod *xds.FakeDiscoveryServer, deployment appsv1.Deployment,
) *model.Proxy {
	t.Helper()
	template := deployment.Spec.Template
	var view []string
	for _, variable := range template.Spec.Containers[0].Env {
		if variable.Name == "ISTIO_META_REQUESTED_NETWORK_VIEW" {
			view = strings.Split(variable.Value, ",")
		}
	}
	return istiod.SetupProxy(&model.Proxy{
		ID:              deployment.Name + "-1." + deployment.Namespace,
		Type:            model.Router,
		ConfigNamespace: deployment.Namespace,
		IPAddresses:     []string{"10.10.9.9"},
		Locality:        locality(w.locality),
		Labels:          template.Labels,
		Metadata: &model.NodeMetadata{
			Namespace:            deployment.Namespace,
			ClusterID:            cluster.ID("Kubernetes"),
			Network:              network.ID(template.Labels["topology.istio.io/network"]),
			RequestedNetworkView: view,
			Labels:               template.Labels,
			IstioVersion:         "1.31.0",
		},
	})
}

func locality(text string) *core.Locality {
	parts := append(strings.Split(text, "/"), "", "")
	return &core.Locality{Region: parts[0], Zone: parts[1], SubZone: parts[2]}
}
