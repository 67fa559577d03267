package io.meshfed.trust.crl;

import io.meshfed.api.Durations;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.CrlIssuance;
import io.meshfed.trust.cacerts.Issuance;
import io.meshfed.trust.crl.CrlInventory.Held;
import io.meshfed.trust.crl.CrlInventory.Place;
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
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The lists that this mesh signs: of its intermediate, and of its issuer with what the spec revokes. */
final class OwnCrls {
    private final VerifiedTrust trust;
    private final Trust.Crl spec;
    private final CrlInventory known;
    private final Cacerts next;
    private final SecureRandom random;
    private final Map<CaCertificate, RevocationList> signed = new LinkedHashMap<>();
    private final List<String> refused = new ArrayList<>();

    /**
     * @param next the cacerts that is to be written, or stands
     * @param key the one that it signs with; empty: it cannot be read
     */
    OwnCrls(
            VerifiedTrust trust,
            Trust.Crl spec,
            CrlInventory known,
            Cacerts next,
            Optional<PrivateKey> key,
            SecureRandom random) {
        this.trust = trust;
        this.spec = spec;
        this.known = known;
        this.next = next;
        this.random = random;
        key.ifPresent(k -> sign(next.signing(), k, Set.of()));
        trust.signer()
                .ifPresent(issuer -> sign(
                        issuer.certificate(),
                        issuer.key(),
                        spec.revoked().stream()
                                .map(serial -> new BigInteger(serial, 16))
                                .collect(Collectors.toSet())));
    }

    Map<CaCertificate, RevocationList> signed() {
        return signed;
    }

    /** What is not revoked although somebody asked for it, and why. */
    List<String> refused() {
        return refused;
    }

    /** The list in force, or a new one if that is old or says something else. */
    private void sign(CaCertificate ca, PrivateKey caKey, Set<BigInteger> wanted) {
        if (!CaProfile.signsLists(ca)) {
            return;
        }
        Optional<RevocationList> given =
                known.of(ca, Place.CONFIG_MAP).map(Held::list).findFirst();
        Optional<RevocationList> present =
                known.of(ca, Place.OWN, Place.IN_FORCE).map(Held::list).findFirst();
        Map<BigInteger, Instant> since = present.map(RevocationList::revoked).orElse(Map.of());
        Map<BigInteger, Instant> entries =
                new TreeMap<>(given.map(RevocationList::revoked).orElse(Map.of()));
        wanted.forEach(serial -> entries.putIfAbsent(serial, since.getOrDefault(serial, trust.now())));
        next.path().stream()
                .filter(certificate -> certificate.isSignedBy(ca))
                .filter(certificate -> entries.remove(certificate.x509().getSerialNumber()) != null)
                .forEach(certificate -> refused.add(CaDefect.OwnCaRevoked + ": serial "
                        + certificate.x509().getSerialNumber().toString(16) + " is that of " + certificate.describe()
                        + ", with which this mesh signs: it is not revoked, for every workload here would be shut out."
                        + " Replace it first"));
        BigInteger above = known.highestNumber(ca, Place.OWN, Place.IN_FORCE, Place.CONFIG_MAP);
        // One that has not begun was signed before our clock was set back, and clocks of workloads may be as it is now.
        boolean keep = present.filter(list -> list.revoked().keySet().equals(entries.keySet()))
                .filter(list -> list.current(trust.now()) && trust.now().isBefore(renewAt(list)))
                .filter(list -> given.filter(g -> g.number().compareTo(list.number()) > 0)
                        .isEmpty())
                .isPresent();
        signed.put(
                ca,
                keep ? present.get() : CrlIssuance.list(ca, caKey, entries, validity(), above, trust.now(), random));
    }

    private Duration validity() {
        return Durations.parse(spec.validity());
    }

    /** In the middle of its life, as the spec says it now. */
    Instant renewAt(RevocationList list) {
        Instant middle =
                list.thisUpdate().plus(Issuance.BACKDATE).plus(validity().dividedBy(2));
        return middle.isBefore(list.neededUntil()) ? middle : list.neededUntil();
    }
}
