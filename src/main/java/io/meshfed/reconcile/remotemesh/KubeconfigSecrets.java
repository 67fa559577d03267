package io.meshfed.reconcile.remotemesh;

import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.RemoteMeshSpec.SecretKeyRef;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.watch.ClusterWatch;
import java.util.Base64;
import java.util.Optional;

/** The kubeconfig Secrets that RemoteMeshes refer to, in the operator's namespace. */
final class KubeconfigSecrets {
    private final LocalCluster cluster;
    private final String operatorNamespace;

    KubeconfigSecrets(LocalCluster cluster, String operatorNamespace) {
        this.cluster = cluster;
        this.operatorNamespace = operatorNamespace;
    }

    /** Whether the cache of Secrets is complete; until then a Secret that is not in it is not missing. */
    boolean readable() {
        return secrets().synced();
    }

    Optional<byte[]> read(SecretKeyRef ref) {
        return secrets()
                .get(operatorNamespace, ref.name())
                .flatMap(s -> Optional.ofNullable(s.getData()))
                .flatMap(d -> Optional.ofNullable(d.get(ref.key())))
                .map(Base64.getDecoder()::decode);
    }

    /** Reports a missing Secret or key in a condition. */
    Condition missing(ConditionType type, String field, SecretKeyRef ref) {
        return Condition.no(
                type,
                ConnectionReason.SecretMissing,
                field + ": Secret " + operatorNamespace + "/" + ref.name() + " with key " + ref.key()
                        + " does not exist: create it; the last known state is kept");
    }

    private ClusterWatch<Secret> secrets() {
        return cluster.in(Secret.class, operatorNamespace);
    }
}
