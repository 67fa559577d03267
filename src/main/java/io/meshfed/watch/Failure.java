package io.meshfed.watch;

import io.meshfed.net.AddressPolicy;
import java.time.Instant;

/**
 * Why a cluster, or one kind in it, cannot be read at the moment.
 *
 * @param kind what sort of failure
 * @param message for people, safe to show: no text of a server, no credential; stays the same while the failure does
 * @param since when the failure was first seen after the last success
 */
public record Failure(Kind kind, String message, Instant since) {

    /** The sorts of failure; their names serve as reasons of conditions. */
    public enum Kind {
        /** No connection, no answer in time, or DNS knows no such host. */
        Unreachable,
        /** The API server does not know the credential: 401. */
        Unauthorized,
        /** The credential may not do this: 403. */
        Forbidden,
        /** The API server does not have this kind: 404, the custom resource definition is not installed. */
        NotFound,
        /** The answer cannot be understood or is larger than allowed. */
        Invalid,
        /** The TLS handshake failed: wrong authority, wrong name, refused client certificate. */
        TlsFailure,
        /** The host resolves to addresses that the {@link AddressPolicy} refuses. */
        AddressRefused,
        /** The server answers with a redirect, which is never followed. */
        Redirected,
        /** The server answers with an error of its own: 429 or 5xx. */
        ServerError
    }

    boolean sameAs(Kind otherKind, String otherMessage) {
        return kind == otherKind && message.equals(otherMessage);
    }
}
