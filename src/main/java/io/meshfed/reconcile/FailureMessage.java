package io.meshfed.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshfed.apply.ApiError;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Describes an exception in a status: its class and where it was thrown, or the answer of the API server. Never the text of another
 * exception, which can hold the content of an object, and never a stack trace. The same failure has the same message, so that it is written once.
 */
final class FailureMessage {
    private static final String OWN = "io.meshfed.";
    private static final int LONGEST_CHAIN = 20;

    private FailureMessage() {}

    static String of(Throwable failure) {
        String what = apiError(failure)
                .map(e -> "the API server answered " + ApiError.describe(e))
                .orElseGet(() -> failure.getClass().getSimpleName());
        return "the reconciliation failed (" + what
                + where(failure).map(w -> " in " + w).orElse("") + "): see the operator's log; the operator retries";
    }

    /** The answer of the API server that caused the failure. */
    static Optional<KubernetesClientException> apiError(Throwable failure) {
        return Stream.iterate(failure, e -> e != null, Throwable::getCause)
                .limit(LONGEST_CHAIN)
                .filter(KubernetesClientException.class::isInstance)
                .map(KubernetesClientException.class::cast)
                .findFirst();
    }

    private static Optional<String> where(Throwable failure) {
        return Stream.of(failure.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith(OWN))
                .findFirst()
                .map(frame -> simpleName(frame.getClassName()) + ":" + frame.getLineNumber());
    }

    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1).replace('$', '.');
    }
}
