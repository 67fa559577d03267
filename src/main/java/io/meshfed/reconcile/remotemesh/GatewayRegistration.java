package io.meshfed.reconcile.remotemesh;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.RemoteReason;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Outcome;
import io.meshfed.apply.Owner;
import io.meshfed.apply.Ownership;
import io.meshfed.net.HostResolver;
import io.meshfed.plan.gateway.AddressRules;
import io.meshfed.plan.gateway.RemoteGatewayPlanner;
import io.meshfed.plan.imports.world.RemoteParticipation;
import io.meshfed.plan.imports.world.RemoteState;
import io.meshfed.reconcile.CacheReadiness;
import io.meshfed.reconcile.FederationView.ActiveMesh;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Outcomes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Registers a remote's gateway with the local istiod: in one Gateway of class istio-remote, or in each entry of an import. */
public final class GatewayRegistration {
    /** Imports need a moment to write addresses into their entries, and a change of an entry does not wake the remote. */
    private static final Duration ENTRIES_CHANGE = Duration.ofSeconds(2);

    private final LocalCluster cluster;
    private final Applier applier;
    private final HostResolver resolver;
    private final AddressingChoice choice;

    /** By name of the remote: the host names that are resolved for it. */
    private final Map<String, Set<String>> hosts = new ConcurrentHashMap<>();

    /**
     * @param resolver resolves host names for addressing Inline
     * @param choice decides the addressing
     */
    public GatewayRegistration(LocalCluster cluster, Applier applier, HostResolver resolver, AddressingChoice choice) {
        this.cluster = cluster;
        this.applier = applier;
        this.resolver = resolver;
        this.choice = choice;
    }

    /**
     * The registration now.
     *
     * @param addressing empty: it is too early to choose
     * @param fault draft of GatewayKnown that reports a problem; empty: there is none
     * @param again when to reconcile again although nothing changed
     */
    record Result(
            RemoteState remote, Optional<Addressing> addressing, Optional<Condition> fault, Optional<Duration> again) {}

    Result register(RemoteMesh remote, ActiveMesh mesh, List<String> addresses) {
        return choice.choose(remote, mesh.istiodSince())
                .map(addressing -> addressing == Addressing.Inline
                        ? inline(remote, mesh, addresses)
                        : remoteGateway(remote, mesh, addresses))
                .orElseGet(() -> undecided(remote, mesh));
    }

    /** Addressing is chosen once: Inline because istiod has not run yet would stay. */
    private Result undecided(RemoteMesh remote, ActiveMesh mesh) {
        String why =
                "spec.gateway.addressing is Auto: the operator chooses once istiod has run (ConfigMap istio-ca-root-cert) and has"
                        + " had time to accept GatewayClass " + RemoteGatewayPlanner.GATEWAY_CLASS;
        return new Result(
                unregistered(remote, Optional.of(mesh), why),
                Optional.empty(),
                Optional.of(Condition.no(ConditionType.GatewayKnown, RemoteReason.WaitingForIstiod, why)),
                choice.again(mesh.istiodSince()));
    }

    private Result remoteGateway(RemoteMesh remote, ActiveMesh mesh, List<String> addresses) {
        Optional<Gateway> present = present(remote, mesh.gatewayNamespace());
        boolean registered = present.filter(Owner.of(remote)::owns).isPresent();
        Outcomes outcomes = Outcomes.NONE;
        resolve(remote, List.of());
        if (!addresses.isEmpty() && !remote.getSpec().suspend()) {
            Gateway wanted = RemoteGatewayPlanner.plan(remote, mesh.gatewayNamespace(), addresses);
            Outcome outcome = applier.apply(Owner.of(remote), wanted, present);
            registered = outcome instanceof Outcome.Written || outcome instanceof Outcome.Unchanged || registered;
            outcomes = Outcomes.of(outcome);
        }
        return new Result(
                state(remote, Addressing.RemoteGateway, registered, List.of(), Map.of(), Optional.empty()),
                Optional.of(Addressing.RemoteGateway),
                fault(outcomes),
                outcomes.again());
    }

    private static Optional<Condition> fault(Outcomes outcomes) {
        return outcomes.conflict().map(c -> c.as(ConditionType.GatewayKnown, Condition.State.False));
    }

    private Result inline(RemoteMesh remote, ActiveMesh mesh, List<String> addresses) {
        Optional<Gateway> ours = present(remote, mesh.gatewayNamespace()).filter(Owner.of(remote)::owns);
        Optional<String> refusal = knownElsewhere(remote, mesh, ours);
        boolean leaving =
                refusal.isEmpty() && ours.isPresent() && !remote.getSpec().suspend();
        Outcomes outcomes = Outcomes.NONE;
        if (leaving && !addressLess(remote)) {
            // All entries have addresses now, so the registration, which would take precedence, is deleted.
            outcomes = Outcomes.of(applier.delete(ours.get()));
            leaving = false;
        }
        Map<String, List<String>> resolved = resolve(remote, addresses);
        Optional<Condition> fault = fault(outcomes);
        return new Result(
                state(remote, Addressing.Inline, false, addresses, resolved, refusal),
                Optional.of(Addressing.Inline),
                refusal.map(why -> Condition.no(ConditionType.GatewayKnown, RemoteReason.InlineRefused, why))
                        .or(() -> fault),
                leaving ? Optional.of(ENTRIES_CHANGE) : outcomes.again());
    }

    /** The resolved host names among the addresses; names that no remote uses any more are forgotten. */
    private Map<String, List<String>> resolve(RemoteMesh remote, List<String> addresses) {
        Set<String> names = AddressRules.judge(addresses).accepted().stream()
                .filter(address -> !address.isIp())
                .map(address -> address.value())
                .collect(Collectors.toSet());
        Set<String> before = Optional.ofNullable(hosts.put(remote.getMetadata().getName(), names))
                .orElse(Set.of());
        before.stream()
                .filter(host -> hosts.values().stream().noneMatch(used -> used.contains(host)))
                .forEach(resolver::forget);
        Map<String, List<String>> resolved = new HashMap<>();
        names.forEach(host -> resolver.resolve(host).ifPresent(ips -> resolved.put(host, ips)));
        return resolved;
    }

    private Optional<String> knownElsewhere(RemoteMesh remote, ActiveMesh mesh, Optional<Gateway> ours) {
        return RemoteGatewayPlanner.knownElsewhere(
                remote.getSpec().network(),
                cluster.all(Service.class).list(),
                cluster.all(Gateway.class).list(),
                ours,
                mesh.gatewayNetworks());
    }

    private static RemoteState state(
            RemoteMesh remote,
            Addressing addressing,
            boolean registered,
            List<String> addresses,
            Map<String, List<String>> resolved,
            Optional<String> refusal) {
        return new RemoteState(
                remote.getMetadata().getName(),
                remote.getSpec().network(),
                remote.getSpec().trustDomain(),
                Optional.ofNullable(remote.getSpec().locality()),
                addressing,
                registered,
                addresses,
                remote.getSpec().gateway().port(),
                resolved,
                RemoteParticipation.of(remote.getSpec()),
                refusal);
    }

    /**
     * A remote for which nothing new can be written; existing objects are kept.
     *
     * @param mesh gives the namespace of its Gateway; empty: not known
     * @param why for the status of imports
     */
    RemoteState unregistered(RemoteMesh remote, Optional<ActiveMesh> mesh, String why) {
        Addressing addressing = choice.before(remote).orElse(Addressing.RemoteGateway);
        boolean registered = mesh.flatMap(m -> present(remote, m.gatewayNamespace()))
                .filter(Owner.of(remote)::owns)
                .isPresent();
        return state(remote, addressing, registered, List.of(), Map.of(), Optional.of(why));
    }

    /** Whether an entry of an import still uses the remote. */
    boolean inUse(RemoteMesh remote) {
        return entriesUse(remote, false);
    }

    private boolean addressLess(RemoteMesh remote) {
        return entriesUse(remote, true);
    }

    private boolean entriesUse(RemoteMesh remote, boolean onlyAddressLess) {
        if (!CacheReadiness.of(List.of(cluster.all(WorkloadEntry.class), cluster.all(ServiceEntry.class)))
                .clear()) {
            // An entry that is not in the cache yet may use the remote.
            return true;
        }
        String network = remote.getSpec().network();
        boolean shared = cluster.all(RemoteMesh.class).list().stream()
                .filter(r -> r.getMetadata().getDeletionTimestamp() == null)
                .filter(r ->
                        !r.getMetadata().getName().equals(remote.getMetadata().getName()))
                .anyMatch(r -> r.getSpec().network().equals(network));
        if (shared) {
            // Entries are attributed by network: these belong to the other remote.
            return false;
        }
        boolean workload = cluster.all(WorkloadEntry.class).list().stream()
                .filter(Ownership::managed)
                .anyMatch(e -> network.equals(e.getSpec().getNetwork())
                        && (!onlyAddressLess || e.getSpec().getAddress() == null));
        return workload
                || cluster.all(ServiceEntry.class).list().stream()
                        .filter(Ownership::managed)
                        .flatMap(e -> Optional.ofNullable(e.getSpec().getEndpoints()).orElse(List.of()).stream())
                        .anyMatch(e -> network.equals(e.getNetwork()) && (!onlyAddressLess || e.getAddress() == null));
    }

    /** Deletes the registration; returns what prevented that. */
    Outcomes remove(RemoteMesh remote) {
        forget(remote);
        return cluster.all(Gateway.class).list().stream()
                .filter(Owner.of(remote)::owns)
                .map(applier::delete)
                .collect(Outcomes.collect());
    }

    void forget(RemoteMesh remote) {
        choice.forget(remote);
        resolve(remote, List.of());
        hosts.remove(remote.getMetadata().getName());
    }

    private Optional<Gateway> present(RemoteMesh remote, String namespace) {
        return cluster.all(Gateway.class).get(namespace, RemoteGatewayPlanner.gatewayName(remote));
    }
}
