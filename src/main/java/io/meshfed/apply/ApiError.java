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

/** Answers of the API server that will be the same at the next try: a rule, a quota or a webhook of somebody else. */
public final class ApiError {
    private static final int UNPROCESSABLE = 422;
    private static final Set<Integer> FINAL =
            // Not found: the namespace or the kind is missing.
            Set.of(
                    HttpURLConnection.HTTP_BAD_REQUEST,
                    HttpURLConnection.HTTP_FORBIDDEN,
                    HttpURLConnection.HTTP_NOT_FOUND,
                    UNPROCESSABLE);
    private static final int LONGEST = 300;

    /** In the words of the API server: {@code failed calling webhook "validation.istio.io": …}. */
    private static final Pattern WEBHOOK = Pattern.compile("webhook (?:for )?\"?([A-Za-z0-9./-]{1,253})");

    private ApiError() {}

    /**
     * The webhook without whose answer the API server cannot go on; empty if that is not what is wrong. Its name is all
     * that is taken from the message: the rest tells of addresses and times, and would change with each attempt.
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

    /** The UID that was sent as a precondition is another object's by now: the next look, with a newer cache, sees it. */
    private static boolean anotherObject(KubernetesClientException e) {
        return causes(e).stream().anyMatch(cause -> "metadata.uid".equals(cause.getField()));
    }

    private static List<StatusCause> causes(KubernetesClientException e) {
        return Optional.ofNullable(e.getStatus())
                .map(Status::getDetails)
                .map(StatusDetails::getCauses)
                .orElse(List.of());
    }

    /** The HTTP status, and for an answer that stays the same the fields or the sentence of the API server; no value of a field. */
    public static String describe(KubernetesClientException e) {
        return "HTTP " + e.getCode() + (isFinal(e) ? ": " + words(e) : "");
    }

    /** The fields that are wrong, or else the sentence; the sentence about a wrong field would repeat its value. */
    static String words(KubernetesClientException e) {
        Optional<Status> status = Optional.ofNullable(e.getStatus());
        String fields = causes(e).stream()
                .filter(cause -> cause.getField() != null)
                .map(ApiError::field)
                .distinct()
                .collect(Collectors.joining(", "));
        String sentence = fields.isEmpty()
                ? status.map(Status::getMessage).orElse("HTTP " + e.getCode())
                : fields + "; correct what asks for it, or delete the object that stands in its place";
        return sentence.length() > LONGEST ? sentence.substring(0, LONGEST) : sentence;
    }

    private static String field(StatusCause cause) {
        return cause.getReason() == null ? cause.getField() : cause.getField() + " (" + cause.getReason() + ")";
    }
}
