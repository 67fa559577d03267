package io.meshfed.remote.kubeconfig;

import io.meshfed.api.condition.KubeconfigReason;

/** A kubeconfig that asks for something that is not allowed. The message names the field and the remedy, never content. */
public final class RefusedKubeconfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final KubeconfigReason reason;

    RefusedKubeconfigException(KubeconfigReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** CamelCase word for a condition's reason, for example {@code ExecNotAllowed}. */
    public KubeconfigReason reason() {
        return reason;
    }
}
