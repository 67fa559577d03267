package io.meshfed.remote.kubeconfig;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate with which the operator presents itself to another cluster's API server.
 *
 * @param chain own certificate first
 * @param key the private key of the first certificate
 */
public record ClientCertificate(List<X509Certificate> chain, PrivateKey key) {

    public ClientCertificate {
        chain = List.copyOf(chain);
    }

    /** Does not show the key. */
    @Override
    public String toString() {
        return "ClientCertificate[notAfter=" + chain.get(0).getNotAfter().toInstant() + "]";
    }
}
