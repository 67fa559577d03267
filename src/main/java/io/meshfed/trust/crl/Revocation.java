package io.meshfed.trust.crl;

import io.meshfed.api.MeshFederationStatus.CrlRecord;
import io.meshfed.api.Trust;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.Issuance;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.crl.CrlEntry.Place;
import io.meshfed.trust.world.RotationMargin;
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
 * The revocation lists of a mesh. {@code ca-crl.pem} has a list of every CA that may have signed a workload, or it does not
 * exist: once it exists, Envoy refuses every certificate of a CA without a valid list.
 *
 * @see <a href="../../../../../../docs/adr/0008-revocation-lists.md">ADR 8</a>
 */
public final class Revocation {
    /** As many records as the schema of the status allows. */
    private static final int MAX_RECORDS = 128;

    private static final byte[] NOTHING = {};

    private final VerifiedTrust trust;
    private final SecureRandom random;
    private final Optional<Trust.Crl> wanted;
    private final boolean keepsKeys;
    private final CrlInventory inventory;
    private final CrlPlan current;

    /** Reads and verifies all lists that the mesh knows, and plans those of its present {@code cacerts}. */
    public Revocation(VerifiedTrust trust, SecureRandom random) {
        this(trust, wanted(trust.spec()), wanted(trust.spec()).isPresent(), CrlInventory.of(trust), random);
    }

    private static Optional<Trust.Crl> wanted(Trust spec) {
        return Optional.ofNullable(spec.crl()).filter(crl -> spec.type() == Trust.Type.Managed);
    }

    /**
     * For a {@code cacerts} that is issued for another mesh. That mesh has no lists of its own, but its intermediate keeps
     * its key while {@code home} checks revocation, because the lists of {@code home} hold that CA.
     */
    public static Revocation ofRemote(VerifiedTrust theirs, VerifiedTrust home, SecureRandom random) {
        return new Revocation(
                theirs,
                Optional.empty(),
                home.spec().crl() != null || home.cacertsData().containsKey(Cacerts.CA_CRL),
                CrlInventory.NONE,
                random);
    }

    private Revocation(
            VerifiedTrust trust,
            Optional<Trust.Crl> wanted,
            boolean keepsKeys,
            CrlInventory inventory,
            SecureRandom random) {
        this.trust = trust;
        this.random = random;
        this.wanted = wanted;
        this.keepsKeys = keepsKeys;
        this.inventory = inventory;
        this.current = trust.cacerts().valid().map(this::present).orElse(CrlPlan.NONE);
    }

    /** The plan for the lists of the present {@code cacerts}; of one that does not verify, nothing. */
    public CrlPlan current() {
        return current;
    }

    private CrlPlan present(Cacerts cacerts) {
        if (trust.spec().type() != Trust.Type.Managed && trust.spec().crl() != null) {
            return CrlPlan.missing(
                    "spec.trust.crl works with spec.trust.type: Managed only, because cert-manager and other issuers"
                            + " renew the CA with a new key, of which no other mesh has a list. Remove crl, or set type: Managed");
        }
        if (trust.spec().type() == Trust.Type.External) {
            return external(cacerts);
        }
        return trust.world().cacerts().filter(PresentCacerts::writable).isPresent()
                ? plan(cacerts, trust.cacertsData().get(Cacerts.CA_KEY))
                : CrlPlan.NONE;
    }

    /**
     * Plans the lists of a valid {@code cacerts} that is written or stays.
     *
     * @param keyPem its private key, PEM
     */
    public CrlPlan plan(Cacerts next, byte[] keyPem) {
        return wanted.map(spec -> new CaCrlBundle(
                                trust,
                                spec,
                                inventory,
                                isChecked(),
                                next,
                                new OwnCrls(trust, spec, inventory, next, key(keyPem), random))
                        .plan())
                .orElse(CrlPlan.NONE);
    }

    /** Whether the operator may write the lists alone: the spec asks for them, or the Secret is its own and has old ones. */
    public boolean writes() {
        return wanted.isPresent()
                || trust.world()
                        .cacerts()
                        .filter(cacerts -> cacerts.origin() == PresentCacerts.Origin.OURS)
                        .isPresent();
    }

    /** The key that the next intermediate must keep; empty: it gets a new one. */
    public Optional<PrivateKey> keyToKeep() {
        return trust.cacerts()
                .valid()
                .filter(cacerts -> keepsKeys
                        && cacerts.form() == Cacerts.Form.PLUGGED_IN
                        && cacerts.path().size() > 1)
                .flatMap(cacerts -> key(trust.cacertsData().get(Cacerts.CA_KEY)));
    }

    /** Whether an issuer may sign: where proxies check revocation, every proxy must have its list. */
    public boolean maySign(CaCertificate issuer) {
        return wanted.isEmpty()
                || !isChecked()
                || inventory.of(issuer, Place.IN_USE).anyMatch(entry -> !trust.now()
                        .isBefore(everywhereAt(entry.list(), trust.spec().rotation())));
    }

    /** When every proxy has a list that was put into {@code ca-crl.pem} when it was signed. */
    static Instant everywhereAt(RevocationList list, Trust.Rotation rotation) {
        return RotationMargin.after(list.thisUpdate().plus(Issuance.BACKDATE), rotation);
    }

    /**
     * Whether a root may be added to the bundle: where proxies check revocation, they refuse all certificates below a root
     * without a list.
     */
    public boolean admits(CaCertificate root) {
        return wanted.isEmpty()
                || !isChecked()
                || inventory.of(root, Place.values()).findAny().isPresent()
                || trust.signer()
                        .map(Issuer::certificate)
                        .filter(issuer -> issuer.equals(root) && CaProfile.signsLists(issuer))
                        .isPresent();
    }

    /** Whether proxies check revocation now: {@code cacerts} has a list of the CA that it signs with. */
    private boolean isChecked() {
        return trust.cacerts()
                .valid()
                .filter(cacerts ->
                        inventory.of(cacerts.signing(), Place.IN_USE).findAny().isPresent())
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

    /**
     * Lists that are written by others: istiod refuses a {@code cacerts} without a list of each CA of its chain, and Envoy
     * one without a list of each root.
     */
    private CrlPlan external(Cacerts cacerts) {
        if (!trust.cacertsData().containsKey(Cacerts.CA_CRL) || cacerts.form() == Cacerts.Form.TLS) {
            return CrlPlan.NONE;
        }
        Set<CaCertificate> cas = new LinkedHashSet<>(cacerts.path());
        cas.addAll(cacerts.roots());
        Set<RevocationList> needed = new LinkedHashSet<>();
        List<String> missing = new ArrayList<>();
        for (CaCertificate ca : cas) {
            Optional<RevocationList> newest = inventory
                    .of(ca, Place.IN_USE)
                    .map(CrlEntry::list)
                    .filter(list -> list.current(trust.now()))
                    .findFirst();
            newest.ifPresent(needed::add);
            if (newest.filter(list -> trust.now().isBefore(list.neededUntil())).isEmpty()) {
                missing.add("Secret cacerts, " + Cacerts.CA_CRL + ": the revocation list of " + ca.describe()
                        + " is missing or expires soon; add a current one where you create cacerts");
            }
        }
        return new CrlPlan(
                Map.of(),
                missing,
                List.of(),
                needed,
                Optional.empty(),
                Stream.concat(needed.stream().map(RevocationList::neededUntil), inventory.begins().stream())
                        .filter(moment -> moment.isAfter(trust.now()))
                        .min(Instant::compareTo));
    }

    /** The lists in use, for {@code status.trust.crl}. */
    public List<CrlRecord> records() {
        return inventory
                .inUse()
                .map(CrlEntry::list)
                .distinct()
                .limit(MAX_RECORDS)
                .map(list -> new CrlRecord(
                        list.subject(),
                        list.keyId(),
                        list.thisUpdate().toString(),
                        list.nextUpdate().toString(),
                        current.needed().contains(list) ? list.neededUntil().toString() : null,
                        list.revoked().size()))
                .toList();
    }

    /** What the catalogue publishes for other meshes: the CAs that sign here and their lists, PEM; empty if there are none. */
    public Optional<String> published() {
        return wanted.flatMap(spec -> Optional.ofNullable(trust.cacertsData().get(Cacerts.OWN_CRL)))
                .map(Pem::text);
    }
}
