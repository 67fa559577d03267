package io.meshfed.trust.cacerts;

import io.meshfed.api.CertManager;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.CertificatePath;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.PrivateKeys;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An intermediate that cert-manager issued, verified as it will be in {@code cacerts}.
 *
 * @param path the intermediate first, its root last
 * @param key its private key as in the Secret, PEM
 */
public record DeliveredIntermediate(List<CaCertificate> path, byte[] key) implements IntermediateSource {
    private static final String ROOT_FIELD = "spec.trust.certManager.root.pem";
    private static final byte[] NOTHING = {};

    /**
     * Reads and verifies the Secret of a Certificate. {@code tls.crt} holds the intermediate and the CAs
     * between it and the root. The root is the one of the spec, or else the one in {@code ca.crt}: cert-manager stores the
     * highest certificate that it knows there, which is a root only if the issuer has one. If the root was issued again with
     * the same key, the mesh keeps the former certificate: no workload needs the new one while that is valid.
     *
     * @param root {@code spec.trust.certManager.root}
     * @param ownRoot the present root of the mesh; empty: not known
     */
    public static DeliveredIntermediate read(
            Map<String, byte[]> data,
            Optional<CertManager.Root> root,
            Optional<CaCertificate> ownRoot,
            Instant now,
            SecureRandom random)
            throws RefusedMaterialException {
        List<CaCertificate> path = path(data, root, ownRoot);
        if (path.size() == 1) {
            throw new RefusedMaterialException(
                    CaDefect.SelfSignedIntermediate,
                    Issuer.TLS_CRT + " holds " + path.get(0).describe()
                            + ", which is self-signed, so that each renewal would be another root. Name an issuer that"
                            + " signs with a CA, not one of type SelfSigned");
        }
        CertificatePath.verify(Issuer.TLS_CRT, path, 0, now);
        byte[] key = data.getOrDefault(Issuer.TLS_KEY, NOTHING);
        PrivateKeys.belongsTo(
                Issuer.TLS_KEY,
                PrivateKeys.read(Issuer.TLS_KEY, key, PrivateKeys.LeadingParameters.REFUSE),
                path.get(0),
                random);
        return new DeliveredIntermediate(path, key.clone());
    }

    private static List<CaCertificate> path(
            Map<String, byte[]> data, Optional<CertManager.Root> root, Optional<CaCertificate> ownRoot)
            throws RefusedMaterialException {
        List<CaCertificate> given =
                CaCertificate.readAll(Issuer.TLS_CRT, data.getOrDefault(Issuer.TLS_CRT, NOTHING), Pem.MAX_BYTES);
        CertificatePath.distinct(Issuer.TLS_CRT, given);
        CaCertificate last = given.get(given.size() - 1);
        if (root.isPresent()) {
            return below(named(root.get()), given);
        }
        if (last.isSelfSigned()) {
            return given;
        }
        if (ownRoot.filter(last::isSignedBy).isPresent()) {
            return below(ownRoot.get(), given);
        }
        byte[] caCrt = data.getOrDefault(Issuer.CA_CRT, NOTHING);
        List<CaCertificate> known =
                caCrt.length == 0 ? List.of() : CaCertificate.readAll(Issuer.CA_CRT, caCrt, Pem.MAX_BYTES);
        for (CaCertificate candidate : known) {
            if (candidate.isSelfSigned() && last.isSignedBy(candidate)) {
                return below(candidate, given);
            }
        }
        throw new RefusedMaterialException(
                CaDefect.RootMissing,
                Issuer.TLS_CRT + " ends with " + last.describe() + ", and " + Issuer.CA_CRT
                        + " does not hold the root that signed it; give that root as " + ROOT_FIELD);
    }

    private static CaCertificate named(CertManager.Root root) throws RefusedMaterialException {
        CaCertificate named =
                CaCertificate.readOne(ROOT_FIELD, root.pem().getBytes(StandardCharsets.UTF_8), Pem.MAX_BYTES);
        if (!named.isSelfSigned()) {
            throw new RefusedMaterialException(
                    CaDefect.NotSelfSigned,
                    ROOT_FIELD + " holds " + named.describe()
                            + ", which is not self-signed; give the root of the chain");
        }
        return named;
    }

    private static List<CaCertificate> below(CaCertificate root, List<CaCertificate> given)
            throws RefusedMaterialException {
        CaCertificate last = given.get(given.size() - 1);
        if (last.equals(root)) {
            return given;
        }
        if (!last.isSignedBy(root)) {
            throw new RefusedMaterialException(
                    CaDefect.RootMismatch,
                    Issuer.TLS_CRT + " ends with " + last.describe() + ", which is not signed by " + ROOT_FIELD + ", "
                            + root.describe() + "; give the root of the issuer, or name another issuer");
        }
        List<CaCertificate> path = new ArrayList<>(given);
        path.add(root);
        return List.copyOf(path);
    }

    @Override
    public CaCertificate certificate() {
        return path.get(1);
    }

    /** The intermediate itself. */
    public CaCertificate signing() {
        return path.get(0);
    }

    @Override
    public Signing next(String meshName, Trust.Intermediate wanted, Instant now, SecureRandom random) {
        return new Signing(path, key.clone());
    }

    /** Leaves the key out. */
    @Override
    public String toString() {
        return "Delivered" + path;
    }
}
