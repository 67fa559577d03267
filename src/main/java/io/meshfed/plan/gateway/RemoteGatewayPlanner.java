package io.meshfed.plan.gateway;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayAddress;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayBuilder;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The other mesh's gateway as this mesh's istiod knows it: a Gateway API {@code Gateway} of class {@code istio-remote}, for
 * which nothing is installed; it only says where a network begins. The rules are those of istiod's {@code
 * pilot/pkg/serviceregistry/kube/controller/network.go}.
 */
public final class RemoteGatewayPlanner {
    /** The class by which istiod knows a gateway that it does not run. */
    public static final String GATEWAY_CLASS = "istio-remote";

    /** The most addresses that the Gateway API takes. */
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
     * @param addresses IP addresses and host names; those that {@link AddressRules} refuses are left out, and past
     *     sixteen, the most that the Gateway API takes, the last in order
     * @throws IllegalArgumentException naming the remote, if no usable address is left: a Gateway without one would take
     *     every endpoint of that network away
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
     * Whether istiod already knows a gateway of a network from somewhere else than the RemoteMesh's own Gateway. Inline
     * addresses would then be ignored without a word, and a second registration would share the traffic with the first.
     *
     * @param services Services of the cluster
     * @param gateways Gateway API Gateways of the cluster
     * @param own the RemoteMesh's own Gateway, which does not count
     * @param gatewayNetworks networks for which istiod's mesh networks name a gateway
     * @return what is known and where, for a status message
     */
    public static Optional<String> knownElsewhere(
            String network,
            List<Service> services,
            List<Gateway> gateways,
            Optional<Gateway> own,
            Set<String> gatewayNetworks) {
        TreeSet<String> found = new TreeSet<>();
        services.stream()
                .filter(service -> network.equals(labels(service).get(Names.NETWORK_LABEL)))
                .filter(RemoteGatewayPlanner::hasOutsideAddress)
                .forEach(service -> found.add("Service " + place(service)));
        gateways.stream()
                .filter(gateway -> network.equals(labels(gateway).get(Names.NETWORK_LABEL)))
                .filter(gateway -> !gateway.getSpec().getAddresses().isEmpty())
                .filter(gateway -> own.filter(ours -> hasUidOf(ours, gateway)).isEmpty())
                .forEach(gateway -> found.add("Gateway " + place(gateway)));
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

    /** A Service inside the cluster only is no gateway to istiod, whatever its label says. */
    private static boolean hasOutsideAddress(Service service) {
        var spec = service.getSpec();
        boolean onNodes =
                "NodePort".equals(spec.getType()) && annotations(service).containsKey(NODE_SELECTOR);
        return "LoadBalancer".equals(spec.getType())
                || onNodes
                || !spec.getExternalIPs().isEmpty();
    }

    private static boolean hasUidOf(Gateway one, Gateway other) {
        return one.getMetadata().getUid().equals(other.getMetadata().getUid());
    }

    private static Map<String, String> labels(HasMetadata object) {
        return object.getMetadata().getLabels() == null
                ? Map.of()
                : object.getMetadata().getLabels();
    }

    private static Map<String, String> annotations(HasMetadata object) {
        return object.getMetadata().getAnnotations() == null
                ? Map.of()
                : object.getMetadata().getAnnotations();
    }

    private static String place(HasMetadata object) {
        return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
    }
}
