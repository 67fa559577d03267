package io.meshfed.trust.crl;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.crl.CrlEntry.Place;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.RevocationList;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every CA and every revocation list that the operator knows, each verified separately. What does not verify is reported
 * and otherwise ignored. {@link CrlInventoryBuilder} makes it.
 *
 * @param certificates all known CA certificates, expired ones included
 * @param byRemote intermediate CAs that may have signed workloads of another mesh, by name of the RemoteMesh
 * @param catalogued the intermediate CAs that a catalogue publishes
 * @param lists valid lists that a known CA signed, in use or not
 * @param orphans valid lists of {@code ca-crl.pem} whose CA is not known now
 * @param outdated lists that expired or are not valid yet: all of {@code cacerts}, and of the ConfigMap those of known CAs
 * @param begins when certificates and lists that are not valid yet become valid
 * @param overfull RemoteMeshes that publish more than is read
 * @param refused what is ignored and why, for a message
 */
record CrlInventory(
        Set<CaCertificate> certificates,
        Map<String, Set<CaCertificate>> byRemote,
        Set<CaCertificate> catalogued,
        List<CrlEntry> lists,
        List<CrlEntry> orphans,
        List<CrlEntry> outdated,
        Set<Instant> begins,
        Set<String> overfull,
        List<String> refused) {

    /** Where revocation is not checked, nothing is read. */
    static final CrlInventory NONE = new CrlInventory(
            Set.of(), Map.of(), Set.of(), List.of(), List.of(), List.of(), Set.of(), Set.of(), List.of());

    static CrlInventory of(VerifiedTrust trust) {
        return new CrlInventoryBuilder(trust.knownCas(), trust.now())
                .read(CrlSource.all(trust))
                .build();
    }

    /** The oldest known certificate of a CA; another certificate with its name and key is of the same CA. */
    CaCertificate oldest(CaCertificate ca) {
        return Stream.concat(Stream.of(ca), certificates.stream().filter(ca::isSameCa))
                .min(Comparator.comparing(CaCertificate::notBefore))
                .orElse(ca);
    }

    /** The valid lists of {@code ca-crl.pem}. */
    Stream<CrlEntry> inUse() {
        return Stream.concat(lists.stream(), orphans.stream()).filter(entry -> entry.place() == Place.IN_USE);
    }

    /** The expired lists of {@code ca-crl.pem}. */
    Stream<CrlEntry> expired(Instant now) {
        return outdated.stream()
                .filter(entry -> entry.place() == Place.IN_USE)
                .filter(entry -> !now.isBefore(entry.list().nextUpdate()));
    }

    /**
     * Messages about lists of the ConfigMap that are older than the one in use: using them would accept certificates that
     * are revoked.
     *
     * @param except CAs whose lists this mesh signs itself, from what the ConfigMap has
     */
    List<String> older(Set<CaCertificate> except) {
        return lists.stream()
                .filter(entry -> entry.place() == Place.CONFIG_MAP)
                .filter(entry -> except.stream().noneMatch(entry.list()::isSignedBy))
                .filter(entry -> lists.stream()
                        .anyMatch(other -> other.place() == Place.IN_USE
                                && other.list().subject().equals(entry.list().subject())
                                && other.list().number().compareTo(entry.list().number()) > 0))
                .map(entry -> CaDefect.OlderCrl + ": " + entry.label() + " has number "
                        + entry.list().number() + ", and a newer list of "
                        + entry.list().subject() + " is in use")
                .toList();
    }

    /** The valid lists of a CA in these places, the newest first. */
    Stream<CrlEntry> of(CaCertificate ca, Place... places) {
        return in(lists, ca, places).sorted((one, other) -> RevocationList.byAge(other.list(), one.list()));
    }

    /** The highest number of all lists of a CA in these places, valid or not. */
    BigInteger highestNumber(CaCertificate ca, Place... places) {
        return Stream.concat(in(lists, ca, places), in(outdated, ca, places))
                .map(entry -> entry.list().number())
                .max(BigInteger::compareTo)
                .orElse(BigInteger.ZERO);
    }

    private static Stream<CrlEntry> in(List<CrlEntry> lists, CaCertificate ca, Place... places) {
        List<Place> wanted = List.of(places);
        return lists.stream().filter(entry -> wanted.contains(entry.place())).filter(entry -> entry.list()
                .isSignedBy(ca));
    }
}
