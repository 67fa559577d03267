package io.meshfed.watch;

import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.net.RefusedAddressException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * A call to an API server that failed, sorted. The message is our own words: texts of a server or of a certificate are the other
 * side's to choose. There is no cause for the same reason.
 */
public final class CallFailedException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MAX_RETRY_AFTER_SECONDS = 60;

    private final ConnectionReason reason;
    private final int code;
    private final Duration retryAfter;

    private CallFailedException(ConnectionReason reason, String message, int code, Duration retryAfter) {
        super(message, null, false, false);
        this.reason = reason;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** What sort of failure. */
    public ConnectionReason reason() {
        return reason;
    }

    /** HTTP status code, 0 when there was none. */
    int code() {
        return code;
    }

    /** The resource version or continue token is too old: list anew. */
    boolean gone() {
        return code == 410;
    }

    /** How long the server asks to be left alone. */
    Duration retryAfter() {
        return retryAfter;
    }

    static CallFailedException invalid(String message) {
        return new CallFailedException(ConnectionReason.Invalid, message, 0, Duration.ZERO);
    }

    static CallFailedException timeout(URI server) {
        return unreachable(server, "does not answer in time");
    }

    /** From an HTTP status that is no success. */
    static CallFailedException status(int code, Optional<String> retryAfter, String what) {
        ConnectionReason reason;
        String message;
        if (code == 401) {
            reason = ConnectionReason.Unauthorized;
            message = "the API server does not accept the credential (401): renew it";
        } else if (code == 403) {
            reason = ConnectionReason.Forbidden;
            message = "the credential may not list and watch " + what + " (403): grant get, list and watch";
        } else if (code == 404) {
            reason = ConnectionReason.NotFound;
            message = "the API server has no " + what + " (404): install the kind's definition";
        } else if (code >= 300 && code < 400) {
            reason = ConnectionReason.Redirected;
            message = "the API server answers with a redirect (" + code
                    + "), which is not followed: give its own address";
        } else if (code == 429 || code >= 500) {
            reason = ConnectionReason.ServerError;
            message = "the API server answers " + code;
        } else {
            reason = ConnectionReason.Invalid;
            message = "the API server answers " + code + " to a list or watch of " + what;
        }
        return new CallFailedException(reason, message, code, seconds(retryAfter));
    }

    /** From whatever the HTTP client threw. */
    static CallFailedException of(Throwable thrown, URI server, String what) {
        String tls = "";
        String network = "cannot be reached";
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable t = thrown; t != null && seen.add(t); t = t.getCause()) {
            if (t instanceof CallFailedException sorted) {
                return sorted;
            } else if (t instanceof WebSocketHandshakeException handshake) {
                HttpResponse<?> response = handshake.getResponse();
                return status(response.code(), Optional.ofNullable(response.header("Retry-After")), what);
            } else if (t instanceof RefusedAddressException) {
                return new CallFailedException(ConnectionReason.AddressRefused, t.getMessage(), 0, Duration.ZERO);
            } else if (t instanceof UnknownHostException) {
                network = "is not known to DNS";
            } else if (t instanceof TimeoutException || t instanceof ConnectTimeoutException) {
                network = "does not answer in time";
            } else if (t instanceof ConnectException) {
                network = "refuses connections";
            } else if (t instanceof SSLException && cutShort(t)) {
                network = "closes the connection";
            } else if (t instanceof SSLException || t instanceof GeneralSecurityException) {
                tls = tlsProblem(t).orElse(tls.isEmpty() ? "the TLS handshake fails" : tls);
            }
        }
        return tls.isEmpty()
                ? unreachable(server, network)
                : new CallFailedException(
                        ConnectionReason.TlsFailure,
                        "the API server at " + server.getAuthority() + ": " + tls,
                        0,
                        Duration.ZERO);
    }

    /** A server that dies during the handshake says nothing about certificates. */
    private static boolean cutShort(Throwable t) {
        String message = String.valueOf(t.getMessage());
        return message.contains("closed while")
                || message.contains("terminated the handshake")
                || message.contains("Connection reset");
    }

    private static Optional<String> tlsProblem(Throwable t) {
        String message = t.getMessage() == null ? "" : t.getMessage();
        if (t instanceof NotSslRecordException) {
            return Optional.of("does not speak TLS on this port");
        } else if (t instanceof CertificateExpiredException || t instanceof CertificateNotYetValidException) {
            return Optional.of("its certificate is expired or not yet valid");
        } else if (t instanceof CertPathBuilderException || t instanceof CertPathValidatorException) {
            return Optional.of("its certificate is not signed by certificate-authority-data");
        } else if (t instanceof CertificateException && message.startsWith("No ")) {
            // The JDK's words for a name that does not match: "No subject alternative ...", "No name matching ...".
            return Optional.of(
                    "its certificate is not for this host: set tls-server-name or use the name that it carries");
        } else if (t instanceof SSLException && message.contains("bad_certificate")
                || message.contains("certificate_required")) {
            return Optional.of("it refuses the client certificate: renew it");
        }
        return Optional.empty();
    }

    private static CallFailedException unreachable(URI server, String how) {
        return new CallFailedException(
                ConnectionReason.Unreachable,
                "the API server at " + server.getAuthority() + " " + how,
                0,
                Duration.ZERO);
    }

    private static Duration seconds(Optional<String> retryAfter) {
        try {
            return retryAfter
                    .map(text ->
                            Duration.ofSeconds(Math.max(0, Math.min(MAX_RETRY_AFTER_SECONDS, Long.parseLong(text)))))
                    .orElse(Duration.ZERO);
        } catch (NumberFormatException e) {
            return Duration.ZERO; // the date form, which API servers do not send
        }
    }
}
