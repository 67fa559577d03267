package io.meshfed.remote;

import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.api.condition.KubeconfigReason;
import io.meshfed.remote.kubeconfig.RefusedKubeconfigException;
import io.meshfed.watch.ClusterWatch;
import io.meshfed.watch.Failure;

/** How it stands with the API server of another cluster. Reasons are CamelCase words; messages are safe to show and stay the same while the state does. */
public sealed interface Connection {

    /** As one watch finds it. */
    static Connection of(ClusterWatch<?> watch) {
        return watch.failure()
                .<Connection>map(why -> new Failed(why.reason(), why.message()))
                .orElseGet(() -> watch.synced() ? new Connected() : new Connecting());
    }

    /** {@link RemoteClusters#ensure} was not called for this remote. */
    record NotConfigured() implements Connection {}

    /** No answer yet to the first question. */
    record Connecting() implements Connection {}

    /** The gateway's Service is being watched. */
    record Connected() implements Connection {}

    /**
     * The kubeconfig asks for something that is not allowed; nothing was sent anywhere.
     *
     * @param reason of {@link RefusedKubeconfigException#reason()}
     */
    record Refused(KubeconfigReason reason, String message) implements Connection {
        /** The exception may quote the credential, so it goes nowhere, and neither may it stop the reconciler. */
        static Refused unusable(RuntimeException e) {
            return new Refused(
                    KubeconfigReason.KubeconfigUnusable,
                    "the kubeconfig passes every check, and still no client can be made of it ("
                            + e.getClass().getSimpleName() + "): make a new one");
        }
    }

    /**
     * The last attempt failed; more follow without end.
     *
     * @param reason of {@link Failure#reason()}
     */
    record Failed(ConnectionReason reason, String message) implements Connection {}
}
