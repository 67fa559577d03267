package io.meshfed.plan.gateway;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationSpec;
import io.meshfed.api.MeshGateway;
import io.meshfed.api.Names;
import java.util.Map;
import java.util.TreeMap;

/** The east-west gateway's Deployment: an otherwise empty pod that Istio's injector turns into a gateway. */
final class GatewayDeployment {
    /** The networks whose endpoints a gateway sees. */
    static final String NETWORK_VIEW = "ISTIO_META_REQUESTED_NETWORK_VIEW";

    /**
     * What Deployment and PodDisruptionBudget select by. Not spec.gateway.selector: a Deployment's selector can never
     * change, and that field may.
     */
    static final Map<String, String> SELECTOR = Map.of("meshfed.io/gateway", "eastwest");

    private static final int FIRST_UNPRIVILEGED_PORT = 1024;

    private GatewayDeployment() {}

    static Deployment plan(MeshFederation mesh, Map<String, String> labels) {
        MeshGateway gateway = mesh.getSpec().gateway();
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(EastWestGatewayPlanner.NAME)
                .withNamespace(gateway.namespace())
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                // The autoscaler sets the number; a value here would overwrite it.
                .withReplicas(
                        EastWestGatewayPlanner.autoscaled(gateway)
                                ? null
                                : gateway.replicas().min())
                .withNewSelector()
                .withMatchLabels(SELECTOR)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(podLabels(mesh.getSpec(), labels))
                .addToAnnotations("inject.istio.io/templates", "gateway")
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(EastWestGatewayPlanner.NAME)
                // A passthrough gateway never calls the API server; for istiod it has a token of its own.
                .withAutomountServiceAccountToken(false)
                .withSecurityContext(podSecurity(gateway))
                .withContainers(proxy(mesh.getSpec()))
                .withTopologySpreadConstraints(spread("topology.kubernetes.io/zone"), spread("kubernetes.io/hostname"))
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static Map<String, String> podLabels(MeshFederationSpec spec, Map<String, String> labels) {
        Map<String, String> podLabels = new TreeMap<>(labels);
        podLabels.putAll(SELECTOR);
        podLabels.put("sidecar.istio.io/inject", "true");
        podLabels.put("istio.io/dataplane-mode", "none");
        podLabels.put(Names.NETWORK_LABEL, spec.mesh().network());
        if (spec.mesh().revision() != null) {
            podLabels.put("istio.io/rev", spec.mesh().revision());
        }
        // Last, because the Service and the Istio Gateway select the pods by these.
        podLabels.putAll(spec.gateway().selector());
        return podLabels;
    }

    private static Container proxy(MeshFederationSpec spec) {
        return new ContainerBuilder()
                .withName("istio-proxy")
                // The injector puts the proxy's image here.
                .withImage("auto")
                // Without this the gateway sees the endpoints of other networks, and sends requests back to the mesh
                // they
                // came from.
                .addNewEnv()
                .withName(NETWORK_VIEW)
                .withValue(spec.mesh().network())
                .endEnv()
                .addNewPort()
                .withName("tls")
                .withContainerPort(spec.gateway().port())
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName("http-envoy-prom")
                .withContainerPort(15090)
                .withProtocol("TCP")
                .endPort()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withPrivileged(false)
                .withReadOnlyRootFilesystem(true)
                .withRunAsNonRoot(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .withResources(resources(spec.gateway().resources()))
                .build();
    }

    private static ResourceRequirements resources(MeshGateway.Resources resources) {
        if (resources.requests().isEmpty() && resources.limits().isEmpty()) {
            return null;
        }
        return new ResourceRequirementsBuilder()
                .withRequests(CanonicalQuantity.of(resources.requests()))
                .withLimits(CanonicalQuantity.of(resources.limits()))
                .build();
    }

    private static PodSecurityContext podSecurity(MeshGateway gateway) {
        PodSecurityContextBuilder security = new PodSecurityContextBuilder()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile();
        if (gateway.port() < FIRST_UNPRIVILEGED_PORT) {
            security.addNewSysctl("net.ipv4.ip_unprivileged_port_start", "0");
        }
        return security.build();
    }

    private static TopologySpreadConstraint spread(String over) {
        return new TopologySpreadConstraintBuilder()
                .withMaxSkew(1)
                .withTopologyKey(over)
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withNewLabelSelector()
                .withMatchLabels(SELECTOR)
                .endLabelSelector()
                .build();
    }
}
