package io.meshfed.plan;

import io.fabric8.istio.api.api.networking.v1alpha3.WorkloadEntry;
import io.meshfed.plan.Findings.Absence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One ServiceEntry has one resolution. STATIC takes IPs and address-less endpoints, DNS takes IPs and host names
 * (pkg/config/validation/validation.go, ValidateServiceEntry).
 */
final class OneResolution {
    private final LocalMesh mesh;
    private final Standing standing;
    private final Findings findings;

    OneResolution(LocalMesh mesh, Standing standing, Findings findings) {
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
    Map<Source, Reach> settle(Map<Source, Reach> reaches, Map<Source, List<WorkloadEntry>> heldEndpoints) {
        boolean someByNetwork = reaches.values().stream().anyMatch(Reach.ByNetwork.class::isInstance);
        boolean someHeldByNetwork = heldEndpoints.values().stream()
                .flatMap(List::stream)
                .anyMatch(e -> Standing.address(e).isEmpty());
        boolean someHeldByName =
                heldEndpoints.values().stream().flatMap(List::stream).anyMatch(e -> isName(Standing.address(e)));
        if (!someByNetwork && !someHeldByNetwork) {
            return reaches;
        }
        Map<Source, Reach> settled = new LinkedHashMap<>();
        List<Source> unresolved = new ArrayList<>();
        reaches.forEach((source, reach) -> {
            if (reach instanceof Reach.ByAddress byAddress && !byAddress.onlyIps()) {
                Optional<Reach> present = standing.reachForServiceEntry(source.remote());
                GatewayReach.ips(byAddress, source.remote(), mesh, present, findings)
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

    private Map<Source, Reach> withoutByNetwork(Map<Source, Reach> reaches) {
        Map<Source, Reach> remaining = new LinkedHashMap<>();
        reaches.forEach((source, reach) -> {
            if (reach instanceof Reach.ByNetwork) {
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
        return !address.isEmpty() && !Reach.isIp(address);
    }
}
