package io.meshfed.trust.rotation;

import java.util.Map;
import java.util.TreeSet;

/** The one thing that a trust plan asks to be written: one write of one Secret, with all its keys. */
public sealed interface TrustAction {

    /** Write nothing. */
    record Leave() implements TrustAction {}

    /**
     * Create the issuer's Secret, type {@code kubernetes.io/tls}; create only, never overwrite, because a lost
     * root key cannot be restored.
     *
     * @param tlsSecretData {@code tls.crt}, {@code tls.key} (PKCS#8) and {@code ca.crt}, all PEM
     */
    record CreateIssuer(Map<String, byte[]> tlsSecretData) implements TrustAction {
        public CreateIssuer {
            tlsSecretData = Map.copyOf(tlsSecretData);
        }

        /** Names the keys only; the values hold a private key. */
        @Override
        public String toString() {
            return "CreateIssuer[keys=" + new TreeSet<>(tlsSecretData.keySet()) + "]";
        }
    }

    /**
     * Create or update the Secret {@code cacerts}; an update carries the resourceVersion that the plan was made from.
     *
     * @param data {@code ca-cert.pem}, {@code ca-key.pem}, {@code cert-chain.pem} and {@code root-cert.pem}, and with
     *     revocation checks {@code own-crl.pem} and {@code ca-crl.pem}; verified as a whole
     * @param why for an Event: a few words such as {@code renewal}
     */
    record WriteCacerts(Map<String, byte[]> data, String why) implements TrustAction {
        public WriteCacerts {
            data = Map.copyOf(data);
        }

        /** Names the keys only; the values hold a private key. */
        @Override
        public String toString() {
            return "WriteCacerts[keys=" + new TreeSet<>(data.keySet()) + ", why=" + why + "]";
        }
    }
}
