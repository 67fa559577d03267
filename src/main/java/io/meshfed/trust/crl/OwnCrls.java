package io.meshfed.trust.crl;

import io.meshfed.api.Durations;
import io.meshfed.api.Trust;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.CrlIssuance;
import io.meshfed.trust.cacerts.Issuance;
import io.meshfed.trust.crl.CrlEntry.Place;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.CaProfile;
import io.meshfed.trust.x509.RevocationList;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The lists that this mesh signs: one of its intermediate, and one of its issuer with what the spec revokes. */
final class OwnCrls {
    private final VerifiedTrust trust;
    private final Trust.Crl spec;
    private final CrlInventory inventory;
    private final Cacerts next;
    private final SecureRandom random;
    private final Map<CaCertificate, RevocationList> signed = new LinkedHashMap<>();
    private final List<String> refused = new ArrayList<>();

    /**
     * @param next the {@code cacerts} that is written or stays
     * @param key its private key; empty: it cannot be read
     */
    OwnCrls(
            VerifiedTrust trust,
            Trust.Crl spec,
            CrlInventory inventory,
            Cacerts next,
            Optional<PrivateKey> key,
            SecureRandom random) {
        this.trust = trust;
        this.spec = spec;
        this.inventory = inventory;
        this.next = next;
        this.random = random;
        key.ifPresent(k -> sign(next.signing(), k, Set.of()));
        trust.signer().ifPresent(issuer -> sign(issuer.certificate(), issuer.key(), RevokedCertificates.ofSpec(spec)));
    }

    Map<CaCertificate, RevocationList> signed() {
        return signed;
    }

    /** What is not revoked although it was requested, and why. */
    List<String> refused() {
        return refused;
    }

    /** Keeps the present list, or signs a new one if that is old or revokes something else. */
    private void sign(CaCertificate ca, PrivateKey caKey, Set<BigInteger> requested) {
        if (!CaProfile.signsLists(ca)) {
            return;
        }
        Optional<RevocationList> given =
                inventory.of(ca, Place.CONFIG_MAP).map(CrlEntry::list).findFirst();
        Optional<RevocationList> present =
                inventory.of(ca, Place.OWN, Place.IN_USE).map(CrlEntry::list).findFirst();
        RevokedCertificates revoked = RevokedCertificates.of(
                ca,
                requested,
                given.map(RevocationList::revoked).orElse(Map.of()),
                present.map(RevocationList::revoked).orElse(Map.of()),
                next,
                trust.now());
        refused.addAll(revoked.refused());
        BigInteger above = inventory.highestNumber(ca, Place.OWN, Place.IN_USE, Place.CONFIG_MAP);
        // A list that is not valid yet was signed before the clock was set back; workloads may have the same clock.
        boolean keep = present.filter(
                        list -> list.revoked().keySet().equals(revoked.entries().keySet()))
                .filter(list -> list.current(trust.now()) && trust.now().isBefore(renewAt(list)))
                .filter(list -> given.filter(g -> g.number().compareTo(list.number()) > 0)
                        .isEmpty())
                .isPresent();
        signed.put(
                ca,
                keep
                        ? present.get()
                        : CrlIssuance.list(ca, caKey, revoked.entries(), validity(), above, trust.now(), random));
    }

    private Duration validity() {
        return Durations.parse(spec.validity());
    }

    /** Half of {@code spec.trust.crl.validity} after it was signed, and earlier if it must have a successor before. */
    Instant renewAt(RevocationList list) {
        Instant middle =
                list.thisUpdate().plus(Issuance.BACKDATE).plus(validity().dividedBy(2));
        return middle.isBefore(list.neededUntil()) ? middle : list.neededUntil();
    }
}
