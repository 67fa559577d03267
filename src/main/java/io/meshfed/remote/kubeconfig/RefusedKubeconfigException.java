package io.meshfed.remote.kubeconfig;

/** A kubeconfig that asks for something that is not allowed. The message names the field and the remedy, never content. */
public final class RefusedKubeconfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    RefusedKubeconfigException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** CamelCase word for a condition's reason, for example {@code ExecNotAllowed}. */
    public String reason() {
        return reason;
    }
}
