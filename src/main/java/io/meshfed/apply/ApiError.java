package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Classifies errors of the API server: those that a retry does not change (a rule, a quota), and webhooks that do not answer. */
public final class ApiError {
    private static final int UNPROCESSABLE = 422;
    private static final Set<Integer> FINAL =
            // Not found: the namespace or the kind is missing.
            Set.of(
                    HttpURLConnection.HTTP_BAD_REQUEST,
                    HttpURLConnection.HTTP_FORBIDDEN,
                    HttpURLConnection.HTTP_NOT_FOUND,
                    UNPROCESSABLE);
    private static final int MAX_LENGTH = 300;

    /** The API server's text is {@code failed calling webhook "validation.istio.io": …}. */
    private static final Pattern WEBHOOK = Pattern.compile("webhook (?:for )?\"?([A-Za-z0-9./-]{1,253})");

    private ApiError() {}

    /**
     * The webhook that did not answer the API server; empty if the error is another one. Only the name is taken from the
     * message: the rest holds addresses and times, which change with each attempt.
     */
    static Optional<String> failedWebhook(KubernetesClientException e) {
        return Optional.of(e)
                .filter(failed -> failed.getCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR)
                .flatMap(failed -> Optional.ofNullable(failed.getStatus()))
                .flatMap(status -> Optional.ofNullable(status.getMessage()))
                .map(WEBHOOK::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1));
    }

    static boolean isFinal(KubernetesClientException e) {
        return FINAL.contains(e.getCode()) && !anotherObject(e);
    }

    /** The UID sent as a precondition belongs to a deleted object: the next reconciliation, with a newer cache, sees the new one. */
    private static boolean anotherObject(KubernetesClientException e) {
        return causes(e).stream().anyMatch(cause -> "metadata.uid".equals(cause.getField()));
    }

    private static List<StatusCause> causes(KubernetesClientException e) {
        return Optional.ofNullable(e.getStatus())
                .map(Status::getDetails)
                .map(StatusDetails::getCauses)
                .orElse(List.of());
    }

    /**
     * The HTTP status. For an answer that stays the same, also the names of the invalid fields, or, if it names none, the shortened message
     * of the API server.
     */
    public static String describe(KubernetesClientException e) {
        return "HTTP " + e.getCode() + (isFinal(e) ? ": " + explain(e) : "");
    }

    /** The names of the invalid fields, or else the message; the message about an invalid field would repeat its value. */
    static String explain(KubernetesClientException e) {
        Optional<Status> status = Optional.ofNullable(e.getStatus());
        String fields = causes(e).stream()
                .filter(cause -> cause.getField() != null)
                .map(ApiError::field)
                .distinct()
                .collect(Collectors.joining(", "));
        String text = fields.isEmpty()
                ? status.map(Status::getMessage).orElse("HTTP " + e.getCode())
                : fields + "; correct the setting that the value comes from, or delete the existing object";
        return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
    }

    private static String field(StatusCause cause) {
        return cause.getReason() == null ? cause.getField() : cause.getField() + " (" + cause.getReason() + ")";
    }
}
