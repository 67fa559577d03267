package io.meshfed.plan.imports.world;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What our objects in the cluster say of a remote: the memory that stands in where its gateway is not known, so that
 * an unknown input keeps endpoints (rule 1) while everything else about them can still be planned.
 */
public record ObservedEndpoints(
        Optional<ServiceEntry> serviceEntry, List<WorkloadEntry> workloadEntries, Map<String, String> networks) {

    public static ObservedEndpoints of(ImportWorld world) {
        return new ObservedEndpoints(
                world.presentServiceEntry(), world.presentWorkloadEntries(), networks(world.remotes()));
    }

    /**
     * By network, the remote to which endpoints of that network belong: of several that claim one network only one is not
     * refused, and the others must not take its endpoints for theirs.
     */
    private static Map<String, String> networks(List<RemoteState> remotes) {
        Map<String, String> networks = new HashMap<>();
        remotes.stream()
                .sorted(Comparator.comparing(
                                (RemoteState remote) -> remote.refusal().isPresent())
                        .thenComparing(RemoteState::name))
                .forEach(remote -> networks.putIfAbsent(remote.network(), remote.name()));
        return networks;
    }

    /** Endpoints of a remote in the ServiceEntry, told by network, sorted by address. */
    public List<io.fabric8.istio.api.api.networking.v1alpha3.WorkloadEntry> endpoints(RemoteState remote) {
        return serviceEntry.stream()
                .flatMap(entry -> entry.getSpec() == null
                        ? List.<io.fabric8.istio.api.api.networking.v1alpha3.WorkloadEntry>of().stream()
                        : entry.getSpec().getEndpoints().stream())
                .filter(endpoint -> remote.network().equals(endpoint.getNetwork()))
                .filter(endpoint -> remote.name().equals(networks.get(remote.network())))
                .sorted(Comparator.comparing(ObservedEndpoints::address))
                .toList();
    }

    /** WorkloadEntries of a remote, told by label, sorted by name. */
    public List<WorkloadEntry> entries(RemoteState remote) {
        return workloadEntries.stream()
                .filter(entry -> entry.getSpec() != null
                        && ObjectMetas.label(entry, Names.REMOTE_LABEL)
                                .filter(remote.name()::equals)
                                .isPresent())
                .sorted(Comparator.comparing(entry -> entry.getMetadata().getName()))
                .toList();
    }

    /** How the ServiceEntry reaches a remote; failing that, the addresses that WorkloadEntries have for it. */
    public Optional<EndpointAddressing> reachForServiceEntry(RemoteState remote) {
        return reach(endpoints(remote)).or(() -> byAddress(reach(specs(remote))));
    }

    /** How the WorkloadEntries reach a remote; failing that, the addresses that the ServiceEntry has for it. */
    public Optional<EndpointAddressing> reachForWorkloadEntries(RemoteState remote) {
        return reach(specs(remote)).or(() -> byAddress(reach(endpoints(remote))));
    }

    private List<io.fabric8.istio.api.api.networking.v1alpha3.WorkloadEntry> specs(RemoteState remote) {
        return entries(remote).stream().map(WorkloadEntry::getSpec).toList();
    }

    private static Optional<EndpointAddressing> reach(
            Collection<io.fabric8.istio.api.api.networking.v1alpha3.WorkloadEntry> endpoints) {
        if (endpoints.isEmpty()) {
            return Optional.empty();
        }
        List<String> addresses = endpoints.stream()
                .map(ObservedEndpoints::address)
                .filter(a -> !a.isEmpty())
                .toList();
        return Optional.of(
                addresses.isEmpty() ? new EndpointAddressing.ByNetwork() : EndpointAddressing.ByAddress.of(addresses));
    }

    /** An address-less entry is never made anew from memory: without its gateway it would have an empty address. */
    private static Optional<EndpointAddressing> byAddress(Optional<EndpointAddressing> reach) {
        return reach.filter(EndpointAddressing.ByAddress.class::isInstance);
    }

    public static String address(io.fabric8.istio.api.api.networking.v1alpha3.WorkloadEntry endpoint) {
        return endpoint.getAddress() == null ? "" : endpoint.getAddress();
    }
}
