package io.meshfed.trust.cacerts;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.CaProfile;
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
 * The public part of a valid Secret {@code cacerts}: what istiod signs with, and which roots workloads accept.
 *
 * @param form which set of keys istiod reads; {@code tls.crt} wins
 * @param path the certificate that istiod signs with first, its root last
 * @param roots all roots of the bundle in their order, each once
 */
public record Cacerts(Form form, List<CaCertificate> path, List<CaCertificate> roots) {
    public static final String CA_CERT = "ca-cert.pem";
    public static final String CA_KEY = "ca-key.pem";
    public static final String CERT_CHAIN = "cert-chain.pem";
    public static final String ROOT_CERT = "root-cert.pem";
    /** Revocation lists that istiod reads and distributes to every proxy. */
    public static final String CA_CRL = "ca-crl.pem";
    /** This mesh's CAs below the root and the lists of its path, for other meshes; istiod does not read it. */
    public static final String OWN_CRL = "own-crl.pem";
    /** istiod writes this key into the cacerts of its own self-signed CA (USE_CACERTS_FOR_SELF_SIGNED_CA). */
    public static final String ISTIO_GENERATED = "istio-generated";

    private static final byte[] NOTHING = {};

    /** The two sets of keys that istiod knows. */
    public enum Form {
        PLUGGED_IN,
        TLS
    }

    /**
     * Verifies the whole Secret. The other roots of the bundle must be strong CA certificates. Their dates are not checked,
     * because an expired root of another mesh does no harm here.
     */
    public static Cacerts verify(Map<String, byte[]> data, Instant now, SecureRandom random)
            throws RefusedMaterialException {
        return data.containsKey(Issuer.TLS_CRT) ? verifyTls(data, now, random) : verifyPluggedIn(data, now, random);
    }

    /** The bytes of the bundle, from the key that this form uses; empty if missing. */
    public static byte[] rootBytes(Map<String, byte[]> data) {
        return data.getOrDefault(data.containsKey(Issuer.TLS_CRT) ? Issuer.CA_CRT : ROOT_CERT, NOTHING);
    }

    private static Cacerts verifyPluggedIn(Map<String, byte[]> data, Instant now, SecureRandom random)
            throws RefusedMaterialException {
        CaCertificate signing = CaCertificate.readOne(CA_CERT, data.getOrDefault(CA_CERT, NOTHING), Pem.MAX_BYTES);
        // istiod's own Secret has no chain and, in some versions, no root: its one certificate serves as all three.
        boolean alone = data.containsKey(ISTIO_GENERATED) && signing.isSelfSigned();
        byte[] chainBytes = data.getOrDefault(CERT_CHAIN, NOTHING);
        List<CaCertificate> chain = alone && chainBytes.length == 0
                ? List.of(signing)
                : CaCertificate.readAll(CERT_CHAIN, chainBytes, Pem.MAX_BYTES);
        if (!chain.get(0).equals(signing)) {
            throw chain.contains(signing)
                    ? new RefusedMaterialException(
                            CaDefect.ChainOutOfOrder,
                            CERT_CHAIN + " does not begin with the certificate of " + CA_CERT
                                    + "; order it from the signing CA up")
                    : new RefusedMaterialException(
                            CaDefect.ChainIncomplete,
                            CERT_CHAIN + " does not hold the certificate of " + CA_CERT
                                    + ", so that no peer can verify a workload; put it first");
        }
        byte[] rootBytes = data.getOrDefault(ROOT_CERT, NOTHING);
        List<CaCertificate> roots = alone && rootBytes.length == 0 ? List.of(signing) : roots(ROOT_CERT, rootBytes);
        List<CaCertificate> path = path(CERT_CHAIN, ROOT_CERT, chain, roots);
        CertificatePath.verify(CERT_CHAIN, path, 0, now);
        key(CA_KEY, data, signing, random);
        return new Cacerts(Form.PLUGGED_IN, path, roots);
    }

    private static Cacerts verifyTls(Map<String, byte[]> data, Instant now, SecureRandom random)
            throws RefusedMaterialException {
        List<CaCertificate> chain =
                CaCertificate.readAll(Issuer.TLS_CRT, data.getOrDefault(Issuer.TLS_CRT, NOTHING), Pem.MAX_BYTES);
        List<CaCertificate> roots = roots(Issuer.CA_CRT, data.getOrDefault(Issuer.CA_CRT, NOTHING));
        List<CaCertificate> path = path(Issuer.TLS_CRT, Issuer.CA_CRT, chain, roots);
        CertificatePath.verify(Issuer.TLS_CRT, path, 0, now);
        key(Issuer.TLS_KEY, data, chain.get(0), random);
        return new Cacerts(Form.TLS, path, roots);
    }

    private static List<CaCertificate> roots(String field, byte[] pem) throws RefusedMaterialException {
        List<CaCertificate> roots = CaCertificate.readAll(field, pem, Pem.MAX_BUNDLE_BYTES).stream()
                .distinct()
                .toList();
        for (CaCertificate root : roots) {
            CaProfile.check(field, root);
        }
        return roots;
    }

    private static List<CaCertificate> path(
            String chainField, String rootField, List<CaCertificate> chain, List<CaCertificate> roots)
            throws RefusedMaterialException {
        CertificatePath.distinct(chainField, chain);
        CaCertificate last = chain.get(chain.size() - 1);
        if (last.isSelfSigned()) {
            if (!roots.contains(last)) {
                throw notInBundle(rootField, last);
            }
            return chain;
        }
        if (chain.stream().anyMatch(CaCertificate::isSelfSigned)) {
            throw new RefusedMaterialException(
                    CaDefect.ChainOutOfOrder,
                    chainField + " holds a root before its end; order it from the signing CA up to the root");
        }
        List<CaCertificate> path = new ArrayList<>(chain);
        // By signature and not by name alone, because two roots may have the same name.
        path.add(roots.stream().filter(last::isSignedBy).findFirst().orElseThrow(() -> notInBundle(rootField, last)));
        return List.copyOf(path);
    }

    private static RefusedMaterialException notInBundle(String rootField, CaCertificate last) {
        return new RefusedMaterialException(
                CaDefect.RootNotInBundle,
                rootField + " does not hold the root of the chain, which ends with " + last.describe());
    }

    private static void key(String field, Map<String, byte[]> data, CaCertificate signing, SecureRandom random)
            throws RefusedMaterialException {
        PrivateKey key =
                PrivateKeys.read(field, data.getOrDefault(field, NOTHING), PrivateKeys.LeadingParameters.REFUSE);
        PrivateKeys.belongsTo(field, key, signing, random);
    }

    public CaCertificate signing() {
        return path.get(0);
    }

    /** The root of {@link #signing}. */
    public CaCertificate ownRoot() {
        return path.get(path.size() - 1);
    }

    /** When the first certificate of the path expires. */
    public Instant notAfter() {
        return CertificatePath.notAfter(path);
    }
}
