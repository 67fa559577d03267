package io.meshfed.plan.imports.endpoints;

import io.fabric8.istio.api.api.networking.v1alpha3.WorkloadEntry;
import io.meshfed.plan.imports.world.EndpointAddressing;
import io.meshfed.plan.imports.world.ImportConditions;
import io.meshfed.plan.imports.world.ImportConditions.Absence;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.ObservedEndpoints;
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
    private final ObservedEndpoints standing;
    private final ImportConditions findings;

    ResolutionMode(LocalMesh mesh, ObservedEndpoints standing, ImportConditions findings) {
        this.mesh = mesh;
        this.standing = standing;
        this.findings = findings;
    }

    /**
     * How each remote is to be reached from one entry. With both kinds in play host names give way to their last good IPs;
     * while one that stands has none, the address-less endpoints wait.
     *
     * @param heldEndpoints endpoints of suspended remotes, which stay as they are
     * @return without the remotes that must wait
     */
    Map<ImportSource, EndpointAddressing> settle(
            Map<ImportSource, EndpointAddressing> reaches, Map<ImportSource, List<WorkloadEntry>> heldEndpoints) {
        boolean someByNetwork = reaches.values().stream().anyMatch(EndpointAddressing.ByNetwork.class::isInstance);
        boolean someHeldByNetwork = heldEndpoints.values().stream()
                .flatMap(List::stream)
                .anyMatch(e -> ObservedEndpoints.address(e).isEmpty());
        boolean someHeldByName = heldEndpoints.values().stream()
                .flatMap(List::stream)
                .anyMatch(e -> isName(ObservedEndpoints.address(e)));
        if (!someByNetwork && !someHeldByNetwork) {
            return reaches;
        }
        Map<ImportSource, EndpointAddressing> settled = new LinkedHashMap<>();
        List<ImportSource> unresolved = new ArrayList<>();
        reaches.forEach((source, reach) -> {
            if (reach instanceof EndpointAddressing.ByAddress byAddress && !byAddress.onlyIps()) {
                Optional<EndpointAddressing> present = standing.reachForServiceEntry(source.remote());
                GatewayAddressing.ips(byAddress, source.remote(), mesh, present, findings)
                        .ifPresentOrElse(ips -> settled.put(source, ips), () -> unresolved.add(source));
            } else {
                settled.put(source, reach);
            }
        });
        boolean someStandByName = unresolved.stream()
                .anyMatch(s -> !standing.endpoints(s.remote()).isEmpty());
        if (!someHeldByNetwork && (someHeldByName || someStandByName)) {
            return withoutByNetwork(reaches);
        }
        unresolved.forEach(
                source -> findings.absent(
                        Absence.GatewayUnknown,
                        source.name() + " is left out: a host name of its gateway has no known IP address yet,"
                                + " and one ServiceEntry cannot hold a host name beside a remote with addressing RemoteGateway"));
        return settled;
    }

    private Map<ImportSource, EndpointAddressing> withoutByNetwork(Map<ImportSource, EndpointAddressing> reaches) {
        Map<ImportSource, EndpointAddressing> remaining = new LinkedHashMap<>();
        reaches.forEach((source, reach) -> {
            if (reach instanceof EndpointAddressing.ByNetwork) {
                findings.absent(
                        Absence.GatewayUnknown,
                        source.name() + " waits: one ServiceEntry cannot hold it beside the host name that stands in it"
                                + " for another remote; it joins when that name has a known IP address");
            } else {
                remaining.put(source, reach);
            }
        });
        return remaining;
    }

    static boolean isName(String address) {
        return !address.isEmpty() && !EndpointAddressing.isIp(address);
    }
}
