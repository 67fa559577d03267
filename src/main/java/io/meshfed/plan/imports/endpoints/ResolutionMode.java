package io.meshfed.plan.imports.endpoints;

import io.fabric8.istio.api.api.networking.v1alpha3.WorkloadEntry;
import io.meshfed.api.condition.ImportReason;
import io.meshfed.plan.imports.world.EndpointAddressing;
import io.meshfed.plan.imports.world.Finding;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.ObservedEndpoints;
import io.meshfed.plan.imports.world.WithFindings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One ServiceEntry has one resolution. STATIC takes IPs and address-less endpoints, DNS takes IPs and host names
 * (pkg/config/validation/validation.go, ValidateServiceEntry).
 */
final class ResolutionMode {
    private final LocalMesh mesh;
    private final ObservedEndpoints observed;

    ResolutionMode(LocalMesh mesh, ObservedEndpoints observed) {
        this.mesh = mesh;
        this.observed = observed;
    }

    /**
     * The addressing of each remote that one entry can hold. If both host names and address-less endpoints are wanted, host
     * names are replaced with their last good IPs; while a host name that the entry has already has none, the address-less
     * endpoints wait.
     *
     * @param addressings the addressing of each active remote
     * @param held endpoints of suspended remotes, which stay unchanged
     * @return without the remotes that must wait
     */
    WithFindings<Map<ImportSource, EndpointAddressing>> settle(
            Map<ImportSource, EndpointAddressing> addressings, Map<ImportSource, List<WorkloadEntry>> held) {
        boolean someByNetwork = addressings.values().stream().anyMatch(EndpointAddressing.ByNetwork.class::isInstance);
        boolean someHeldByNetwork = held.values().stream()
                .flatMap(List::stream)
                .anyMatch(endpoint -> ObservedEndpoints.address(endpoint).isEmpty());
        if (!someByNetwork && !someHeldByNetwork) {
            return WithFindings.of(addressings);
        }
        Map<ImportSource, EndpointAddressing> settled = new LinkedHashMap<>();
        List<ImportSource> unresolved = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        addressings.forEach((source, addressing) -> {
            if (addressing instanceof EndpointAddressing.ByAddress byAddress && !byAddress.onlyIps()) {
                WithFindings<Optional<EndpointAddressing.ByAddress>> ips = GatewayAddressing.ips(
                        byAddress, source.remote(), mesh, observed.addressingOfServiceEntry(source.remote()));
                findings.addAll(ips.findings());
                ips.value().ifPresentOrElse(only -> settled.put(source, only), () -> unresolved.add(source));
            } else {
                settled.put(source, addressing);
            }
        });
        boolean someHeldByName = held.values().stream()
                .flatMap(List::stream)
                .anyMatch(endpoint -> isName(ObservedEndpoints.address(endpoint)));
        boolean someObservedByName = unresolved.stream()
                .anyMatch(source -> !observed.endpoints(source.remote()).isEmpty());
        if (!someHeldByNetwork && (someHeldByName || someObservedByName)) {
            return withoutByNetwork(addressings, findings);
        }
        unresolved.forEach(
                source -> findings.add(
                        new Finding.LeftOut(
                                ImportReason.GatewayUnknown,
                                source.name() + " is left out: a host name of its gateway has no known IP address yet,"
                                        + " and a ServiceEntry cannot contain both a host name and a remote with addressing RemoteGateway")));
        return new WithFindings<>(settled, findings);
    }

    private static WithFindings<Map<ImportSource, EndpointAddressing>> withoutByNetwork(
            Map<ImportSource, EndpointAddressing> addressings, List<Finding> soFar) {
        Map<ImportSource, EndpointAddressing> remaining = new LinkedHashMap<>();
        List<Finding> findings = new ArrayList<>(soFar);
        addressings.forEach((source, addressing) -> {
            if (addressing instanceof EndpointAddressing.ByNetwork) {
                findings.add(new Finding.LeftOut(
                        ImportReason.GatewayUnknown,
                        source.name()
                                + " is left out for now: the ServiceEntry contains a host name for another remote, and"
                                + " cannot also contain a remote with addressing RemoteGateway; it is added once that host"
                                + " name has a known IP address"));
            } else {
                remaining.put(source, addressing);
            }
        });
        return new WithFindings<>(remaining, findings);
    }

    static boolean isName(String address) {
        return !address.isEmpty() && !EndpointAddressing.isIp(address);
    }
}
