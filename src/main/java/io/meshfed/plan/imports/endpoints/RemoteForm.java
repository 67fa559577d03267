package io.meshfed.plan.imports.endpoints;

import io.fabric8.istio.api.api.networking.v1alpha3.ServiceEntryLocation;
import io.fabric8.istio.api.api.networking.v1alpha3.ServiceEntryResolution;
import io.fabric8.istio.api.api.networking.v1alpha3.ServicePort;
import io.fabric8.istio.api.api.networking.v1alpha3.WorkloadEntry;
import io.fabric8.istio.api.api.networking.v1alpha3.WorkloadEntryBuilder;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.ServiceEntryBuilder;
import io.meshfed.api.Names;
import io.meshfed.api.condition.ImportReason;
import io.meshfed.plan.imports.world.EndpointAddressing;
import io.meshfed.plan.imports.world.Finding;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.ImportTarget;
import io.meshfed.plan.imports.world.ObservedEndpoints;
import io.meshfed.plan.imports.world.OutputKey;
import io.meshfed.plan.imports.world.ServicePorts;
import io.meshfed.plan.imports.world.WithFindings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The Remote form: one ServiceEntry that is the host, with the endpoints of all remotes. */
public final class RemoteForm {
    private final ImportTarget target;
    private final ObservedEndpoints observed;
    private final WorkloadIdentity identity;
    private final List<ServicePort> ports;

    private RemoteForm(ImportTarget target, ServicePorts ports, ObservedEndpoints observed) {
        this.target = target;
        this.observed = observed;
        this.identity = new WorkloadIdentity(target);
        this.ports = ports.forServiceEntry();
    }

    /** The ServiceEntry, with endpoints of every source whose gateway is known. */
    public static EndpointEntries plan(
            ImportTarget target, ServicePorts ports, ObservedEndpoints observed, List<ImportSource> sources) {
        return new RemoteForm(target, ports, observed).plan(sources);
    }

    private EndpointEntries plan(List<ImportSource> sources) {
        Map<ImportSource, List<WorkloadEntry>> endpoints = new LinkedHashMap<>();
        Map<ImportSource, EndpointAddressing> addressings = new LinkedHashMap<>();
        List<Finding> findings = new ArrayList<>();
        boolean someDrained = false;
        for (ImportSource source : sources) {
            switch (source.remote().participation()) {
                case Suspended -> {
                    List<WorkloadEntry> held = held(source);
                    findings.add(heldFinding(source, held));
                    if (!held.isEmpty()) {
                        endpoints.put(source, held);
                    }
                }
                case Drained -> {
                    someDrained = true;
                    findings.add(new Finding.LeftOut(ImportReason.AllDrained, source.name() + " is drained"));
                }
                case Active -> {
                    WithFindings<Optional<EndpointAddressing>> addressing = GatewayAddressing.of(
                            source.remote(), target.mesh(), observed.addressingOfServiceEntry(source.remote()));
                    findings.addAll(addressing.findings());
                    addressing.value().ifPresent(known -> addressings.put(source, known));
                }
            }
        }
        WithFindings<Map<ImportSource, EndpointAddressing>> settled =
                new ResolutionMode(target.mesh(), observed).settle(addressings, endpoints);
        findings.addAll(settled.findings());
        settled.value().forEach((source, addressing) -> endpoints.put(source, endpoints(source, addressing)));

        List<ImportSource> inBalancing =
                sources.stream().filter(endpoints::containsKey).toList();
        // A host without endpoints answers 503; without its entry it would not even resolve. It stays until its
        // remotes are gone for good.
        if (inBalancing.isEmpty() && !someDrained && observed.serviceEntry().isEmpty()) {
            return new EndpointEntries(List.of(), Set.of(), List.of(), new TreeSet<>(), false, findings);
        }
        identity.acceptedOfServiceEntry(inBalancing).ifPresent(findings::add);
        List<String> names = inBalancing.stream().map(ImportSource::name).toList();
        List<WorkloadEntry> all = inBalancing.stream()
                .flatMap(source -> endpoints.get(source).stream())
                .toList();
        // An entry that leads to suspended remotes and nowhere else is not touched at all.
        if (addressings.isEmpty() && !someDrained && holdsAll(all)) {
            OutputKey present = OutputKey.of(observed.serviceEntry().orElseThrow());
            return new EndpointEntries(List.of(), Set.of(present), names, addresses(all), true, findings);
        }
        ServiceEntry entry = serviceEntry(inBalancing, weighted(inBalancing, endpoints));
        return new EndpointEntries(List.of(entry), Set.of(), names, addresses(all), true, findings);
    }

    /** Endpoints of a suspended remote, with the port names of the new entry: Istio rejects an entry with others. */
    private List<WorkloadEntry> held(ImportSource source) {
        return observed.endpoints(source.remote()).stream().map(this::held).toList();
    }

    private static Finding heldFinding(ImportSource source, List<WorkloadEntry> held) {
        return held.isEmpty()
                ? new Finding.LeftOut(
                        ImportReason.RemoteSuspended, source.name() + " is suspended: nothing is written for it")
                : new Finding.Note(source.name() + " is suspended: its existing endpoints are kept");
    }

    private boolean holdsAll(List<WorkloadEntry> held) {
        int present = observed.serviceEntry()
                .map(entry -> entry.getSpec().getEndpoints().size())
                .orElse(0);
        return present > 0 && held.size() == present;
    }

    private static SortedSet<String> addresses(List<WorkloadEntry> endpoints) {
        TreeSet<String> addresses = new TreeSet<>();
        endpoints.stream()
                .map(ObservedEndpoints::address)
                .filter(address -> !address.isEmpty())
                .forEach(addresses::add);
        return addresses;
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

    private List<WorkloadEntry> endpoints(ImportSource source, EndpointAddressing addressing) {
        if (addressing instanceof EndpointAddressing.ByAddress byAddress) {
            Map<String, Long> toGateway = portsTo((long) source.remote().port());
            return byAddress.addresses().stream()
                    .map(address -> endpoint(source, address, toGateway))
                    .toList();
        }
        return List.of(endpoint(source, null, null));
    }

    /**
     * An endpoint without service account, which istiod would render in the local trust domain; the identity is in the
     * entry's subjectAltNames.
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

    private static List<WorkloadEntry> weighted(
            List<ImportSource> sources, Map<ImportSource, List<WorkloadEntry>> endpoints) {
        Map<String, EndpointWeights.Share> shares = new LinkedHashMap<>();
        sources.forEach(source -> shares.put(
                source.name(),
                new EndpointWeights.Share(source.weight(), endpoints.get(source).size())));
        Map<String, Long> weights = EndpointWeights.exact(shares);
        return sources.stream()
                .flatMap(source -> endpoints.get(source).stream().map(endpoint -> endpoint.edit()
                        .withWeight(EndpointWeights.canonical(weights.get(source.name())))
                        .build()))
                .toList();
    }

    private ServiceEntry serviceEntry(List<ImportSource> sources, List<WorkloadEntry> endpoints) {
        boolean byName = endpoints.stream().anyMatch(e -> ResolutionMode.isName(ObservedEndpoints.address(e)));
        return new ServiceEntryBuilder()
                .withMetadata(target.metadata(target.objectName(), Map.of()))
                .withNewSpec()
                .withHosts(target.host())
                .withLocation(ServiceEntryLocation.MESH_INTERNAL)
                .withResolution(byName ? ServiceEntryResolution.DNS : ServiceEntryResolution.STATIC)
                .withPorts(ports)
                .withEndpoints(endpoints)
                .withSubjectAltNames(identity.subjectAltNames(sources))
                .withExportTo(target.exportTo())
                .endSpec()
                .build();
    }
}
