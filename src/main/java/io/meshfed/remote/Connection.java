package io.meshfed.remote;

import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.api.condition.KubeconfigReason;
import io.meshfed.remote.kubeconfig.RefusedKubeconfigException;
import io.meshfed.watch.ClusterWatch;
import io.meshfed.watch.Failure;

/** State of the connection to the API server of another cluster. Messages are safe to show and do not change while the state lasts. */
public sealed interface Connection {

    /** The state of a watch. */
    static Connection of(ClusterWatch<?> watch) {
        return watch.failure()
                .<Connection>map(why -> new Failed(why.reason(), why.message()))
                .orElseGet(() -> watch.synced() ? new Connected() : new Connecting());
    }

    /** {@link RemoteClusters#ensure} was not called for this remote. */
    record NotConfigured() implements Connection {}

    /** The API server has not answered yet. */
    record Connecting() implements Connection {}

    /** The API server answers, and the watch has synced. */
    record Connected() implements Connection {}

    /**
     * The kubeconfig is refused; nothing was sent to its server.
     *
     * @param reason of {@link RefusedKubeconfigException#reason()}
     */
    record Refused(KubeconfigReason reason, String message) implements Connection {
        /** The exception may quote the credential, so its text is dropped; it must not stop the reconciler either. */
        static Refused unusable(RuntimeException e) {
            return new Refused(
                    KubeconfigReason.KubeconfigUnusable,
                    "the kubeconfig passes every check, but no client can be made from it ("
                            + e.getClass().getSimpleName() + "): create a new one");
        }
    }

    /**
     * The last attempt failed; the operator keeps trying.
     *
     * @param reason of {@link Failure#reason()}
     */
    record Failed(ConnectionReason reason, String message) implements Connection {}
}
