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
 * A call to an API server that failed, with its reason. The message is the operator's own text and there is no cause, because the
 * other side chooses the texts of a server and of a certificate.
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

    /** The resource version or continue token is too old: list again. */
    boolean gone() {
        return code == 410;
    }

    /** How long the server asks to wait. */
    Duration retryAfter() {
        return retryAfter;
    }

    static CallFailedException invalid(String message) {
        return new CallFailedException(ConnectionReason.Invalid, message, 0, Duration.ZERO);
    }

    static CallFailedException timeout(URI server) {
        return unreachable(server, "does not answer in time");
    }

    /** From an HTTP status that is not a success. */
    static CallFailedException status(int code, Optional<String> retryAfter, String kind) {
        ConnectionReason reason;
        String message;
        if (code == 401) {
            reason = ConnectionReason.Unauthorized;
            message = "the API server does not accept the credential (401): replace it";
        } else if (code == 403) {
            reason = ConnectionReason.Forbidden;
            message = "the credential may not list and watch " + kind + " (403): grant it get, list and watch";
        } else if (code == 404) {
            reason = ConnectionReason.NotFound;
            // The kinds of the core group are named without a group.
            message = "the API server does not have " + kind + " (404): "
                    + (kind.contains(".")
                            ? "install its CustomResourceDefinition"
                            : "check the address and the path of the server");
        } else if (code >= 300 && code < 400) {
            reason = ConnectionReason.Redirected;
            message = "the API server answers with a redirect (" + code
                    + "), which the operator never follows: set the server to the API server itself";
        } else if (code == 429 || code >= 500) {
            reason = ConnectionReason.ServerError;
            message = "the API server answers " + code + ": check it";
        } else {
            reason = ConnectionReason.Invalid;
            message = "the API server answers " + code + " to a list or watch of " + kind;
        }
        return new CallFailedException(reason, message, code, seconds(retryAfter));
    }

    /** From an exception of the HTTP client. */
    static CallFailedException of(Throwable thrown, URI server, String kind) {
        String tls = "";
        String network = "cannot be reached";
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable t = thrown; t != null && seen.add(t); t = t.getCause()) {
            if (t instanceof CallFailedException failed) {
                return failed;
            } else if (t instanceof WebSocketHandshakeException handshake) {
                HttpResponse<?> response = handshake.getResponse();
                return status(response.code(), Optional.ofNullable(response.header("Retry-After")), kind);
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

    /** A server that stops during the handshake tells nothing about certificates. */
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
            // The JDK's messages for a name that does not match: "No subject alternative ...", "No name matching ...".
            return Optional.of(
                    "its certificate is for another host: set tls-server-name, or use a host name of the certificate");
        } else if (t instanceof SSLException && message.contains("bad_certificate")
                || message.contains("certificate_required")) {
            return Optional.of("it refuses the client certificate: replace it");
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
            return Duration.ZERO; // a date, which API servers do not send
        }
    }
}
