package dataplane

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"

	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/kube"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// world is one mesh as istiod sees it: the objects of its cluster, and its mesh config.
type world struct {
	network            string
	trustDomain        string
	trustDomainAliases []string
	rootNamespace      string
	locality           string
	objects            []runtime.Object
	configs            []string
}

// newWorld is the mesh of the golden folders with nothing in it but its network.
func newWorld() *world {
	w := &world{
		network:       "east-network",
		trustDomain:   "east.local",
		rootNamespace: "istio-system",
		locality:      "east",
	}
	return w
}

// add takes Kubernetes and Gateway API objects to the API server and Istio's own to the config store.
func (w *world) add(t *testing.T, documents ...string) {
	t.Helper()
	for _, document := range documents {
		if strings.Contains(document, "istio.io/v") {
			w.configs = append(w.configs, document)
			continue
		}
		object, _, err := kube.IstioCodec.UniversalDeserializer().Decode([]byte(document), nil, nil)
		if err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		if gateway, ok := object.(*gatewayv1.Gateway); ok {
			// istiod tells the registered gateways apart by UID, and nobody gives them one here.
			gateway.UID = types.UID(gateway.Namespace + "/" + gateway.Name)
		}
		if service, ok := object.(*corev1.Service); ok {
			completeLikeAPIServer(service)
		}
		w.objects = append(w.objects, object)
	}
}

// completeLikeAPIServer fills in what a real API server would, and the in-memory one does not.
func completeLikeAPIServer(service *corev1.Service) {
	for i := range service.Spec.Ports {
		port := &service.Spec.Ports[i]
		if port.Protocol == "" {
			port.Protocol = corev1.ProtocolTCP
		}
		if port.TargetPort == (intstr.IntOrString{}) {
			port.TargetPort = intstr.FromInt32(port.Port)
		}
		if service.Spec.Type == corev1.ServiceTypeNodePort || service.Spec.Type == corev1.ServiceTypeLoadBalancer {
			port.NodePort = 30000 + port.Port%1000
		}
	}
}

// addGatewayService adds an east-west gateway's Service as its cloud has answered it.
func (w *world) addGatewayService(t *testing.T, document, address string) {
	t.Helper()
	w.add(t, document)
	service := w.objects[len(w.objects)-1].(*corev1.Service)
	if service.Spec.Type == corev1.ServiceTypeLoadBalancer {
		service.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: address}}
	}
}

// addPods runs one injected pod behind every Service that has a selector.
func (w *world) addPods(services ...*corev1.Service) {
	w.objects = append(w.objects, w.node())
	for i, service := range services {
		if len(service.Spec.Selector) == 0 {
			continue
		}
		ip := fmt.Sprintf("10.10.0.%d", 5+i)
		labels := map[string]string{"security.istio.io/tlsMode": "istio", "topology.istio.io/network": w.network}
		for key, value := range service.Spec.Selector {
			labels[key] = value
		}
		pod := &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Name: service.Name + "-1", Namespace: service.Namespace, Labels: labels},
			Spec: corev1.PodSpec{
				NodeName:           w.node().Name,
				ServiceAccountName: service.Name,
				Containers:         []corev1.Container{{Name: "app"}},
			},
			Status: corev1.PodStatus{
				Phase:      corev1.PodRunning,
				PodIP:      ip,
				PodIPs:     []corev1.PodIP{{IP: ip}},
				Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
			},
		}
		w.objects = append(w.objects, pod, slice(service, pod))
	}
}

// services gives the Services that were added.
func (w *world) services() []*corev1.Service {
	var found []*corev1.Service
	for _, object := range w.objects {
		if service, ok := object.(*corev1.Service); ok {
			found = append(found, service)
		}
	}
	return found
}

func slice(service *corev1.Service, pod *corev1.Pod) *discoveryv1.EndpointSlice {
	var ports []discoveryv1.EndpointPort
	for _, port := range service.Spec.Ports {
		target := port.TargetPort.IntVal
		if port.TargetPort.Type == intstr.String {
			target = 9090 // what the pod calls by that name
		}
		ports = append(ports, discoveryv1.EndpointPort{Name: &port.Name, Port: &target, Protocol: &port.Protocol})
	}
	return &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Name:      service.Name + "-1",
			Namespace: service.Namespace,
			Labels:    map[string]string{discoveryv1.LabelServiceName: service.Name},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints: []discoveryv1.Endpoint{{
			Addresses: []string{pod.Status.PodIP},
			TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name},
			NodeName:  &pod.Spec.NodeName,
		}},
		Ports: ports,
	}
}

// node is the one machine of this cluster; its labels give its pods their locality.
func (w *world) node() *corev1.Node {
	parts := strings.Split(w.locality, "/")
	keys := []string{"topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"}
	labels := map[string]string{"edge": "true"}
	for i, part := range parts {
		if part != "" {
			labels[keys[i]] = part
		}
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: "node-1", Labels: labels},
		Status: corev1.NodeStatus{
			Addresses: []corev1.NodeAddress{{Type: corev1.NodeExternalIP, Address: "192.0.2.201"}},
		},
	}
}

// start runs istiod over this world, in memory.
func (w *world) start(t *testing.T) *xds.FakeDiscoveryServer {
	t.Helper()
	config := mesh.DefaultMeshConfig()
	config.TrustDomain = w.trustDomain
	config.TrustDomainAliases = w.trustDomainAliases
	config.RootNamespace = w.rootNamespace
	controlPlane := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name:   "istio-system",
		Labels: map[string]string{"topology.istio.io/network": w.network},
	}}
	return xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
		KubernetesObjects: append([]runtime.Object{controlPlane}, w.objects...),
		ConfigString:      strings.Join(w.configs, "\n---\n"),
		MeshConfig:        config,
	})
}

func isGateway(object runtime.Object) bool {
	_, gateway := object.(*gatewayv1.Gateway)
	return gateway
}
