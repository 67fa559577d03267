package io.meshfed.reconcile.remotemesh;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshSpec.IssueCacerts;
import io.meshfed.api.RemoteMeshStatus.CredentialStatus;
import io.meshfed.api.RemoteMeshStatus.IssuedStatus;
import io.meshfed.api.RemoteMeshStatus.RemoteTrustStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Owner;
import io.meshfed.apply.WriteLog;
import io.meshfed.common.Backoffs;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Reschedule;
import io.meshfed.reconcile.trust.RemoteCacertsReader;
import io.meshfed.reconcile.trust.SecretBytes;
import io.meshfed.reconcile.trust.TrustReader;
import io.meshfed.remote.Connection;
import io.meshfed.remote.RemoteClusters;
import io.meshfed.remote.RemoteSecret;
import io.meshfed.remote.kubeconfig.Validity;
import io.meshfed.trust.TrustPlanner;
import io.meshfed.trust.issued.RemoteCacertsPlan;
import io.meshfed.trust.rotation.TrustAction;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Issues the {@code cacerts} of another mesh: reads it, lets {@code trust} plan, and writes that one Secret. */
public final class RemoteCacerts {
    static final String FIELD = "spec.trust.issueCacerts.kubeconfigSecretRef";
    private static final ConditionType TYPE = ConditionType.CacertsIssued;
    private static final Duration AFTER_CONFLICT = Duration.ofSeconds(1);

    private final RemoteClusters clusters;
    private final KubeconfigSecrets kubeconfigs;
    private final TrustReader trust;
    private final TrustPlanner planner;
    private final WriteLog log;
    private final Clock clock;
    private final Backoffs attempts = Backoffs.ofWrites();

    /**
     * @param operatorNamespace where kubeconfig Secrets live
     * @param trust reads what the plan is made from
     * @param log records each write
     */
    public RemoteCacerts(
            LocalCluster cluster,
            RemoteClusters clusters,
            String operatorNamespace,
            TrustReader trust,
            TrustPlanner planner,
            WriteLog log,
            Clock clock) {
        this.clusters = clusters;
        this.kubeconfigs = new KubeconfigSecrets(cluster, operatorNamespace);
        this.trust = trust;
        this.planner = planner;
        this.log = (verb, object) -> log.written("issue", object);
        this.clock = clock;
    }

    /**
     * The state of the remote's {@code cacerts}.
     *
     * @param condition draft of CacertsIssued; empty if this mesh does not issue the remote's {@code cacerts}
     * @param again when to reconcile again although nothing changed
     */
    record Result(Optional<Condition> condition, Optional<RemoteTrustStatus> status, Optional<Duration> again) {
        private static Result of(Condition condition, Optional<RemoteTrustStatus> status) {
            return new Result(Optional.of(condition), status, Optional.empty());
        }
    }

    void forget(RemoteMesh remote) {
        clusters.forgetSecret(remote.getMetadata().getName());
        attempts.succeeded(remote.getMetadata().getName());
    }

    /** @param ownNetwork network of this mesh */
    Result run(RemoteMesh remote, String ownNetwork) {
        String name = remote.getMetadata().getName();
        IssueCacerts spec = remote.getSpec().trust().issueCacerts();
        if (spec == null) {
            clusters.forgetSecret(name);
            return new Result(Optional.empty(), Optional.empty(), Optional.empty());
        }
        Optional<byte[]> kubeconfig = kubeconfigs.read(spec.kubeconfigSecretRef());
        if (kubeconfig.isEmpty()) {
            clusters.forgetSecret(name);
            return Result.of(
                    kubeconfigs.missing(TYPE, FIELD, spec.kubeconfigSecretRef()),
                    status(remote, Optional.empty(), Optional.empty()));
        }
        clusters.ensureSecret(name, kubeconfig.get(), spec.controlPlaneNamespace(), Names.CACERTS_SECRET);
        RemoteSecret seen = clusters.secret(name);
        Optional<RemoteTrustStatus> status = status(remote, Optional.empty(), seen.credential());
        if (!seen.readable()) {
            Condition now = CacertsIssuedCondition.notReadable(seen.connection(), spec.controlPlaneNamespace());
            // After a restart the stored condition stays until the API server answers: a restart must not change it.
            boolean connecting = seen.connection() instanceof Connection.Connecting;
            return Result.of(connecting ? RemoteStatus.stored(remote, TYPE).orElse(now) : now, status);
        }
        return CacertsIssuedCondition.undecodable(seen)
                .map(undecodable -> Result.of(undecodable, status))
                .or(() -> plan(name).map(plan -> carryOut(remote, ownNetwork, plan, seen)))
                .orElseGet(() -> Result.of(
                        RemoteStatus.stored(remote, TYPE)
                                .orElseGet(() -> Condition.unknown(
                                        TYPE,
                                        TrustReason.WaitingForOwnTrust,
                                        "the trust of this mesh has not been planned yet: see the MeshFederation")),
                        status));
    }

    private Optional<RemoteCacertsPlan> plan(String remote) {
        return trust.publishedWorld(remote).map(world -> planner.issue(planner.verify(world), remote));
    }

    /** Keeps what was last reported if there is nothing newer. */
    private static Optional<RemoteTrustStatus> status(
            RemoteMesh remote, Optional<IssuedStatus> issued, Optional<Validity> credential) {
        RemoteTrustStatus status = new RemoteTrustStatus(
                issued.or(() -> RemoteCacertsReader.reported(remote)).orElse(null),
                credential
                        .map(c -> new CredentialStatus(
                                c.since().map(Instant::toString).orElse(null),
                                c.until().toString()))
                        .orElse(null));
        return Optional.of(status).filter(s -> s.issued() != null || s.credential() != null);
    }

    private Result carryOut(RemoteMesh remote, String ownNetwork, RemoteCacertsPlan plan, RemoteSecret seen) {
        String name = remote.getMetadata().getName();
        Optional<RemoteTrustStatus> status = status(remote, plan.status(), seen.credential());
        Optional<Duration> next = plan.wakeAt().map(moment -> Reschedule.until(moment, clock));
        Optional<KubernetesClient> client = clusters.secretWriter(name);
        if (remote.getSpec().suspend()) {
            return new Result(Optional.of(CacertsIssuedCondition.suspended(plan)), status, next);
        }
        if (!(plan.action() instanceof TrustAction.WriteCacerts write) || client.isEmpty()) {
            return new Result(Optional.of(plan.issued()), status, next);
        }
        Optional<Condition> obstacle;
        try {
            obstacle = CacertsIssuedCondition.obstacle(new Applier(client.get(), log)
                    .writeExactly(
                            // CA material survives the custom resource, and this Secret is in another cluster.
                            Owner.of(remote).surviving(),
                            secret(remote, ownNetwork, write.data(), seen.secret()),
                            seen.secret().map(s -> s.getMetadata().getResourceVersion())));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                // Another client changed the Secret; the watch delivers that version.
                return new Result(Optional.of(plan.issued()), status, Optional.of(AFTER_CONFLICT));
            }
            obstacle = Optional.of(CacertsIssuedCondition.failed(e.getCode()));
        }
        if (obstacle.isPresent()) {
            return new Result(obstacle, status, Optional.of(attempts.failed(name)));
        }
        attempts.succeeded(name);
        return Result.of(plan.issued(), status);
    }

    private static Secret secret(
            RemoteMesh remote, String ownNetwork, Map<String, byte[]> data, Optional<Secret> present) {
        // The type of a Secret cannot change; one that was handed over keeps its own.
        Secret secret = SecretBytes.secret(
                remote.getSpec().trust().issueCacerts().controlPlaneNamespace(),
                Names.CACERTS_SECRET,
                present.map(Secret::getType).orElse("Opaque"),
                data);
        secret.getMetadata().setAnnotations(Map.of(Names.ISSUED_BY, ownNetwork));
        return secret;
    }
}
