package io.meshfed.trust.crl;

import io.meshfed.api.Durations;
import io.meshfed.api.MeshFederationStatus.CrlRecord;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.Issuance;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.crl.CrlInventory.Place;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.CaProfile;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.PrivateKeys;
import io.meshfed.trust.x509.RefusedMaterialException;
import io.meshfed.trust.x509.RevocationList;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The revocation lists of this mesh: {@code ca-crl.pem} with a list of every CA that may have signed a workload, or none
 * at all, for Envoy refuses every certificate of a CA without a valid one.
 *
 * @see <a href="../../../../../../docs/adr/0008-revocation-lists.md">ADR 8</a>
 */
public final class Revocation {
    /** What istiod reads and gives to every proxy. */
    public static final String CA_CRL = "ca-crl.pem";
    /** This mesh's CAs below the root and the lists of its path, for other meshes; istiod does not look at it. */
    public static final String OWN_CRL = "own-crl.pem";

    /** As many as the status may tell of. */
    private static final int MAX_RECORDS = 128;

    private static final byte[] NOTHING = {};

    private final VerifiedTrust trust;
    private final SecureRandom random;
    private final Optional<Trust.Crl> wanted;
    private final boolean keepsKeys;
    private final CrlInventory known;
    private final Judgement standing;

    public Revocation(VerifiedTrust trust, SecureRandom random) {
        this(trust, wanted(trust.spec()), wanted(trust.spec()).isPresent(), CrlInventory.of(trust), random);
    }

    private static Optional<Trust.Crl> wanted(Trust spec) {
        return Optional.ofNullable(spec.crl()).filter(crl -> spec.type() == Trust.Type.Managed);
    }

    /** For the cacerts of another mesh: it has no lists, but those of its CA must stay good where {@code home} checks. */
    public static Revocation elsewhere(VerifiedTrust theirs, VerifiedTrust home, SecureRandom random) {
        return new Revocation(
                theirs,
                Optional.empty(),
                home.spec().crl() != null || home.cacertsData().containsKey(CA_CRL),
                CrlInventory.NONE,
                random);
    }

    private Revocation(
            VerifiedTrust trust,
            Optional<Trust.Crl> wanted,
            boolean keepsKeys,
            CrlInventory known,
            SecureRandom random) {
        this.trust = trust;
        this.random = random;
        this.wanted = wanted;
        this.keepsKeys = keepsKeys;
        this.known = known;
        this.standing = trust.cacerts().valid().map(this::seen).orElse(Judgement.NONE);
    }

    /**
     * What becomes of the lists.
     *
     * @param keys the keys of cacerts that hold lists
     * @param lacking what stands in the way of checking, or will, and the remedy
     * @param refused what was left out and why
     * @param needed lists in force that must have a successor
     * @param begin when {@code ca-crl.pem} may be written for the first time; empty: now
     * @param wakeAt when a list is to be renewed or will be missed, even if no event comes
     */
    public record Judgement(
            Map<String, byte[]> keys,
            List<String> lacking,
            List<String> refused,
            Set<RevocationList> needed,
            Optional<Instant> begin,
            Optional<Instant> wakeAt) {
        static final Judgement NONE =
                new Judgement(Map.of(), List.of(), List.of(), Set.of(), Optional.empty(), Optional.empty());

        /** TrustReady with what is to be said of lists. */
        public Finding ready(Finding otherwise) {
            if (!otherwise.holds()) {
                return otherwise;
            }
            String told = begin.map(moment -> ". Revocation is checked from " + moment
                                    + " on: until then workloads may have certificates of an earlier intermediate")
                            .orElse("")
                    + (refused.isEmpty() ? "" : ". Revocation lists left out: " + String.join("; ", refused));
            if (!lacking.isEmpty()) {
                return Finding.no(TrustReason.CrlIncomplete, String.join("; ", lacking) + told);
            }
            return told.isEmpty() ? otherwise : otherwise.withMessage(otherwise.message() + told);
        }
    }

    /** The lists of the present cacerts, if it verifies: as they stand and as they should. */
    public Judgement standing() {
        return standing;
    }

    private Judgement seen(Cacerts cacerts) {
        if (trust.spec().type() != Trust.Type.Managed && trust.spec().crl() != null) {
            return lacking(
                    List.of("spec.trust.crl works with spec.trust.type: Managed only: whoever else has the CA's key"
                            + " renews it with another one, of which no other mesh would have a list. Leave crl out, or set type:"
                            + " Managed"));
        }
        if (trust.spec().type() == Trust.Type.External) {
            return external(cacerts);
        }
        return trust.world().cacerts().filter(PresentCacerts::writable).isPresent()
                ? judge(cacerts, trust.cacertsData().get(Cacerts.CA_KEY))
                : Judgement.NONE;
    }

    private static Judgement lacking(List<String> what) {
        return new Judgement(Map.of(), what, List.of(), Set.of(), Optional.empty(), Optional.empty());
    }

    /**
     * The lists for a cacerts that verifies and is to be written, or stands.
     *
     * @param keyPem the key that it signs with
     */
    public Judgement judge(Cacerts next, byte[] keyPem) {
        return wanted.map(spec -> new CaCrlBundle(
                                trust,
                                spec,
                                known,
                                inForce(),
                                next,
                                new OwnCrls(trust, spec, known, next, key(keyPem), random))
                        .judgement())
                .orElse(Judgement.NONE);
    }

    /** Whether the lists may be written where nothing else is: they are wanted, or ours and no longer wanted. */
    public boolean writes() {
        return wanted.isPresent()
                || trust.world()
                        .cacerts()
                        .filter(cacerts -> cacerts.origin() == PresentCacerts.Origin.OURS)
                        .isPresent();
    }

    /** The key that a renewal must keep; empty: it makes a new one. */
    public Optional<PrivateKey> keyToKeep() {
        return trust.cacerts()
                .valid()
                .filter(cacerts -> keepsKeys
                        && cacerts.form() == Cacerts.Form.PLUGGED_IN
                        && cacerts.path().size() > 1)
                .flatMap(cacerts -> key(trust.cacertsData().get(Cacerts.CA_KEY)));
    }

    /**
     * Whether an issuer may sign: where revocation is checked, its list must have been out until every pod has it. The CA
     * that signs now may.
     */
    public boolean settled(CaCertificate issuer) {
        return wanted.isEmpty()
                || !inForce()
                || known.of(issuer, Place.IN_FORCE).anyMatch(held -> !trust.now()
                        .isBefore(settledAt(held.list(), trust.spec().rotation())));
    }

    /** When a list that came into force with its beginning is in every pod. */
    static Instant settledAt(RevocationList list, Trust.Rotation rotation) {
        return list.thisUpdate().plus(Issuance.BACKDATE).plus(Durations.parse(rotation.margin()));
    }

    /** Whether a root may come into the bundle: where revocation is checked, nobody below it is accepted without a list. */
    public boolean admits(CaCertificate root) {
        return wanted.isEmpty()
                || !inForce()
                || known.of(root, Place.values()).findAny().isPresent()
                || trust.signer()
                        .map(Issuer::certificate)
                        .filter(issuer -> issuer.equals(root) && CaProfile.signsLists(issuer))
                        .isPresent();
    }

    /** Whether proxies check revocation, as far as cacerts says. */
    private boolean inForce() {
        return trust.cacerts()
                .valid()
                .filter(cacerts ->
                        known.of(cacerts.signing(), Place.IN_FORCE).findAny().isPresent())
                .isPresent();
    }

    private static Optional<PrivateKey> key(byte[] pem) {
        try {
            return Optional.of(PrivateKeys.read(
                    Cacerts.CA_KEY, pem == null ? NOTHING : pem, PrivateKeys.LeadingParameters.REFUSE));
        } catch (RefusedMaterialException unreadable) {
            return Optional.empty();
        }
    }

    /** Somebody else's lists: istiod refuses a cacerts without one of each CA of its chain, Envoy without one of each root. */
    private Judgement external(Cacerts cacerts) {
        if (!trust.cacertsData().containsKey(CA_CRL) || cacerts.form() == Cacerts.Form.TLS) {
            return Judgement.NONE;
        }
        Set<CaCertificate> cas = new LinkedHashSet<>(cacerts.path());
        cas.addAll(cacerts.roots());
        Set<RevocationList> needed = new LinkedHashSet<>();
        List<String> lacking = new ArrayList<>();
        for (CaCertificate ca : cas) {
            Optional<RevocationList> newest = known.of(ca, Place.IN_FORCE)
                    .map(CrlInventory.Held::list)
                    .filter(list -> list.current(trust.now()))
                    .findFirst();
            newest.ifPresent(needed::add);
            if (newest.filter(list -> trust.now().isBefore(list.neededUntil())).isEmpty()) {
                lacking.add("Secret cacerts, " + CA_CRL + ": no list of " + ca.describe() + " that lasts; whoever makes"
                        + " cacerts must put one there");
            }
        }
        return new Judgement(
                Map.of(),
                lacking,
                List.of(),
                needed,
                Optional.empty(),
                Stream.concat(needed.stream().map(RevocationList::neededUntil), known.begins().stream())
                        .filter(moment -> moment.isAfter(trust.now()))
                        .min(Instant::compareTo));
    }

    /** For the status. */
    public List<CrlRecord> records() {
        return known.inForce()
                .map(CrlInventory.Held::list)
                .distinct()
                .limit(MAX_RECORDS)
                .map(list -> new CrlRecord(
                        list.subject(),
                        list.keyId(),
                        list.thisUpdate().toString(),
                        list.nextUpdate().toString(),
                        standing.needed().contains(list) ? list.neededUntil().toString() : null,
                        list.revoked().size()))
                .toList();
    }

    /** For other meshes. */
    public Optional<String> shown() {
        return wanted.flatMap(spec -> Optional.ofNullable(trust.cacertsData().get(OWN_CRL)))
                .map(Pem::text);
    }
}
