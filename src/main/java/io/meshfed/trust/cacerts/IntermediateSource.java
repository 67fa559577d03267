package io.meshfed.trust.cacerts;

import io.meshfed.api.Trust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.CertificatePath;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;

/** Where this mesh's next intermediate comes from, verified. */
public sealed interface IntermediateSource permits Issuer, DeliveredIntermediate {
    /** The CAs above the intermediate as far as they are known, its root last. */
    List<CaCertificate> path();

    /** The CA that signs the intermediate. */
    CaCertificate certificate();

    /** The root of the intermediate. */
    default CaCertificate root() {
        return path().get(path().size() - 1);
    }

    /** When the first certificate of the path expires. */
    default Instant notAfter() {
        return CertificatePath.notAfter(path());
    }

    /** An intermediate to sign with from {@code now} on. */
    Signing next(String meshName, Trust.Intermediate wanted, Instant now, SecureRandom random);

    /**
     * What istiod signs with.
     *
     * @param path the intermediate first, its root last
     * @param key private key of the intermediate, PEM
     */
    record Signing(List<CaCertificate> path, byte[] key) {
        /** Leaves the key out. */
        @Override
        public String toString() {
            return "Signing" + path;
        }
    }
}
