package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.api.RemoteMeshStatus.LastKnownGateway;
import io.meshfed.api.RemoteMeshStatus.RemoteTrustStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ObjectReason;
import io.meshfed.plan.gateway.NetworkClaims;
import io.meshfed.plan.imports.world.RemoteState;
import io.meshfed.reconcile.CacheReadiness;
import io.meshfed.reconcile.FederationView;
import io.meshfed.reconcile.KnownMesh;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Reschedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The steps of a RemoteMesh: caches, claim to its network, connection, registration, trust, issued {@code cacerts}. */
final class RemoteSteps {
    private static final Duration NOT_READABLE_AGAIN = Duration.ofSeconds(30);

    private final LocalCluster cluster;
    private final KnownMesh known;
    private final RemoteCacheReadiness readiness;
    private final GatewayDiscovery discovery;
    private final GatewayRegistration registration;
    private final AddressingChoice choice;
    private final RemoteCacerts cacerts;
    private final Consumer<RemoteState> publisher;

    /** @param publisher takes the state of the remote as soon as it is known */
    RemoteSteps(
            LocalCluster cluster,
            KnownMesh known,
            RemoteCacheReadiness readiness,
            GatewayDiscovery discovery,
            GatewayRegistration registration,
            AddressingChoice choice,
            RemoteCacerts cacerts,
            Consumer<RemoteState> publisher) {
        this.cluster = cluster;
        this.known = known;
        this.readiness = readiness;
        this.discovery = discovery;
        this.registration = registration;
        this.choice = choice;
        this.cacerts = cacerts;
        this.publisher = publisher;
    }

    /**
     * What the steps found.
     *
     * @param drafts conditions, the most important first
     * @param addressing empty: none is chosen now
     * @param gateway the addresses in use; empty: none are known
     * @param again when to reconcile again although nothing changed
     */
    record Found(
            List<Condition> drafts,
            Optional<Addressing> addressing,
            Optional<LastKnownGateway> gateway,
            Optional<RemoteTrustStatus> trust,
            Optional<Duration> again) {}

    /**
     * Runs the steps.
     *
     * @return empty if a cache is not complete yet, or the MeshFederation was not reconciled yet
     */
    Optional<Found> run(RemoteMesh remote) {
        CacheReadiness caches = readiness.toRegister(choice.isGateway(remote));
        if (caches.waiting() || (caches.clear() && known.expected())) {
            return Optional.empty();
        }
        Optional<FederationView.ActiveMesh> mesh = known.mesh();
        Optional<MeshFederation> active = mesh.flatMap(this::activeFederation);
        Optional<Condition> fault = caches.trouble()
                .map(why -> Condition.no(ConditionType.GatewayKnown, ObjectReason.LocalClusterNotReadable, why))
                .or(() -> active.isPresent()
                        ? NetworkClaims.fault(remote, List.of(active.get()), remotes())
                        : Optional.of(NetworkClaims.noMesh()));
        GatewayDiscovery.Found found = discovery.discover(remote);
        if (fault.isPresent()) {
            // Imports must know that the remote was reconciled, and that nothing new can be written for it.
            publisher.accept(registration.unregistered(remote, mesh, fault.get().message()));
            return Optional.of(new Found(
                    Stream.concat(fault.stream(), found.connected().stream()).toList(),
                    Optional.empty(),
                    found.location().gateway(),
                    Optional.ofNullable(remote.getStatus()).map(RemoteMeshStatus::trust),
                    caches.trouble().map(t -> NOT_READABLE_AGAIN)));
        }
        GatewayRegistration.Result registered = registration.register(remote, mesh.orElseThrow(), found.addresses());
        publisher.accept(registered.remote());
        List<Condition> drafts = new ArrayList<>();
        found.connected().ifPresent(drafts::add);
        drafts.add(registered.fault().orElse(found.location().known()));
        RemoteCacerts.Result issued =
                cacerts.run(remote, active.orElseThrow().getSpec().mesh().network());
        drafts.add(RemoteStatus.trusted(remote, mesh.orElseThrow(), issued.condition()));
        issued.condition().ifPresent(drafts::add);
        return Optional.of(new Found(
                drafts,
                registered.addressing(),
                found.location().gateway(),
                issued.status(),
                Reschedule.earliest(registered.again(), issued.again())));
    }

    /** An inactive MeshFederation claims no network. */
    private Optional<MeshFederation> activeFederation(FederationView.ActiveMesh mesh) {
        return cluster.all(MeshFederation.class).get("", mesh.federation());
    }

    private List<RemoteMesh> remotes() {
        return cluster.all(RemoteMesh.class).list();
    }
}
