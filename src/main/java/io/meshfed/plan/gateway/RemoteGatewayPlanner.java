package io.meshfed.plan.gateway;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayAddress;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayBuilder;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import io.meshfed.api.RemoteMesh;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Registers the other mesh's gateway with this mesh's istiod: a Gateway API {@code Gateway} of class {@code istio-remote}.
 * Nothing is installed for it; istiod only learns the addresses of a network's gateway. The rules are those of istiod's {@code
 * pilot/pkg/serviceregistry/kube/controller/network.go}.
 */
public final class RemoteGatewayPlanner {
    /** The class of gateways that istiod does not run. */
    public static final String GATEWAY_CLASS = "istio-remote";

    /** The limit of the Gateway API. */
    private static final int MAX_ADDRESSES = 16;

    private static final String LISTENER_PROTOCOL = "gateway.istio.io/listener-protocol";
    private static final String NODE_SELECTOR = "traffic.istio.io/nodeSelector";

    private RemoteGatewayPlanner() {}

    /** Name of the Gateway of a remote. */
    public static String gatewayName(RemoteMesh remote) {
        return "meshfed-" + remote.getMetadata().getName();
    }

    /**
     * The Gateway of a remote, in the gateway namespace.
     *
     * @param addresses IP addresses and host names; those that {@link AddressRules} refuses are left out, and of
     *     more than sixteen, the limit of the Gateway API, the last in order
     * @throws IllegalArgumentException naming the remote, if no usable address is left: a Gateway without one would
     *     remove every endpoint of that network
     */
    public static Gateway plan(RemoteMesh remote, String gatewayNamespace, List<String> addresses) {
        List<GatewayAddress> usable = AddressRules.judge(addresses).accepted().stream()
                .limit(MAX_ADDRESSES)
                .map(address -> new GatewayAddress(address.isIp() ? "IPAddress" : "Hostname", address.value()))
                .toList();
        if (usable.isEmpty()) {
            throw new IllegalArgumentException(
                    "RemoteMesh " + remote.getMetadata().getName()
                            + ": no usable gateway address; keep the last known ones, or set spec.gateway.addresses");
        }
        return new GatewayBuilder()
                .withNewMetadata()
                .withName(gatewayName(remote))
                .withNamespace(gatewayNamespace)
                .addToLabels(Names.MANAGED_BY, Names.MESHFED)
                .addToLabels(Names.REMOTE_LABEL, remote.getMetadata().getName())
                .addToLabels(Names.NETWORK_LABEL, remote.getSpec().network())
                .endMetadata()
                .withNewSpec()
                .withGatewayClassName(GATEWAY_CLASS)
                .withAddresses(usable)
                .addNewListener()
                .withName("tls-passthrough")
                .withPort(remote.getSpec().gateway().port())
                .withProtocol("TLS")
                .withNewTls()
                .withMode("Passthrough")
                .withOptions(Map.of(LISTENER_PROTOCOL, "auto-passthrough"))
                .endTls()
                .withNewAllowedRoutes()
                .withNewNamespaces()
                .withFrom("Same")
                .endNamespaces()
                .endAllowedRoutes()
                .endListener()
                .endSpec()
                .build();
    }

    /**
     * Whether istiod already has a gateway for a network, other than the RemoteMesh's own Gateway. istiod would then silently
     * ignore Inline addresses, and split the traffic between that gateway and a second registration.
     *
     * @param services Services of the cluster
     * @param gateways Gateway API Gateways of the cluster
     * @param own the RemoteMesh's own Gateway, which does not count
     * @param gatewayNetworks networks that have a gateway in istiod's mesh networks
     * @return which gateways, for a status message
     */
    public static Optional<String> knownElsewhere(
            String network,
            List<Service> services,
            List<Gateway> gateways,
            Optional<Gateway> own,
            Set<String> gatewayNetworks) {
        TreeSet<String> found = new TreeSet<>();
        services.stream()
                .filter(service -> network.equals(ObjectMetas.labels(service).get(Names.NETWORK_LABEL)))
                .filter(RemoteGatewayPlanner::hasOutsideAddress)
                .forEach(service -> found.add(ObjectMetas.describe(service)));
        gateways.stream()
                .filter(gateway -> network.equals(ObjectMetas.labels(gateway).get(Names.NETWORK_LABEL)))
                .filter(gateway -> !gateway.getSpec().getAddresses().isEmpty())
                .filter(gateway -> own.filter(ours -> hasUidOf(ours, gateway)).isEmpty())
                .forEach(gateway -> found.add(ObjectMetas.describe(gateway)));
        if (gatewayNetworks.contains(network)) {
            found.add("key meshNetworks of istiod's ConfigMap");
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("istiod already has a gateway for network " + network + ": " + String.join(", ", found)
                + "; it would receive traffic instead of, or in addition to, the addresses of this RemoteMesh; remove it, or"
                + " delete the RemoteMesh");
    }

    /** istiod does not take a Service as a gateway if it can be reached inside the cluster only, even with the label. */
    private static boolean hasOutsideAddress(Service service) {
        var spec = service.getSpec();
        boolean onNodes = "NodePort".equals(spec.getType())
                && ObjectMetas.annotations(service).containsKey(NODE_SELECTOR);
        return "LoadBalancer".equals(spec.getType())
                || onNodes
                || !spec.getExternalIPs().isEmpty();
    }

    private static boolean hasUidOf(Gateway one, Gateway other) {
        return one.getMetadata().getUid().equals(other.getMetadata().getUid());
    }
}
