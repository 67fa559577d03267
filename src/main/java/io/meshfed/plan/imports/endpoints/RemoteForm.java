package io.meshfed.plan.imports.endpoints;

import io.fabric8.istio.api.api.networking.v1alpha3.ServiceEntryLocation;
import io.fabric8.istio.api.api.networking.v1alpha3.ServiceEntryResolution;
import io.fabric8.istio.api.api.networking.v1alpha3.ServicePort;
import io.fabric8.istio.api.api.networking.v1alpha3.WorkloadEntry;
import io.fabric8.istio.api.api.networking.v1alpha3.WorkloadEntryBuilder;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.ServiceEntryBuilder;
import io.meshfed.api.Names;
import io.meshfed.api.condition.Condition;
import io.meshfed.plan.imports.world.EndpointAddressing;
import io.meshfed.plan.imports.world.ImportConditions;
import io.meshfed.plan.imports.world.ImportConditions.Absence;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.ImportTarget;
import io.meshfed.plan.imports.world.ObservedEndpoints;
import io.meshfed.plan.imports.world.OutputKey;
import io.meshfed.plan.imports.world.RemoteState;
import io.meshfed.plan.imports.world.ServicePorts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The Remote form: one ServiceEntry that is the host, with the endpoints of all remotes. */
public final class RemoteForm {
    private final ImportTarget target;
    private final ObservedEndpoints standing;
    private final ImportConditions findings;
    private final List<ServicePort> ports;

    private RemoteForm(ImportTarget target, ServicePorts ports, ObservedEndpoints standing, ImportConditions findings) {
        this.target = target;
        this.standing = standing;
        this.findings = findings;
        this.ports = ports.forServiceEntry();
    }

    /** The ServiceEntry with every source that can be reached. */
    public static EndpointEntries plan(
            ImportTarget target,
            ServicePorts ports,
            ObservedEndpoints standing,
            List<ImportSource> sources,
            ImportConditions findings) {
        return new RemoteForm(target, ports, standing, findings).plan(sources);
    }

    private EndpointEntries plan(List<ImportSource> sources) {
        Map<ImportSource, List<WorkloadEntry>> endpoints = new LinkedHashMap<>();
        Map<ImportSource, EndpointAddressing> reaches = new LinkedHashMap<>();
        boolean someDrained = false;
        for (ImportSource source : sources) {
            RemoteState remote = source.remote();
            if (remote.suspended()) {
                hold(source, endpoints);
            } else if (remote.drained()) {
                someDrained = true;
                findings.absent(Absence.AllDrained, remote.name() + " is drained");
            } else {
                GatewayAddressing.of(remote, target.mesh(), standing.reachForServiceEntry(remote), findings)
                        .ifPresent(reach -> reaches.put(source, reach));
            }
        }
        new ResolutionMode(target.mesh(), standing, findings)
                .settle(reaches, endpoints)
                .forEach((source, reach) -> endpoints.put(source, endpoints(source, reach)));

        List<ImportSource> inBalancing =
                sources.stream().filter(endpoints::containsKey).toList();
        // A host without endpoints answers 503; without its entry it would not even resolve. It stays until its
        // remotes are gone for good.
        if (inBalancing.isEmpty() && !someDrained && standing.serviceEntry().isEmpty()) {
            return new EndpointEntries(List.of(), Set.of(), List.of(), new TreeSet<>(), false);
        }
        if (reaches.isEmpty() && !someDrained && holdsAllOf(endpoints)) {
            return held(inBalancing, endpoints);
        }
        List<WorkloadEntry> weighed = weigh(inBalancing, endpoints);
        TreeSet<String> addresses = new TreeSet<>();
        weighed.stream()
                .map(ObservedEndpoints::address)
                .filter(a -> !a.isEmpty())
                .forEach(addresses::add);
        reportIdentity(inBalancing);
        List<String> names = inBalancing.stream().map(ImportSource::name).toList();
        return new EndpointEntries(List.of(serviceEntry(inBalancing, weighed)), Set.of(), names, addresses, true);
    }

    /** A suspended remote's endpoints stay, with this entry's present port names: Istio rejects an entry with others. */
    private void hold(ImportSource source, Map<ImportSource, List<WorkloadEntry>> endpoints) {
        List<WorkloadEntry> present = standing.endpoints(source.remote());
        if (present.isEmpty()) {
            findings.absent(Absence.RemoteSuspended, source.name() + " is suspended: nothing is written for it");
            return;
        }
        findings.note(source.name() + " is suspended and stays as it stands");
        endpoints.put(source, present.stream().map(this::held).toList());
    }

    /** Whether the entry that stands leads to suspended remotes and nowhere else. */
    private boolean holdsAllOf(Map<ImportSource, List<WorkloadEntry>> held) {
        int standingEndpoints = standing.serviceEntry()
                .map(entry -> entry.getSpec().getEndpoints().size())
                .orElse(0);
        return standingEndpoints > 0
                && held.values().stream().mapToInt(List::size).sum() == standingEndpoints;
    }

    /** Then it is not touched at all. */
    private EndpointEntries held(List<ImportSource> sources, Map<ImportSource, List<WorkloadEntry>> held) {
        TreeSet<String> addresses = new TreeSet<>();
        held.values().stream()
                .flatMap(List::stream)
                .map(ObservedEndpoints::address)
                .filter(a -> !a.isEmpty())
                .forEach(addresses::add);
        reportIdentity(sources);
        return new EndpointEntries(
                List.of(),
                Set.of(OutputKey.of(standing.serviceEntry().orElseThrow())),
                sources.stream().map(ImportSource::name).toList(),
                addresses,
                true);
    }

    private WorkloadEntry held(WorkloadEntry present) {
        Optional<Long> gatewayPort = Optional.ofNullable(present.getPorts())
                .flatMap(map -> map.values().stream().max(Long::compare));
        return new WorkloadEntryBuilder()
                .withAddress(present.getAddress())
                .withLabels(present.getLabels() == null ? null : new TreeMap<>(present.getLabels()))
                .withLocality(present.getLocality())
                .withNetwork(present.getNetwork())
                .withPorts(gatewayPort.map(this::portsTo).orElse(null))
                .withServiceAccount(present.getServiceAccount())
                .build();
    }

    private List<WorkloadEntry> endpoints(ImportSource source, EndpointAddressing reach) {
        if (reach instanceof EndpointAddressing.ByAddress byAddress) {
            Map<String, Long> toGateway = portsTo((long) source.remote().port());
            return byAddress.addresses().stream()
                    .map(address -> endpoint(source, address, toGateway))
                    .toList();
        }
        return List.of(endpoint(source, null, null));
    }

    /**
     * The service account is left to the entry's subjectAltNames: on an endpoint istiod would render it in the local
     * trust domain.
     */
    private WorkloadEntry endpoint(
            ImportSource source, @Nullable String address, @Nullable Map<String, Long> toGateway) {
        Map<String, String> labels = new TreeMap<>(Map.of("app", target.name(), Names.TLS_MODE_LABEL, "istio"));
        return new WorkloadEntryBuilder()
                .withAddress(address)
                .withLabels(labels)
                .withLocality(source.remote().locality().orElse(null))
                .withNetwork(source.remote().network())
                .withPorts(toGateway)
                .build();
    }

    private Map<String, Long> portsTo(long gatewayPort) {
        Map<String, Long> map = new TreeMap<>();
        ports.forEach(port -> map.put(port.getName(), gatewayPort));
        return map;
    }

    private static List<WorkloadEntry> weigh(
            List<ImportSource> sources, Map<ImportSource, List<WorkloadEntry>> endpoints) {
        Map<String, EndpointWeights.Share> shares = new LinkedHashMap<>();
        sources.forEach(source -> shares.put(
                source.name(),
                new EndpointWeights.Share(source.weight(), endpoints.get(source).size())));
        Map<String, Long> weights = EndpointWeights.exact(shares);
        List<WorkloadEntry> result = new ArrayList<>();
        for (ImportSource source : sources) {
            for (WorkloadEntry endpoint : endpoints.get(source)) {
                endpoint.setWeight(EndpointWeights.canonical(weights.get(source.name())));
                result.add(endpoint);
            }
        }
        return result;
    }

    private ServiceEntry serviceEntry(List<ImportSource> sources, List<WorkloadEntry> endpoints) {
        boolean names = endpoints.stream().anyMatch(e -> ResolutionMode.isName(ObservedEndpoints.address(e)));
        return new ServiceEntryBuilder()
                .withMetadata(target.metadata(target.objectName(), Map.of()))
                .withNewSpec()
                .withHosts(target.host())
                .withLocation(ServiceEntryLocation.MESH_INTERNAL)
                .withResolution(names ? ServiceEntryResolution.DNS : ServiceEntryResolution.STATIC)
                .withPorts(ports)
                .withEndpoints(endpoints)
                .withSubjectAltNames(subjectAltNames(sources))
                .withExportTo(target.exportTo())
                .endSpec()
                .build();
    }

    private List<String> subjectAltNames(List<ImportSource> sources) {
        return identities(trustDomains(sources));
    }

    /** What clients let through: istiod adds every trust domain alias to a name (pkg/spiffe, ExpandWithTrustDomains). */
    private List<String> acceptedIdentities(List<ImportSource> sources) {
        Set<String> trustDomains = trustDomains(sources);
        trustDomains.addAll(target.mesh().trustDomainAliases());
        return identities(trustDomains);
    }

    private List<String> identities(Set<String> trustDomains) {
        TreeSet<String> names = new TreeSet<>();
        for (String trustDomain : trustDomains) {
            for (String account : target.spec().serviceAccounts()) {
                names.add("spiffe://" + trustDomain + "/ns/" + target.namespace() + "/sa/" + account);
            }
        }
        return List.copyOf(names);
    }

    private static Set<String> trustDomains(List<ImportSource> sources) {
        return sources.stream().map(source -> source.remote().trustDomain()).collect(Collectors.toSet());
    }

    private void reportIdentity(List<ImportSource> inBalancing) {
        if (inBalancing.isEmpty()) {
            return;
        }
        if (target.spec().serviceAccounts().isEmpty()) {
            findings.identity(Condition.unknown(
                    "IdentityAccepted",
                    "ServiceAccountsUnknown",
                    "clients accept any workload of either mesh as " + target.host()
                            + "; set spec.serviceAccounts to the service accounts of the remote workload"));
        } else {
            findings.identity(Condition.yes(
                    "IdentityAccepted",
                    "Accepted",
                    "clients accept only " + String.join(", ", acceptedIdentities(inBalancing))
                            + limitOfALocalService()));
        }
    }

    /** Said while there is time: see {@code SeveralServiceAccounts} of {@link LocalForm}. */
    private String limitOfALocalService() {
        return target.spec().serviceAccounts().size() == 1
                ? ""
                : "; should a local Service of this name come, it stays alone, because it can be joined by one service"
                        + " account only";
    }
}
