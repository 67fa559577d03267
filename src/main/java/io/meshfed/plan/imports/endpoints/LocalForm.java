package io.meshfed.plan.imports.endpoints;

import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntryBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.meshfed.api.Names;
import io.meshfed.api.condition.ImportReason;
import io.meshfed.common.Digests;
import io.meshfed.plan.imports.world.EndpointAddressing;
import io.meshfed.plan.imports.world.Finding;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.ImportTarget;
import io.meshfed.plan.imports.world.ObservedEndpoints;
import io.meshfed.plan.imports.world.OutputKey;
import io.meshfed.plan.imports.world.OutputNames;
import io.meshfed.plan.imports.world.RemoteState;
import io.meshfed.plan.imports.world.ServicePorts;
import io.meshfed.plan.imports.world.WithFindings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The Local form: WorkloadEntries that a local Service selects beside its own pods. */
public final class LocalForm {
    /** Longest key of WorkloadEntry.spec.ports that Istio's schema takes. */
    private static final int LONGEST_PORT_KEY = 62;

    private final ImportTarget target;
    private final Service service;
    private final ObservedEndpoints observed;
    private final WorkloadIdentity identity;

    private LocalForm(ImportTarget target, Service service, ObservedEndpoints observed) {
        this.target = target;
        this.service = service;
        this.observed = observed;
        this.identity = new WorkloadIdentity(target);
    }

    /**
     * What the form has for one remote.
     *
     * @param entries entries to write
     * @param held entries of a suspended remote, to leave unchanged
     * @param traffic whether a traffic policy is to be written although the remote may have no endpoint
     */
    private record OfRemote(
            String remote,
            List<WorkloadEntry> entries,
            List<WorkloadEntry> held,
            boolean traffic,
            List<Finding> findings) {

        static OfRemote none(RemoteState remote, List<Finding> findings) {
            return new OfRemote(remote.name(), List.of(), List.of(), false, findings);
        }

        static OfRemote written(RemoteState remote, List<WorkloadEntry> entries, List<Finding> findings) {
            return new OfRemote(remote.name(), entries, List.of(), true, findings);
        }

        boolean inBalancing() {
            return !entries.isEmpty() || !held.isEmpty();
        }
    }

    /**
     * The entries of every source that may join the Service.
     *
     * @param service a Service that passed {@link LocalServiceCheck}
     */
    public static EndpointEntries plan(
            ImportTarget target, Service service, ObservedEndpoints observed, List<ImportSource> sources) {
        LocalForm form = new LocalForm(target, service, observed);
        return form.merged(sources.stream().map(form::ofRemote).toList());
    }

    private EndpointEntries merged(List<OfRemote> parts) {
        List<HasMetadata> wanted = new ArrayList<>();
        Set<OutputKey> kept = new HashSet<>();
        TreeSet<String> addresses = new TreeSet<>();
        List<Finding> findings = new ArrayList<>();
        for (OfRemote part : parts) {
            wanted.addAll(part.entries());
            part.held().forEach(entry -> kept.add(OutputKey.of(entry)));
            Stream.concat(part.entries().stream(), part.held().stream())
                    .map(entry -> ObservedEndpoints.address(entry.getSpec()))
                    .filter(address -> !address.isEmpty())
                    .forEach(addresses::add);
            findings.addAll(part.findings());
        }
        List<String> written = parts.stream()
                .filter(part -> !part.entries().isEmpty())
                .map(OfRemote::remote)
                .toList();
        identity.acceptedOfLocalService(written).ifPresent(findings::add);
        return new EndpointEntries(
                wanted,
                kept,
                parts.stream()
                        .filter(OfRemote::inBalancing)
                        .map(OfRemote::remote)
                        .toList(),
                addresses,
                parts.stream().anyMatch(OfRemote::traffic),
                findings);
    }

    private OfRemote ofRemote(ImportSource source) {
        RemoteState remote = source.remote();
        return switch (remote.participation()) {
            case Suspended -> held(remote);
            case Drained -> drained(remote);
            case Active -> joined(source);
        };
    }

    private OfRemote held(RemoteState remote) {
        List<WorkloadEntry> present = observed.entries(remote);
        return present.isEmpty()
                ? OfRemote.none(
                        remote,
                        List.of(new Finding.LeftOut(
                                ImportReason.RemoteSuspended,
                                remote.name() + " is suspended: nothing is written for it")))
                : new OfRemote(
                        remote.name(),
                        List.of(),
                        present,
                        true,
                        List.of(new Finding.Note(remote.name() + " is suspended: its existing endpoints are kept")));
    }

    private static OfRemote drained(RemoteState remote) {
        return new OfRemote(
                remote.name(),
                List.of(),
                List.of(),
                true,
                List.of(new Finding.LeftOut(ImportReason.AllDrained, remote.name() + " is drained")));
    }

    private OfRemote joined(ImportSource source) {
        RemoteState remote = source.remote();
        Optional<Finding.IdentityRefused> refusal = identity.refusalToJoin(remote);
        if (refusal.isPresent()) {
            return OfRemote.none(
                    remote,
                    List.of(
                            refusal.get(),
                            new Finding.LeftOut(
                                    ImportReason.IdentityNotAccepted,
                                    remote.name() + " is not joined: see condition IdentityAccepted")));
        }
        WithFindings<Optional<EndpointAddressing>> addressing =
                GatewayAddressing.of(remote, target.mesh(), observed.addressingOfWorkloadEntries(remote));
        if (addressing.value().isEmpty()) {
            return OfRemote.none(remote, addressing.findings());
        }
        if (addressing.value().get() instanceof EndpointAddressing.ByAddress byAddress) {
            return byAddress(source, byAddress, addressing.findings());
        }
        // istiod looks a string targetPort up in the entry before it puts the gateway in, and drops the endpoint of
        // that
        // port if it finds nothing (kube/controller/controller.go, serviceInstanceFromWorkloadInstance).
        Map<String, Long> ports = portsByTarget(remote.port());
        WorkloadEntry entry = entry(source, entryName(remote), Optional.empty(), source.weight(), ports);
        return OfRemote.written(remote, List.of(entry), addressing.findings());
    }

    private OfRemote byAddress(
            ImportSource source, EndpointAddressing.ByAddress addressing, List<Finding> addressingFindings) {
        RemoteState remote = source.remote();
        List<Finding> findings = new ArrayList<>(addressingFindings);
        Optional<String> unmappable = unmappablePort();
        if (unmappable.isPresent()) {
            findings.add(new Finding.Problem(
                    ImportReason.PortCannotBeMapped,
                    remote.name() + " is not joined: port " + unmappable.get()
                            + " of the Service has no name, or one of more than " + LONGEST_PORT_KEY
                            + " characters, so an entry with an address cannot map it to the gateway's port; name the port,"
                            + " or create the RemoteMesh again with spec.gateway.addressing: RemoteGateway"));
            return OfRemote.none(remote, findings);
        }
        WithFindings<Optional<EndpointAddressing.ByAddress>> ips =
                GatewayAddressing.ips(addressing, remote, target.mesh(), observed.addressingOfWorkloadEntries(remote));
        findings.addAll(ips.findings());
        if (ips.value().isEmpty()) {
            findings.add(new Finding.LeftOut(
                    ImportReason.GatewayUnknown,
                    remote.name() + " is left out: a host name of its gateway has no known IP address yet,"
                            + " and an endpoint that joins a local Service cannot have a host name"));
            return OfRemote.none(remote, findings);
        }
        List<String> addresses = ips.value().get().addresses();
        if (addresses.size() > source.weight()) {
            findings.add(
                    new Finding.Note(
                            remote.name()
                                    + " gets more traffic than its weight, because each address of its gateway counts as at least one pod"));
        }
        return OfRemote.written(remote, entries(source, addresses), findings);
    }

    private List<WorkloadEntry> entries(ImportSource source, List<String> addresses) {
        RemoteState remote = source.remote();
        List<Long> weights = EndpointWeights.besidePods(new EndpointWeights.Share(source.weight(), addresses.size()));
        Map<String, Long> ports = portsByTarget(remote.port());
        portNames().forEach(name -> ports.put(name, (long) remote.port()));
        List<WorkloadEntry> entries = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            String address = addresses.get(i);
            String name = addresses.size() == 1
                    ? entryName(remote)
                    : entryName(remote) + "." + Digests.sha256(address).substring(0, 8);
            entries.add(entry(source, name, Optional.of(address), weights.get(i), ports));
        }
        return entries;
    }

    private WorkloadEntry entry(
            ImportSource source, String name, Optional<String> address, long weight, Map<String, Long> ports) {
        Map<String, String> labels = new TreeMap<>(service.getSpec().getSelector());
        labels.put(Names.TLS_MODE_LABEL, "istio");
        return new WorkloadEntryBuilder()
                .withMetadata(target.metadata(name, Map.of(Names.REMOTE_LABEL, source.name())))
                .withNewSpec()
                .withAddress(address.orElse(null))
                .withLabels(labels)
                .withLocality(source.remote().locality().orElse(null))
                .withNetwork(source.remote().network())
                .withPorts(ports)
                .withServiceAccount(identity.joiningServiceAccount())
                .withWeight(EndpointWeights.canonical(weight))
                .endSpec()
                .build();
    }

    /** An unnamed port with a numeric targetPort has no key in an entry; nor has one with too long a name. */
    private Optional<String> unmappablePort() {
        return ServicePorts.tcpPorts(service).stream()
                .filter(p -> stringTarget(p).isEmpty())
                .filter(p -> p.getName() == null
                        || p.getName().isEmpty()
                        || p.getName().length() > LONGEST_PORT_KEY)
                .map(ServicePort::getPort)
                .sorted()
                .map(String::valueOf)
                .findFirst();
    }

    private List<String> portNames() {
        return ServicePorts.tcpPorts(service).stream()
                .map(ServicePort::getName)
                .filter(name -> name != null && !name.isEmpty() && name.length() <= LONGEST_PORT_KEY)
                .toList();
    }

    private Map<String, Long> portsByTarget(int gatewayPort) {
        Map<String, Long> ports = new TreeMap<>();
        ServicePorts.tcpPorts(service)
                .forEach(p -> stringTarget(p).ifPresent(target -> ports.put(target, (long) gatewayPort)));
        return ports;
    }

    private static Optional<String> stringTarget(ServicePort port) {
        return Optional.ofNullable(port.getTargetPort())
                .map(target -> target.getStrVal())
                .filter(name -> !name.isEmpty());
    }

    private String entryName(RemoteState remote) {
        return OutputNames.of(target.name(), remote.name());
    }
}
