package io.meshfed.reconcile.remotemesh;

import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.RemoteMeshSpec.SecretKeyRef;
import io.meshfed.api.condition.Condition;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.watch.ClusterWatch;
import java.util.Base64;
import java.util.Optional;

/** The kubeconfigs that RemoteMeshes refer to, in Secrets of the operator's namespace. */
final class KubeconfigSecrets {
    private final LocalCluster cluster;
    private final String operatorNamespace;

    KubeconfigSecrets(LocalCluster cluster, String operatorNamespace) {
        this.cluster = cluster;
        this.operatorNamespace = operatorNamespace;
    }

    /** Whether Secrets were seen: one that was not seen yet is not missing. */
    boolean visible() {
        return secrets().synced();
    }

    Optional<byte[]> read(SecretKeyRef ref) {
        return secrets()
                .get(operatorNamespace, ref.name())
                .flatMap(s -> Optional.ofNullable(s.getData()))
                .flatMap(d -> Optional.ofNullable(d.get(ref.key())))
                .map(Base64.getDecoder()::decode);
    }

    Condition missing(String type, String field, SecretKeyRef ref) {
        return Condition.no(
                type,
                "SecretMissing",
                field + ": Secret " + operatorNamespace + "/" + ref.name() + " with key " + ref.key()
                        + " does not exist: create it; what is known is kept");
    }

    private ClusterWatch<Secret> secrets() {
        return cluster.in(Secret.class, operatorNamespace);
    }
}
