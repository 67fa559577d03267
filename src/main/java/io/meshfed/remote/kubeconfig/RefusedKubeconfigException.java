package io.meshfed.remote.kubeconfig;

import io.meshfed.api.condition.KubeconfigReason;

/** The kubeconfig is refused. The message names the field and the remedy, never a value. */
public final class RefusedKubeconfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final KubeconfigReason reason;

    RefusedKubeconfigException(KubeconfigReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** The reason for a condition. */
    public KubeconfigReason reason() {
        return reason;
    }
}
