package io.meshfed.trust.cacerts;

import io.meshfed.api.Durations;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.CertificatePath;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.PrivateKeys;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The CA that signs this mesh's intermediate, verified.
 *
 * @param path the issuing CA first, its root last; of length one if the root itself issues
 * @param key the issuing CA's private key
 */
public record Issuer(List<CaCertificate> path, PrivateKey key) implements IntermediateSource {
    public static final String TLS_CRT = "tls.crt";
    public static final String TLS_KEY = "tls.key";
    public static final String CA_CRT = "ca.crt";
    private static final byte[] NOTHING = {};

    /**
     * Reads and verifies the data of a kubernetes.io/tls Secret: {@code tls.crt} (issuing CA first, then its chain),
     * {@code tls.key}, and {@code ca.crt} if {@code tls.crt} does not reach the root.
     */
    public static Issuer read(Map<String, byte[]> data, Instant now, SecureRandom random)
            throws RefusedMaterialException {
        List<CaCertificate> path = path(data);
        CertificatePath.verify(TLS_CRT, path, 1, now);
        PrivateKey key =
                PrivateKeys.read(TLS_KEY, data.getOrDefault(TLS_KEY, NOTHING), PrivateKeys.LeadingParameters.SKIP);
        PrivateKeys.belongsTo(TLS_KEY, key, path.get(0), random);
        return new Issuer(path, key);
    }

    private static List<CaCertificate> path(Map<String, byte[]> data) throws RefusedMaterialException {
        List<CaCertificate> given = CaCertificate.readAll(TLS_CRT, data.getOrDefault(TLS_CRT, NOTHING), Pem.MAX_BYTES);
        CertificatePath.distinct(TLS_CRT, given);
        byte[] caCrt = data.getOrDefault(CA_CRT, NOTHING);
        CaCertificate last = given.get(given.size() - 1);
        boolean reachesRoot = last.isSelfSigned();
        if (caCrt.length == 0) {
            if (!reachesRoot && given.stream().noneMatch(CaCertificate::isSelfSigned)) {
                throw new RefusedMaterialException(
                        CaDefect.RootMissing,
                        TLS_CRT + " ends with " + last.describe() + ", which is not self-signed; add its root as "
                                + CA_CRT);
            }
            return given;
        }
        CaCertificate root = CaCertificate.readOne(CA_CRT, caCrt, Pem.MAX_BYTES);
        if (!reachesRoot) {
            List<CaCertificate> path = new ArrayList<>(given);
            path.add(root);
            return List.copyOf(path);
        }
        if (!root.equals(last)) {
            throw new RefusedMaterialException(
                    CaDefect.CaCrtMismatch,
                    CA_CRT + " holds " + root.describe() + ", and " + TLS_CRT + " ends with the root " + last.describe()
                            + "; they must be the same");
        }
        return given;
    }

    @Override
    public CaCertificate certificate() {
        return path.get(0);
    }

    @Override
    public Signing next(String meshName, Trust.Intermediate wanted, Instant now, SecureRandom random) {
        Issuance.Issued issued = Issuance.intermediate(
                meshName, wanted.keyAlgorithm(), Durations.parse(wanted.validity()), this, now, random);
        return signing(issued);
    }

    /** The former intermediate with another serial number and other dates. */
    public Signing again(
            CaCertificate former, PrivateKey key, Trust.Intermediate wanted, Instant now, SecureRandom random) {
        return signing(Issuance.intermediateAgain(former, key, Durations.parse(wanted.validity()), this, now, random));
    }

    private Signing signing(Issuance.Issued issued) {
        List<CaCertificate> whole = new ArrayList<>(List.of(issued.certificate()));
        whole.addAll(path);
        return new Signing(List.copyOf(whole), Pem.bytes(PrivateKeys.write(issued.key())));
    }

    /** Leaves the key out. */
    @Override
    public String toString() {
        return "Issuer[" + certificate() + "]";
    }
}
