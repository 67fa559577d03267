package io.meshfed.plan.imports.endpoints;

import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntryBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.meshfed.api.Names;
import io.meshfed.api.condition.Condition;
import io.meshfed.common.Digests;
import io.meshfed.plan.imports.world.EndpointAddressing;
import io.meshfed.plan.imports.world.ImportConditions;
import io.meshfed.plan.imports.world.ImportConditions.Absence;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.ImportTarget;
import io.meshfed.plan.imports.world.ObservedEndpoints;
import io.meshfed.plan.imports.world.OutputKey;
import io.meshfed.plan.imports.world.OutputNames;
import io.meshfed.plan.imports.world.RemoteState;
import io.meshfed.plan.imports.world.ServicePorts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The Local form: WorkloadEntries that a local Service selects beside its own pods. */
public final class LocalForm {
    /** Longest key of WorkloadEntry.spec.ports that Istio's schema takes. */
    private static final int LONGEST_PORT_KEY = 62;

    private final ImportTarget target;
    private final Service service;
    private final ObservedEndpoints standing;
    private final ImportConditions findings;
    private final List<HasMetadata> wanted = new ArrayList<>();
    private final Set<OutputKey> kept = new HashSet<>();
    private final List<String> remotes = new ArrayList<>();
    private final List<String> accepted = new ArrayList<>();
    private final TreeSet<String> addresses = new TreeSet<>();
    private boolean traffic;

    private LocalForm(ImportTarget target, Service service, ObservedEndpoints standing, ImportConditions findings) {
        this.target = target;
        this.service = service;
        this.standing = standing;
        this.findings = findings;
    }

    /** The entries of every source that may join the Service; the Service itself was found fit before. */
    public static EndpointEntries plan(
            ImportTarget target,
            Service service,
            ObservedEndpoints standing,
            List<ImportSource> sources,
            ImportConditions findings) {
        LocalForm form = new LocalForm(target, service, standing, findings);
        sources.forEach(form::add);
        if (!form.accepted.isEmpty()) {
            findings.identity(Condition.yes(
                    "IdentityAccepted",
                    "Accepted",
                    "clients of the local Service accept service account "
                            + String.join(", ", target.spec().serviceAccounts()) + " of "
                            + String.join(", ", form.accepted)));
        }
        return new EndpointEntries(form.wanted, form.kept, form.remotes, form.addresses, form.traffic);
    }

    private void add(ImportSource source) {
        RemoteState remote = source.remote();
        List<WorkloadEntry> present = standing.entries(remote);
        if (remote.suspended()) {
            hold(remote, present);
            return;
        }
        if (remote.drained()) {
            traffic = true;
            findings.absent(Absence.AllDrained, remote.name() + " is drained");
            return;
        }
        if (!identityAccepted(remote)) {
            return;
        }
        Optional<EndpointAddressing> reach = standing.reachForWorkloadEntries(remote);
        reach = GatewayAddressing.of(remote, target.mesh(), reach, findings);
        if (reach.isEmpty()) {
            return;
        }
        if (reach.get() instanceof EndpointAddressing.ByAddress byAddress) {
            addByAddress(source, byAddress);
        } else {
            // istiod looks a string targetPort up in the entry before it puts the gateway in, and drops the endpoint
            // of that port if it finds nothing (kube/controller/controller.go, serviceInstanceFromWorkloadInstance).
            Map<String, Long> ports = portsByTarget(remote.port());
            wanted.add(entry(source, entryName(remote), Optional.empty(), source.weight(), ports));
            joined(remote);
            accepted.add(remote.name());
        }
    }

    private void hold(RemoteState remote, List<WorkloadEntry> present) {
        if (present.isEmpty()) {
            findings.absent(Absence.RemoteSuspended, remote.name() + " is suspended: nothing is written for it");
            return;
        }
        findings.note(remote.name() + " is suspended and stays as it stands");
        for (WorkloadEntry entry : present) {
            kept.add(OutputKey.of(entry));
            String address = ObservedEndpoints.address(entry.getSpec());
            if (!address.isEmpty()) {
                addresses.add(address);
            }
        }
        joined(remote);
    }

    private void addByAddress(ImportSource source, EndpointAddressing.ByAddress reach) {
        RemoteState remote = source.remote();
        Optional<String> unmappable = unmappablePort();
        if (unmappable.isPresent()) {
            findings.problem(
                    "PortCannotBeMapped",
                    remote.name() + " is not joined: port " + unmappable.get()
                            + " of the Service cannot be led to the gateway's port by an entry with an address; name the port"
                            + " (at most " + LONGEST_PORT_KEY
                            + " characters), or set spec.gateway.addressing: RemoteGateway in a new RemoteMesh");
            return;
        }
        Optional<EndpointAddressing.ByAddress> ips =
                GatewayAddressing.ips(reach, remote, target.mesh(), standing.reachForWorkloadEntries(remote), findings);
        if (ips.isEmpty()) {
            findings.absent(
                    Absence.GatewayUnknown,
                    remote.name() + " is left out: a host name of its gateway has no known IP address yet,"
                            + " and an entry of a local Service takes no host names");
            return;
        }
        List<String> all = ips.get().addresses();
        List<Long> weights = EndpointWeights.besidePods(new EndpointWeights.Share(source.weight(), all.size()));
        if (all.size() > source.weight()) {
            findings.note("the share of " + remote.name()
                    + " is more than its weight, because each address of its gateway counts as at least one pod");
        }
        Map<String, Long> ports = portsByTarget(remote.port());
        portNames().forEach(name -> ports.put(name, (long) remote.port()));
        for (int i = 0; i < all.size(); i++) {
            String name = all.size() == 1
                    ? entryName(remote)
                    : entryName(remote) + "." + Digests.sha256(all.get(i)).substring(0, 8);
            wanted.add(entry(source, name, Optional.of(all.get(i)), weights.get(i), ports));
        }
        addresses.addAll(all);
        joined(remote);
        accepted.add(remote.name());
    }

    private void joined(RemoteState remote) {
        remotes.add(remote.name());
        traffic = true;
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
                .withServiceAccount(target.spec().serviceAccounts().get(0))
                .withWeight(EndpointWeights.canonical(weight))
                .endSpec()
                .build();
    }

    /**
     * Rule 8. The SANs that a client of the Service checks are those of the local pods and of the entry's service
     * account, in this mesh's trust domain and its aliases; whoever presents another one breaks the local service.
     */
    private boolean identityAccepted(RemoteState remote) {
        List<String> accounts = target.spec().serviceAccounts();
        if (accounts.isEmpty()) {
            findings.identityRefused(
                    "ServiceAccountsUnknown",
                    remote.name(),
                    "spec.serviceAccounts is empty: name the service account of the remote workload, so that clients of the local Service accept it");
            return false;
        }
        if (accounts.size() > 1) {
            findings.identityRefused(
                    "SeveralServiceAccounts",
                    remote.name(),
                    "spec.serviceAccounts names " + accounts.size()
                            + ": an entry of a local Service carries exactly one; run the remote workload under one service account");
            return false;
        }
        if (!target.mesh().accepts(remote.trustDomain())) {
            findings.identityRefused(
                    "TrustDomainNotAccepted",
                    remote.name(),
                    "clients here do not accept trust domain " + remote.trustDomain() + " of RemoteMesh "
                            + remote.name() + ": add it to meshConfig.trustDomainAliases of istiod in namespace "
                            + target.mesh().controlPlaneNamespace()
                            + " (aliases make both meshes' identities one in authorization policies)");
            return false;
        }
        return true;
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
