package io.meshfed.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.api.RemoteMeshStatus.LastKnownGateway;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.api.condition.RemoteReason;
import io.meshfed.apply.EventRecorder;
import io.meshfed.status.Conditions;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.WithClusters;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a status reaches a real API server through the framework: what goes, what stays, and how often it is written. */
@WithClusters("east")
class ReportIT {
    private static Clusters clusters;

    private Cluster east;
    private KubernetesClient client;
    private String name;
    private Scripted reconciler;
    private Operator operator;

    @BeforeEach
    void aController() {
        east = clusters.get("east");
        client = east.adminClient();
        name = "report-" + UUID.randomUUID().toString().substring(0, 8);
        reconciler = new Scripted(new Report(new EventRecorder(client, Clock.systemUTC(), "test")));
        operator = new Operator(o -> o.withKubernetesClient(client).withCloseClientOnStop(false));
        operator.register(reconciler);
        operator.start();
    }

    @AfterEach
    void stop() {
        operator.stop();
        client.resources(RemoteMesh.class).withName(name).delete();
    }

    @Test
    void whatNoLongerAppliesLeavesTheStatus() {
        reconciler.wanted.set(new Wanted(
                List.of(
                        Condition.no(ConditionType.GatewayKnown, RemoteReason.ServiceAbsent, "make it"),
                        Condition.yes(ConditionType.Connected, ConnectionReason.Connected, "c")),
                Addressing.Inline,
                new LastKnownGateway(List.of("192.0.2.1", "192.0.2.2"), "Service")));
        create();
        await().untilAsserted(
                        () -> assertThat(types()).containsExactly("Ready", "GatewayKnown", "Connected", "Stalled"));

        look(new Wanted(
                List.of(Condition.yes(ConditionType.GatewayKnown, RemoteReason.FromSpec, "known")), null, null));

        await().untilAsserted(() -> assertThat(types()).containsExactly("Ready", "GatewayKnown"));
        RemoteMeshStatus status = stored().getStatus();
        assertThat(status.addressing()).isNull();
        assertThat(status.gateway()).isNull();
        assertThat(stored().getSpec().network()).isEqualTo("n");
        assertThat(stored().getMetadata().getManagedFields())
                .filteredOn(f -> f.getManager().equals(Names.MESHFED))
                .allSatisfy(f -> assertThat(f.getSubresource()).isEqualTo("status"));
    }

    /** Looks that follow each other faster than the watch's echo see what was written. */
    @Test
    void aStatusIsWrittenOnceAndItsFlipsAreToldOnce() {
        Wanted well = new Wanted(
                List.of(Condition.yes(ConditionType.Connected, ConnectionReason.Connected, "c")), null, null);
        reconciler.wanted.set(well);
        create();
        await().untilAsserted(() -> assertThat(types()).contains("Ready"));
        // Events follow the status; a second look begins when the first has ended, Events and all.
        look(well);
        AuditLog.Mark mark = east.auditLog().mark();

        reconciler.wanted.set(new Wanted(
                List.of(Condition.no(ConditionType.Connected, ConnectionReason.Unreachable, "u")), null, null));
        int before = reconciler.looks.get();
        await().until(() -> {
            reconciler.source.remote(name);
            return reconciler.looks.get() > before + 20;
        });

        await().untilAsserted(() -> assertThat(types()).contains("Reconciling"));
        assertThat(writes(mark, "remotemeshes")).hasSize(1);
        assertThat(writes(mark, "events")).hasSize(1);
        assertThat(events()).extracting(Event::getReason).containsExactlyInAnyOrder("Ready", "Unreachable");
        assertThat(events())
                .filteredOn(e -> e.getReason().equals("Unreachable"))
                .singleElement()
                .satisfies(e -> assertThat(e.getType()).isEqualTo("Warning"));
    }

    @Test
    void anUnchangedStatusIsNotSent() {
        Wanted wanted = new Wanted(
                List.of(Condition.yes(ConditionType.Connected, ConnectionReason.Connected, "c")),
                Addressing.RemoteGateway,
                new LastKnownGateway(List.of("192.0.2.1"), "Spec"));
        reconciler.wanted.set(wanted);
        create();
        await().untilAsserted(() -> assertThat(types()).contains("Ready"));
        // Events follow the status; a second look begins when the first has ended, Events and all.
        look(wanted);
        AuditLog.Mark mark = east.auditLog().mark();

        // A new process knows only what is stored.
        operator.stop();
        reconciler = new Scripted(new Report(new EventRecorder(client, Clock.systemUTC(), "test")));
        reconciler.wanted.set(wanted);
        operator = new Operator(o -> o.withKubernetesClient(client).withCloseClientOnStop(false));
        operator.register(reconciler);
        operator.start();
        await().until(() -> reconciler.looks.get() > 0);
        look(wanted);

        assertThat(writes(mark, "remotemeshes")).isEmpty();
        assertThat(writes(mark, "events")).isEmpty();
    }

    /** A failure is reported once, in Ready; the next success replaces it. */
    @Test
    void aReconciliationThatFailsIsReportedAndRecovers() {
        Wanted well = new Wanted(
                List.of(Condition.yes(ConditionType.Connected, ConnectionReason.Connected, "c")), null, null);
        reconciler.wanted.set(well);
        create();
        await().untilAsserted(() -> assertThat(types()).contains("Ready"));
        look(well);
        AuditLog.Mark mark = east.auditLog().mark();

        reconciler.failure.set(Optional.of(new IllegalStateException("a secret")));
        reconciler.source.remote(name);
        await().until(() -> reconciler.failures.get() > 2);

        assertThat(types()).containsExactly("Ready", "Connected", "Reconciling");
        Condition ready = stored().getStatus().conditions().get(0);
        assertThat(ready.status()).isEqualTo(Condition.State.Unknown);
        assertThat(ready.reason()).isEqualTo("ReconcileFailed");
        assertThat(ready.message()).contains("IllegalStateException").doesNotContain("a secret");
        assertThat(writes(mark, "remotemeshes")).hasSize(1);

        reconciler.failure.set(Optional.empty());
        look(well);

        assertThat(types()).containsExactly("Ready", "Connected");
        assertThat(stored().getStatus().conditions().get(0).holds()).isTrue();
    }

    private void create() {
        east.applyYaml(
                """
                apiVersion: meshfed.io/v1alpha1
                kind: RemoteMesh
                metadata: {name: %s}
                spec: {network: n, trustDomain: t.local, gateway: {addresses: [192.0.2.1]}}
                """
                        .formatted(name));
    }

    private void look(Wanted wanted) {
        reconciler.wanted.set(wanted);
        int before = reconciler.looks.get();
        reconciler.source.remote(name);
        await().until(() -> reconciler.looks.get() > before);
    }

    private RemoteMesh stored() {
        return client.resources(RemoteMesh.class).withName(name).get();
    }

    private List<String> types() {
        return Optional.ofNullable(stored().getStatus()).map(RemoteMeshStatus::conditions).orElse(List.of()).stream()
                .map(Condition::type)
                .toList();
    }

    private List<Event> events() {
        return client.events().v1().events().inNamespace("default").list().getItems().stream()
                .filter(e -> e.getRegarding().getName().equals(name))
                .toList();
    }

    private List<AuditEvent> writes(AuditLog.Mark mark, String resource) {
        return east.auditLog().writes(mark).stream()
                .filter(e -> e.resource().equals(resource))
                .filter(e -> resource.equals("events")
                        ? e.verb().equals("create") && e.namespace().equals("default")
                        : e.name().equals(name))
                .toList();
    }

    private record Wanted(List<Condition> drafts, Addressing addressing, LastKnownGateway gateway) {}

    /** Reports what the test wants, and nothing for objects of other tests. */
    @ControllerConfiguration(name = "scripted", fieldManager = Names.MESHFED)
    private final class Scripted implements Reconciler<RemoteMesh> {
        private final Report report;
        private final InboundEvents source = new InboundEvents();
        private final Conditions conditions = new Conditions(Clock.systemUTC());
        private final AtomicReference<Wanted> wanted = new AtomicReference<>();
        private final AtomicInteger looks = new AtomicInteger();
        private final AtomicReference<Optional<RuntimeException>> failure = new AtomicReference<>(Optional.empty());
        private final AtomicInteger failures = new AtomicInteger();

        Scripted(Report report) {
            this.report = report;
        }

        @Override
        public List<EventSource<?, RemoteMesh>> prepareEventSources(EventSourceContext<RemoteMesh> context) {
            return List.of(source.remoteSource());
        }

        @Override
        public UpdateControl<RemoteMesh> reconcile(RemoteMesh remote, Context<RemoteMesh> context) {
            if (!remote.getMetadata().getName().equals(name)) {
                return UpdateControl.noUpdate();
            }
            failure.get().ifPresent(e -> {
                failures.incrementAndGet();
                throw e;
            });
            Wanted now = wanted.get();
            List<Condition> before =
                    remote.getStatus() == null ? List.of() : remote.getStatus().conditions();
            long generation = remote.getMetadata().getGeneration();
            List<Condition> after = conditions.summarize(before, now.drafts(), generation, "well");
            RemoteMeshStatus status = new RemoteMeshStatus(generation, after, now.addressing(), now.gateway(), 0, null);
            UpdateControl<RemoteMesh> control =
                    report.status(remote, context, RemoteMesh::new, status, before, after, Optional.empty());
            looks.incrementAndGet();
            return control;
        }

        @Override
        public ErrorStatusUpdateControl<RemoteMesh> updateErrorStatus(
                RemoteMesh remote, Context<RemoteMesh> context, Exception e) {
            List<Condition> before =
                    remote.getStatus() == null ? List.of() : remote.getStatus().conditions();
            long generation = remote.getMetadata().getGeneration();
            return report.failed(
                    remote,
                    context,
                    RemoteMesh::new,
                    conditions,
                    before,
                    now -> new RemoteMeshStatus(generation, now, null, null, 0, null),
                    e);
        }
    }
}
