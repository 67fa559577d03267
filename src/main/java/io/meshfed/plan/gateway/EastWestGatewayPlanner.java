package io.meshfed.plan.gateway;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshGateway;
import io.meshfed.api.MeshGateway.ServiceType;
import io.meshfed.api.Names;
import io.meshfed.api.condition.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The east-west gateway of this mesh: what to install, and whether a gateway that you installed can serve instead. */
public final class EastWestGatewayPlanner {
    /** Name of all objects of a managed gateway, the Service among them; their namespace is {@code spec.gateway.namespace}. */
    public static final String NAME = "istio-eastwestgateway";

    private static final int STATUS_PORT = 15021;
    private static final int TARGET_CPU_PERCENT = 80;
    private static final String GATEWAY_PORT_LABEL = "networking.istio.io/gatewayPort";

    private EastWestGatewayPlanner() {}

    /**
     * ServiceAccount, Deployment, Service, a HorizontalPodAutoscaler where max is above min, and a PodDisruptionBudget
     * where min is above one; all in the gateway's namespace, in the form in which the API server stores them. Nothing
     * for a gateway that is not managed.
     *
     * @param networkMatches whether istiod's {@code global.network} is this mesh's network; only then the Service gets
     *     the network label, by which istiod recognises it as this network's gateway. istiod does not forget a network;
     *     pass true as well while the network is not known and the existing Service has the label.
     */
    public static List<HasMetadata> plan(MeshFederation mesh, boolean networkMatches) {
        MeshGateway gateway = mesh.getSpec().gateway();
        if (!gateway.managed()) {
            return List.of();
        }
        Map<String, String> labels = labels(gateway);
        List<HasMetadata> objects = new ArrayList<>();
        objects.add(serviceAccount(gateway, labels));
        objects.add(GatewayDeployment.plan(mesh, labels));
        objects.add(service(mesh, labels, networkMatches));
        if (autoscaled(gateway)) {
            objects.add(autoscaler(gateway, labels));
        }
        if (gateway.replicas().min() > 1) {
            objects.add(disruptionBudget(gateway, labels));
        }
        return List.copyOf(objects);
    }

    /**
     * Checks the gateway that {@code spec.gateway.selector} selects. It reads Deployments and not pods: these need no
     * permission beyond those for a managed gateway, and do not change with every restart.
     *
     * @param found Services of the gateway's namespace; those without the selector's labels are ignored
     * @param deployments Deployments of the gateway's namespace; those whose pods lack the selector's labels are
     *     ignored
     * @return a draft of GatewayReady that is not True, or empty if nothing is wrong. Reasons:
     *     GatewayNotFound, GatewayAmbiguous, PortMissing, NetworkViewMissing, NetworkViewWrong; Unknown with
     *     GatewayWorkloadNotFound or NetworkViewNotReadable, if the network view cannot be checked
     */
    public static Optional<Condition> judge(MeshFederation mesh, List<Service> found, List<Deployment> deployments) {
        return GatewayCheck.judge(mesh, found, deployments);
    }

    static boolean autoscaled(MeshGateway gateway) {
        return gateway.replicas().max() > gateway.replicas().min();
    }

    private static Map<String, String> labels(MeshGateway gateway) {
        Map<String, String> labels = new TreeMap<>();
        labels.put("app.kubernetes.io/name", NAME);
        labels.put("app.kubernetes.io/part-of", Names.MESHFED);
        labels.putAll(gateway.selector());
        labels.put(Names.MANAGED_BY, Names.MESHFED);
        return labels;
    }

    private static ObjectMeta metadata(MeshGateway gateway, Map<String, String> labels) {
        return new ObjectMetaBuilder()
                .withName(NAME)
                .withNamespace(gateway.namespace())
                .withLabels(labels)
                .build();
    }

    private static ServiceAccount serviceAccount(MeshGateway gateway, Map<String, String> labels) {
        return new ServiceAccountBuilder()
                .withMetadata(metadata(gateway, labels))
                .build();
    }

    private static Service service(MeshFederation mesh, Map<String, String> labels, boolean networkMatches) {
        MeshGateway gateway = mesh.getSpec().gateway();
        boolean balanced = gateway.service().type() == ServiceType.LoadBalancer;
        return new ServiceBuilder()
                .withMetadata(metadata(gateway, labels))
                .editMetadata()
                .addToLabels(networkMatches ? networkLabels(mesh) : Map.of())
                .withAnnotations(new TreeMap<>(gateway.service().annotations()))
                .endMetadata()
                .withNewSpec()
                .withType(gateway.service().type().name())
                // The API server rejects both for any other type.
                .withLoadBalancerClass(balanced ? gateway.service().loadBalancerClass() : null)
                .withLoadBalancerSourceRanges(
                        balanced ? List.copyOf(new TreeSet<>(gateway.service().loadBalancerSourceRanges())) : List.of())
                .withSelector(new TreeMap<>(gateway.selector()))
                .addNewPort()
                .withName("status-port")
                .withPort(STATUS_PORT)
                .withTargetPort(new IntOrString(STATUS_PORT))
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName("tls")
                .withPort(gateway.port())
                .withTargetPort(new IntOrString(gateway.port()))
                .withProtocol("TCP")
                .endPort()
                .endSpec()
                .build();
    }

    private static Map<String, String> networkLabels(MeshFederation mesh) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(Names.NETWORK_LABEL, mesh.getSpec().mesh().network());
        int port = mesh.getSpec().gateway().port();
        if (port != Names.GATEWAY_PORT) {
            // Without the label istiod assumes 15443.
            labels.put(GATEWAY_PORT_LABEL, Integer.toString(port));
        }
        return labels;
    }

    private static HorizontalPodAutoscaler autoscaler(MeshGateway gateway, Map<String, String> labels) {
        return new HorizontalPodAutoscalerBuilder()
                .withMetadata(metadata(gateway, labels))
                .withNewSpec()
                .withNewScaleTargetRef("apps/v1", "Deployment", NAME)
                .withMinReplicas(gateway.replicas().min())
                .withMaxReplicas(gateway.replicas().max())
                .addNewMetric()
                .withType("Resource")
                .withNewResource()
                .withName("cpu")
                .withNewTarget()
                .withType("Utilization")
                .withAverageUtilization(TARGET_CPU_PERCENT)
                .endTarget()
                .endResource()
                .endMetric()
                .endSpec()
                .build();
    }

    private static PodDisruptionBudget disruptionBudget(MeshGateway gateway, Map<String, String> labels) {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(metadata(gateway, labels))
                .withNewSpec()
                // One at a time, however many replicas the autoscaler made; minAvailable: 1 would allow all others to
                // be evicted at once.
                .withMaxUnavailable(new IntOrString(1))
                .withNewSelector()
                .withMatchLabels(GatewayDeployment.SELECTOR)
                .endSelector()
                .endSpec()
                .build();
    }
}
