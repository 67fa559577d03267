package io.meshfed.remote.kubeconfig;

import java.net.URI;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A kubeconfig as data: what is needed to talk to one API server, and nothing else.
 *
 * @param server https address of the API server
 * @param caPem certificates (PEM) that the server's certificate must be signed by; the JDK's own CAs are not trusted
 * @param token bearer token; exactly one of this and {@code clientCertificate} is present
 * @param clientCertificate certificate and key
 * @param tlsServerName name to expect in the server's certificate, where it is not the host of {@code server}
 */
public record RemoteCredential(
        URI server,
        byte[] caPem,
        Optional<String> token,
        Optional<ClientCertificate> clientCertificate,
        Optional<String> tlsServerName) {

    public RemoteCredential {
        caPem = caPem.clone();
    }

    @Override
    public byte[] caPem() {
        return caPem.clone();
    }

    /** The name that the server's certificate must carry. */
    public String expectedName() {
        return tlsServerName.orElseGet(server::getHost);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RemoteCredential that
                && server.equals(that.server)
                && Arrays.equals(caPem, that.caPem)
                && token.equals(that.token)
                && clientCertificate.equals(that.clientCertificate)
                && tlsServerName.equals(that.tlsServerName);
    }

    @Override
    public int hashCode() {
        return Objects.hash(server, Arrays.hashCode(caPem), tlsServerName);
    }

    /** Shows the server and the kind of credential, never the credential. */
    @Override
    public String toString() {
        return "RemoteCredential[server=" + server + ", by=" + (token.isPresent() ? "token" : "client certificate")
                + "]";
    }
}
