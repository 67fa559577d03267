package io.meshfed.plan.imports.world;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A family of IP addresses. */
public enum IpFamily {
    IPv4,
    IPv6;

    /** The first family of a Service; empty if the API server has not set it. */
    public static Optional<IpFamily> of(Service service) {
        return Optional.ofNullable(service.getSpec()).map(ServiceSpec::getIpFamilies).orElse(List.of()).stream()
                .findFirst()
                .map(IpFamily::valueOf);
    }

    /**
     * Addresses without the IPs of the other family, unless there are no others. Host names stay: the client that resolves
     * them chooses a family that it can use.
     */
    public List<String> usable(Collection<String> addresses) {
        List<String> usable = addresses.stream()
                .filter(a -> !EndpointAddressing.isIp(a) || has(a))
                .toList();
        return usable.isEmpty() ? List.copyOf(addresses) : usable;
    }

    /** Whether an IP address is of this family. */
    public boolean has(String ip) {
        return (this == IPv6) == ip.contains(":");
    }
}
