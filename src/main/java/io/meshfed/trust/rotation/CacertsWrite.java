package io.meshfed.trust.rotation;

import io.meshfed.api.Durations;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.IntermediateSource;
import io.meshfed.trust.cacerts.Issuance;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.crl.Revocation;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Composes the next {@code cacerts}. It verifies the result as a whole, and refuses to write one that does not verify. */
public final class CacertsWrite {
    private final VerifiedTrust trust;
    private final SecureRandom random;
    private final Trust.Intermediate spec;
    private final Revocation revocation;

    public CacertsWrite(VerifiedTrust trust, Revocation revocation, SecureRandom random) {
        this.trust = trust;
        this.revocation = revocation;
        this.random = random;
        this.spec = trust.spec().intermediate();
    }

    /** When an intermediate that is issued now would end. */
    public Instant nextNotAfter(Issuer issuer) {
        return Issuance.notAfter(Durations.parse(spec.validity()), issuer, trust.now());
    }

    /**
     * The next intermediate and its key, with the given bundle.
     *
     * @param why for the Event
     * @param finding to be reported until the operator sees the result
     */
    public TrustDecision issue(IntermediateSource source, TrustBundle bundle, String why, Finding finding) {
        if (isTlsForm()) {
            return tlsForm(why);
        }
        IntermediateSource.Signing signing = next(source);
        List<CaCertificate> path = signing.path();
        String chain = chain(path, bundle).stream().map(CaCertificate::pem).collect(Collectors.joining());
        return write(
                Map.of(
                        Cacerts.CA_CERT, Pem.bytes(path.get(0).pem()),
                        Cacerts.CA_KEY, signing.key(),
                        Cacerts.CERT_CHAIN, Pem.bytes(chain),
                        Cacerts.ROOT_CERT, bundle.pem()),
                source.root(),
                why,
                finding);
    }

    /**
     * Where revocation is checked, an intermediate keeps its name and key: every mesh has a revocation list of that CA, and
     * none would have one of a new CA.
     */
    private IntermediateSource.Signing next(IntermediateSource source) {
        Optional<PrivateKey> kept = revocation.keyToKeep();
        return kept.isPresent() && source instanceof Issuer issuer
                ? issuer.again(trust.cacerts().valid().orElseThrow().signing(), kept.get(), spec, trust.now(), random)
                : source.next(trust.world().meshName(), spec, trust.now(), random);
    }

    /**
     * Leaves the root out, which a peer has anyway or does not trust. If the bundle has two certificates of one root (issued
     * again with the same key), the chain must name the one that this mesh uses.
     */
    private static List<CaCertificate> chain(List<CaCertificate> path, TrustBundle bundle) {
        List<CaCertificate> belowRoot = path.subList(0, path.size() - 1);
        CaCertificate last = belowRoot.get(belowRoot.size() - 1);
        return bundle.roots().stream()
                        .filter(last::isSignedBy)
                        .findFirst()
                        .filter(path.get(path.size() - 1)::equals)
                        .isPresent()
                ? belowRoot
                : path;
    }

    /** A root that signs workloads itself, such as istiod's self-signed CA. */
    TrustDecision takeOver(CaCertificate root, byte[] key, TrustBundle bundle, String why, Finding finding) {
        byte[] pem = Pem.bytes(root.pem());
        return write(
                Map.of(
                        Cacerts.CA_CERT, pem,
                        Cacerts.CA_KEY, key,
                        Cacerts.CERT_CHAIN, pem,
                        Cacerts.ROOT_CERT, bundle.pem()),
                root,
                why,
                finding);
    }

    /** Another bundle; the other keys keep their bytes. */
    public TrustDecision bundle(Cacerts cacerts, TrustBundle bundle, String why, Finding finding) {
        if (isTlsForm()) {
            return tlsForm(why);
        }
        Map<String, byte[]> data = signing();
        data.put(Cacerts.ROOT_CERT, bundle.pem());
        return write(data, cacerts.ownRoot(), why, finding);
    }

    private Map<String, byte[]> signing() {
        Map<String, byte[]> data = new HashMap<>();
        for (String key : List.of(Cacerts.CA_CERT, Cacerts.CA_KEY, Cacerts.CERT_CHAIN)) {
            Optional.ofNullable(trust.cacertsData().get(key)).ifPresent(value -> data.put(key, value));
        }
        return data;
    }

    /** Writes changed revocation lists if nothing else is to be written; the other keys keep their bytes. */
    TrustDecision lists(TrustDecision otherwise) {
        Map<String, byte[]> present = trust.cacertsData();
        if (otherwise.writes() || isTlsForm() || !revocation.writes()) {
            return otherwise;
        }
        Map<String, byte[]> lists = revocation.current().keys();
        boolean same = Stream.of(Cacerts.OWN_CRL, Cacerts.CA_CRL)
                .allMatch(key -> Arrays.equals(present.get(key), lists.get(key)));
        if (same) {
            return otherwise;
        }
        Map<String, byte[]> data = signing();
        data.put(Cacerts.ROOT_CERT, trust.bundle().pem());
        data.putAll(lists);
        return new TrustDecision(
                new TrustAction.WriteCacerts(data, "revocation lists"),
                otherwise.finding(),
                otherwise.wakeAt(),
                otherwise.rotation());
    }

    private TrustDecision write(Map<String, byte[]> keys, CaCertificate ownRoot, String why, Finding finding) {
        Map<String, byte[]> data = new HashMap<>(keys);
        try {
            Cacerts next = Cacerts.verify(data, trust.now(), random);
            if (!next.ownRoot().equals(ownRoot)) {
                throw new RefusedMaterialException(
                        CaDefect.RootNotInBundle,
                        "its root would be " + next.ownRoot().describe());
            }
            data.putAll(revocation.plan(next, data.get(Cacerts.CA_KEY)).keys());
        } catch (RefusedMaterialException refused) {
            return TrustDecision.refuse(
                    refused.defect(),
                    "the new cacerts (" + why + ") does not verify and is not written: " + refused.getMessage());
        }
        return TrustDecision.act(new TrustAction.WriteCacerts(data, why), finding);
    }

    private boolean isTlsForm() {
        return trust.cacertsData().containsKey(Issuer.TLS_CRT);
    }

    private static TrustDecision tlsForm(String why) {
        return TrustDecision.refuse(
                TrustReason.TlsFormNotWritten,
                "Secret cacerts has the keys tls.crt and tls.key, which istiod reads instead of those that meshfed writes;"
                        + " nothing is written (" + why + "). Store it as ca-cert.pem, ca-key.pem, cert-chain.pem,"
                        + " root-cert.pem in a Secret of type Opaque");
    }
}
