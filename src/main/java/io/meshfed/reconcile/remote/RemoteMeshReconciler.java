package io.meshfed.reconcile.remote;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.meshfed.api.Condition;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.reconcile.ChangeRouter;
import io.meshfed.reconcile.FederationView;
import io.meshfed.reconcile.Installation;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Report;
import io.meshfed.reconcile.Requeue;
import io.meshfed.remote.ClusterWatch;
import io.meshfed.status.Conditions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One other mesh: connection, gateway addresses, and their registration with the local istiod. */
@ControllerConfiguration(
        name = "remotemesh",
        fieldManager = Names.MESHFED,
        finalizerName = Names.FINALIZER,
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.HOURS))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, intervalMultiplier = 2, maxInterval = 30000)
public class RemoteMeshReconciler implements Reconciler<RemoteMesh>, Cleaner<RemoteMesh> {
    private static final Duration SOON = Duration.ofSeconds(1);

    /** How long a deletion waits for imports to let go of the remote; a suspended one never does. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final LocalCluster cluster;
    private final FederationView view;
    private final ChangeRouter router;
    private final Requeue requeue;
    private final Connections connections;
    private final Registration registration;
    private final Conditions conditions;
    private final Report report;
    private final Clock clock;
    private final String operatorNamespace;

    /** @param installation says where kubeconfig Secrets live */
    public RemoteMeshReconciler(
            LocalCluster cluster,
            FederationView view,
            ChangeRouter router,
            Requeue requeue,
            Connections connections,
            Registration registration,
            Conditions conditions,
            Report report,
            Clock clock,
            Installation installation) {
        this.cluster = cluster;
        this.view = view;
        this.router = router;
        this.requeue = requeue;
        this.connections = connections;
        this.registration = registration;
        this.conditions = conditions;
        this.report = report;
        this.clock = clock;
        this.operatorNamespace = installation.namespace();
    }

    @Override
    public List<EventSource<?, RemoteMesh>> prepareEventSources(EventSourceContext<RemoteMesh> context) {
        return List.of(requeue.remoteSource());
    }

    @Override
    public UpdateControl<RemoteMesh> reconcile(RemoteMesh remote, Context<RemoteMesh> context) {
        List<ClusterWatch<?>> needed = needed();
        Optional<String> trouble = LocalCluster.trouble(needed);
        Optional<FederationView.ActiveMesh> mesh = view.mesh();
        if (trouble.isEmpty()
                && (needed.stream().anyMatch(w -> !w.synced()) || (mesh.isEmpty() && federationComes()))) {
            return UpdateControl.<RemoteMesh>noUpdate().rescheduleAfter(SOON);
        }
        Optional<Condition> fault = trouble.map(t -> Condition.no("GatewayKnown", "LocalClusterNotReadable", t))
                .or(() -> mesh.isPresent()
                        ? NetworkRules.fault(remote, federations(), remotes())
                        : Optional.of(noMesh()));
        Connections.Found found = connections.find(remote);
        Optional<Addressing> addressing = Optional.empty();
        Optional<Duration> again =
                fault.isPresent() && trouble.isPresent() ? Optional.of(SOON.multipliedBy(5)) : Optional.empty();
        List<Condition> drafts = new ArrayList<>();
        if (fault.isPresent()) {
            drafts.add(fault.get());
            found.connected().ifPresent(drafts::add);
            mesh.ifPresent(m -> publishUnregistered(remote));
        } else {
            Registration.Result result = registration.register(remote, mesh.orElseThrow(), found.addresses());
            addressing = Optional.of(result.addressing());
            again = result.again();
            if (view.publish(result.remote())) {
                router.remoteChanged(remote.getMetadata().getName());
            }
            found.connected().ifPresent(drafts::add);
            drafts.add(result.fault().orElse(found.known()));
            drafts.add(trusted(remote, mesh.orElseThrow()));
        }
        return finish(remote, drafts, addressing, found, again);
    }

    private List<ClusterWatch<?>> needed() {
        return List.of(
                cluster.all(MeshFederation.class),
                cluster.all(RemoteMesh.class),
                cluster.all(Service.class),
                cluster.all(Gateway.class),
                cluster.all(GatewayClass.class),
                cluster.in(Secret.class, operatorNamespace));
    }

    /** Whether a MeshFederation exists that was only not reconciled yet since the operator started. */
    private boolean federationComes() {
        return federations().stream().anyMatch(f -> f.getMetadata().getDeletionTimestamp() == null);
    }

    private List<MeshFederation> federations() {
        return cluster.all(MeshFederation.class).list();
    }

    private List<RemoteMesh> remotes() {
        return cluster.all(RemoteMesh.class).list();
    }

    private static Condition noMesh() {
        return Condition.no(
                "GatewayKnown",
                "NoMeshFederation",
                "there is no MeshFederation, which says what this mesh is: create one");
    }

    /** Imports must know that the remote was looked at, and that nothing new can be written for it. */
    private void publishUnregistered(RemoteMesh remote) {
        if (view.remote(remote.getMetadata().getName()).isEmpty()) {
            view.publish(registration.unregistered(remote));
            router.remoteChanged(remote.getMetadata().getName());
        }
    }

    private static Condition trusted(RemoteMesh remote, FederationView.ActiveMesh mesh) {
        Condition own = mesh.trusted().get(remote.getMetadata().getName());
        if (own != null) {
            return own;
        }
        return Condition.unknown(
                "Trusted",
                "CommonRootAssumed",
                "spec.trust.roots is empty, so both meshes are taken to share a root; nothing here can see whether they do");
    }

    private UpdateControl<RemoteMesh> finish(
            RemoteMesh remote,
            List<Condition> drafts,
            Optional<Addressing> addressing,
            Connections.Found found,
            Optional<Duration> again) {
        RemoteMeshStatus before = remote.getStatus();
        List<Condition> stored = before == null ? List.of() : before.conditions();
        List<Condition> now =
                conditions.summarize(stored, drafts, remote.getMetadata().getGeneration(), readyMessage(remote));
        RemoteMeshStatus status = new RemoteMeshStatus(
                remote.getMetadata().getGeneration(),
                now,
                addressing.orElse(before == null ? null : before.addressing()),
                found.lastKnown().orElse(null),
                ImportCount.of(remote.getMetadata().getName(), cluster));
        return report.status(remote, RemoteMesh::new, status, stored, now, again);
    }

    private static String readyMessage(RemoteMesh remote) {
        if (remote.getSpec().suspend()) {
            return "suspended: nothing of this remote is touched";
        }
        return remote.getSpec().drained() ? "drained: its endpoints are out of balancing" : "its gateway is known";
    }

    @Override
    public DeleteControl cleanup(RemoteMesh remote, Context<RemoteMesh> context) {
        String name = remote.getMetadata().getName();
        if (view.withdraw(name)) {
            router.remoteChanged(name);
        }
        boolean late = clock.instant()
                .isAfter(Instant.parse(remote.getMetadata().getDeletionTimestamp())
                        .plus(PATIENCE));
        boolean blind = needed().stream().anyMatch(w -> !w.synced());
        if (!late && (blind || registration.inUse(remote))) {
            router.remoteChanged(name);
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(500);
        }
        registration.remove(remote);
        connections.forget(remote);
        router.remoteGone();
        return DeleteControl.defaultDelete();
    }
}
