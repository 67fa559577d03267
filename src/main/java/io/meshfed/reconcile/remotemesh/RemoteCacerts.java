package io.meshfed.reconcile.remotemesh;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshSpec.IssueCacerts;
import io.meshfed.api.RemoteMeshStatus;
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
import io.meshfed.reconcile.SecretBytes;
import io.meshfed.remote.Connection;
import io.meshfed.remote.RemoteClusters;
import io.meshfed.remote.RemoteSecret;
import io.meshfed.remote.kubeconfig.Validity;
import io.meshfed.trust.issued.RemoteCacertsPlan;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.world.RemoteCacertsWorld;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The {@code cacerts} of another mesh, made here: reads it, has {@code trust} decide, and writes that one Secret. */
public final class RemoteCacerts {
    static final String CACERTS = "cacerts";
    private static final String TYPE = ConditionType.CacertsIssued.name();
    static final String FIELD = "spec.trust.issueCacerts.kubeconfigSecretRef";
    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

    private final RemoteClusters clusters;
    private final KubeconfigSecrets kubeconfigs;
    private final WriteLog log;
    private final Clock clock;
    private final Backoffs attempts = Backoffs.ofWrites();

    /**
     * @param operatorNamespace where kubeconfig Secrets live
     * @param log is told of each write
     */
    public RemoteCacerts(
            LocalCluster cluster, RemoteClusters clusters, String operatorNamespace, WriteLog log, Clock clock) {
        this.clusters = clusters;
        this.kubeconfigs = new KubeconfigSecrets(cluster, operatorNamespace);
        this.log = (verb, object) -> log.written("issue", object);
        this.clock = clock;
    }

    /** Decides about the {@code cacerts} of a RemoteMesh, by name; empty while nothing can be decided. */
    @FunctionalInterface
    public interface Plans {
        Optional<RemoteCacertsPlan> of(String remote);
    }

    /**
     * What came of it.
     *
     * @param condition empty where the remote's {@code cacerts} is not made here
     * @param again when to look again although nothing was heard
     */
    record Result(Optional<Condition> condition, Optional<RemoteTrustStatus> status, Optional<Duration> again) {
        static Result of(Condition condition, Optional<RemoteTrustStatus> status) {
            return new Result(Optional.of(condition), status, Optional.empty());
        }
    }

    /** What {@code trust} must know of it; empty where the remote's is not made here. */
    public Optional<RemoteCacertsWorld> world(
            RemoteMesh remote, String ownNetwork, Optional<ExportedMesh.Istiod> istiod) {
        if (remote.getSpec().trust().issueCacerts() == null) {
            return Optional.empty();
        }
        return Optional.of(world(clusters.secret(remote.getMetadata().getName()), ownNetwork, istiod, before(remote)));
    }

    static RemoteCacertsWorld world(
            RemoteSecret seen, String ownNetwork, Optional<ExportedMesh.Istiod> istiod, Optional<IssuedStatus> before) {
        if (!seen.readable() || undecodable(seen)) {
            return RemoteCacertsWorld.UNREADABLE;
        }
        return new RemoteCacertsWorld(
                true,
                seen.secret().flatMap(secret -> SecretBytes.readable(secret)
                        .map(data -> SecretBytes.cacerts(secret, data, Optional.of(ownNetwork)))),
                istiod,
                before);
    }

    static boolean undecodable(RemoteSecret seen) {
        return seen.secret()
                .filter(secret -> SecretBytes.readable(secret).isEmpty())
                .isPresent();
    }

    void forget(RemoteMesh remote) {
        clusters.forgetSecret(remote.getMetadata().getName());
        attempts.succeeded(remote.getMetadata().getName());
    }

    /** @param ownNetwork network of this mesh */
    Result look(RemoteMesh remote, String ownNetwork, Plans plans) {
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
        clusters.ensureSecret(name, kubeconfig.get(), spec.controlPlaneNamespace(), CACERTS);
        RemoteSecret seen = clusters.secret(name);
        Optional<Validity> credential = seen.credential();
        if (!seen.readable()) {
            Condition now = CacertsIssuedCondition.unreadable(seen.connection(), spec.controlPlaneNamespace());
            boolean connecting = seen.connection() instanceof Connection.Connecting;
            return Result.of(
                    connecting ? RemoteStatus.stored(remote, TYPE).orElse(now) : now,
                    status(remote, Optional.empty(), credential));
        }
        Optional<Condition> refused = CacertsIssuedCondition.refused(seen);
        if (refused.isPresent()) {
            return new Result(refused, status(remote, Optional.empty(), credential), Optional.empty());
        }
        return plans.of(name)
                .map(plan -> carryOut(remote, ownNetwork, plan, seen, credential))
                .orElseGet(() -> Result.of(
                        RemoteStatus.stored(remote, TYPE)
                                .orElseGet(() -> Condition.unknown(
                                        TYPE,
                                        TrustReason.WaitingForOwnTrust.name(),
                                        "this mesh's own trust was not looked at yet; see the MeshFederation")),
                        status(remote, Optional.empty(), credential)));
    }

    /** What was last seen stays while nothing can be seen. */
    private static Optional<RemoteTrustStatus> status(
            RemoteMesh remote, Optional<IssuedStatus> issued, Optional<Validity> credential) {
        RemoteTrustStatus status = new RemoteTrustStatus(
                issued.or(() -> before(remote)).orElse(null),
                credential
                        .map(c -> new CredentialStatus(
                                c.since().map(Instant::toString).orElse(null),
                                c.until().toString()))
                        .orElse(null));
        return Optional.of(status).filter(s -> s.issued() != null || s.credential() != null);
    }

    private static Optional<IssuedStatus> before(RemoteMesh remote) {
        return Optional.ofNullable(remote.getStatus())
                .map(RemoteMeshStatus::trust)
                .map(RemoteTrustStatus::issued);
    }

    private Result carryOut(
            RemoteMesh remote,
            String ownNetwork,
            RemoteCacertsPlan plan,
            RemoteSecret seen,
            Optional<Validity> credential) {
        String name = remote.getMetadata().getName();
        Optional<RemoteTrustStatus> status = status(remote, plan.status(), credential);
        Optional<KubernetesClient> client = clusters.secretWriter(name);
        if (remote.getSpec().suspend()) {
            return new Result(
                    Optional.of(CacertsIssuedCondition.suspended(plan)),
                    status,
                    plan.wakeAt().map(this::until));
        }
        if (!(plan.action() instanceof TrustAction.WriteCacerts write) || client.isEmpty()) {
            return new Result(Optional.of(plan.issued()), status, plan.wakeAt().map(this::until));
        }
        Optional<Condition> obstacle;
        try {
            obstacle = CacertsIssuedCondition.obstacle(new Applier(client.get(), log)
                    .writeExactly(
                            // CA material survives the custom resource, and this one is of another cluster.
                            Owner.of(remote).surviving(),
                            secret(remote, ownNetwork, write.data(), seen.secret()),
                            seen.secret().map(s -> s.getMetadata().getResourceVersion())));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                // Somebody else changed it; the watch brings that.
                return new Result(Optional.of(plan.issued()), status, Optional.of(AT_ONCE));
            }
            obstacle = Optional.of(CacertsIssuedCondition.failed(e.getCode()));
        }
        if (obstacle.isPresent()) {
            return new Result(obstacle, status, Optional.of(attempts.failed(name)));
        }
        attempts.succeeded(name);
        return new Result(Optional.of(plan.issued()), status, Optional.empty());
    }

    private Duration until(Instant moment) {
        Duration wait = Duration.between(clock.instant(), moment).plus(AT_ONCE);
        return wait.isNegative() ? AT_ONCE : wait.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : wait;
    }

    private static Secret secret(
            RemoteMesh remote, String ownNetwork, Map<String, byte[]> data, Optional<Secret> present) {
        // The type of a Secret cannot change; one that was handed over keeps its own.
        Secret secret = SecretBytes.secret(
                remote.getSpec().trust().issueCacerts().controlPlaneNamespace(),
                CACERTS,
                present.map(Secret::getType).orElse("Opaque"),
                data);
        secret.getMetadata().setAnnotations(Map.of(Names.ISSUED_BY, ownNetwork));
        return secret;
    }
}
