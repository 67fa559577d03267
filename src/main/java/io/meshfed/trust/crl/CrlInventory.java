package io.meshfed.trust.crl;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.crl.CrlSource.Contents;
import io.meshfed.trust.crl.CrlSource.Found;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.CaProfile;
import io.meshfed.trust.x509.RefusedMaterialException;
import io.meshfed.trust.x509.RevocationList;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Every CA and every revocation list that is known from anywhere, each verified by itself: what is refused is told and
 * stands in nobody's way.
 *
 * @param certificates every certificate of a CA that is known, those that ended included
 * @param byRemote the CAs below a root that may have signed workloads of other meshes, by name of the RemoteMesh
 * @param catalogued those of them that a catalogue speaks of
 * @param lists those that are signed by a known CA, in force or not
 * @param orphans those of {@code ca-crl.pem} whose CA is not known now
 * @param outdated those that ended or have not begun: of {@code cacerts}, and of known CAs those of the ConfigMap
 * @param begins when something that is not valid yet will be
 * @param overfull RemoteMeshes that show more than is read
 * @param refused what was left out and why, for a message
 */
record CrlInventory(
        Set<CaCertificate> certificates,
        Map<String, Set<CaCertificate>> byRemote,
        Set<CaCertificate> catalogued,
        List<Held> lists,
        List<Held> orphans,
        List<Held> outdated,
        Set<Instant> begins,
        Set<String> overfull,
        List<String> refused) {
    /** Where none are wanted nothing is read. */
    static final CrlInventory NONE = new CrlInventory(
            Set.of(), Map.of(), Set.of(), List.of(), List.of(), List.of(), Set.of(), Set.of(), List.of());

    /** A clock that is set back by no more than this takes nothing out of force. */
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);

    /** Where something stands. */
    enum Place {
        /** Key {@code ca-crl.pem} of cacerts. */
        IN_FORCE,
        /** Key {@code own-crl.pem} of cacerts: what this mesh shows to others. */
        OWN,
        /** A key of the ConfigMap. */
        CONFIG_MAP,
        /** Another mesh's catalogue. */
        CATALOGUE
    }

    /**
     * A list in its place.
     *
     * @param who what it is, for a message
     * @param remote the RemoteMesh that it came from; empty: not from one
     */
    record Held(Place place, String who, Optional<String> remote, RevocationList list) {}

    static CrlInventory of(VerifiedTrust trust) {
        Contents contents = new Contents(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new TreeSet<>());
        CrlSource.all(trust).forEach(source -> source.read(contents));
        CrlInventory known = new CrlInventory(
                new LinkedHashSet<>(trust.knownCas()),
                new TreeMap<>(),
                new LinkedHashSet<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new TreeSet<>(),
                contents.overfull(),
                contents.refused());
        known.readCertificates(contents.certificates(), trust.now());
        contents.lists().forEach(found -> known.readList(found, trust.now()));
        return known;
    }

    private void readList(Found found, Instant now) {
        Place place = found.source().place();
        try {
            RevocationList list = RevocationList.ofDer(found.who(), found.der());
            Held one = new Held(place, found.who(), found.remote(), list);
            if (now.isBefore(list.thisUpdate())) {
                begins.add(list.thisUpdate());
            }
            Duration early = found.source().isGiven() ? Duration.ZERO : CLOCK_SKEW;
            if (now.isBefore(list.thisUpdate().minus(early)) || !now.isBefore(list.nextUpdate())) {
                boolean counts = place == Place.IN_FORCE
                        || (place != Place.CATALOGUE && certificates.stream().anyMatch(list::isSignedBy));
                if (counts) {
                    outdated.add(one);
                }
                list.inDate(found.who(), now);
            }
            (signed(list, certificates, one) ? lists : orphans).add(one);
        } catch (RefusedMaterialException e) {
            tell(found.source(), e);
        }
    }

    /** What stands in cacerts was verified when it came; a list that ended or whose CA left is no news. */
    private void tell(CrlSource source, RefusedMaterialException why) {
        if (source.isGiven()) {
            refused.add(why.defect() + ": " + why.getMessage());
        }
    }

    private static boolean signed(RevocationList list, Collection<CaCertificate> known, Held held)
            throws RefusedMaterialException {
        Optional<CaCertificate> ca = known.stream().filter(list::isSignedBy).findFirst();
        if (ca.isPresent() && !CaProfile.signsLists(ca.get())) {
            throw new RefusedMaterialException(
                    CaDefect.NoCrlSign,
                    held.who() + " is of " + ca.get().describe() + ", whose key usage lacks cRLSign: clients refuse its"
                            + " lists");
        }
        if (ca.isEmpty() && held.place() != Place.IN_FORCE) {
            throw new RefusedMaterialException(
                    CaDefect.CrlOfUnknownCa,
                    held.who() + " is signed by no CA that this mesh trusts or knows of; put the certificate of its CA"
                            + " beside it");
        }
        return ca.isPresent();
    }

    /**
     * The CAs below those that are known; a root of which nobody spoke in a spec is none of them. A certificate that ended
     * says no more than since when there is its CA.
     */
    private void readCertificates(List<Found> given, Instant now) {
        Map<Found, CaCertificate> open = new LinkedHashMap<>();
        Map<Found, CaCertificate> ended = new LinkedHashMap<>();
        for (Found found : given) {
            try {
                CaCertificate certificate = CaCertificate.ofDer(found.who(), found.der());
                CaProfile.check(found.who(), certificate);
                if (now.isBefore(certificate.notBefore())) {
                    begins.add(certificate.notBefore());
                }
                if (now.isAfter(certificate.notAfter())) {
                    ended.put(found, certificate);
                    continue;
                }
                CaProfile.inDate(found.who(), certificate, now);
                if (certificates.contains(certificate) || !certificate.isSelfSigned()) {
                    open.put(found, certificate);
                }
            } catch (RefusedMaterialException e) {
                tell(found.source(), e);
            }
        }
        boolean more = true;
        while (more) {
            Map<Found, CaCertificate> next = new LinkedHashMap<>();
            open.forEach((found, certificate) -> {
                if (certificates.stream().anyMatch(certificate::isSignedBy)) {
                    next.put(found, certificate);
                }
            });
            next.forEach(this::add);
            open.keySet().removeAll(next.keySet());
            more = !next.isEmpty();
        }
        Set<CaCertificate> valid = new LinkedHashSet<>(certificates);
        ended.values().stream()
                .filter(certificate -> valid.stream().anyMatch(certificate::isSignedBy))
                .forEach(certificates::add);
        open.putAll(ended);
        open.keySet().removeIf(found -> valid.stream().anyMatch(open.get(found)::isSameCa));
        open.forEach((found, certificate) -> tell(
                found.source(),
                ended.containsKey(found)
                        ? new RefusedMaterialException(
                                CaDefect.Expired,
                                found.who() + ", " + certificate.describe() + ", expired at " + certificate.notAfter())
                        : new RefusedMaterialException(
                                CaDefect.RootNotInBundle,
                                found.who() + ", " + certificate.describe()
                                        + ", stands below no root that this mesh trusts")));
    }

    private void add(Found found, CaCertificate ca) {
        certificates.add(ca);
        found.remote().ifPresent(remote -> byRemote.computeIfAbsent(remote, r -> new LinkedHashSet<>())
                .add(ca));
        if (found.source().place() == Place.CATALOGUE) {
            catalogued.add(ca);
        }
    }

    /** The first certificate of a CA, as far as one is known: another one with its name and key is the same CA. */
    CaCertificate first(CaCertificate ca) {
        return Stream.concat(Stream.of(ca), certificates.stream().filter(ca::isSameCa))
                .min(Comparator.comparing(CaCertificate::notBefore))
                .orElse(ca);
    }

    /** What stands in {@code ca-crl.pem}, as far as it is valid. */
    Stream<Held> inForce() {
        return Stream.concat(lists.stream(), orphans.stream()).filter(held -> held.place() == Place.IN_FORCE);
    }

    /** What stands in {@code ca-crl.pem} and has ended. */
    Stream<Held> ended(Instant now) {
        return outdated.stream()
                .filter(held -> held.place() == Place.IN_FORCE)
                .filter(held -> !now.isBefore(held.list().nextUpdate()));
    }

    /**
     * Given lists that are older than one in force; to take them back would free what is revoked.
     *
     * @param apart CAs whose lists are made here, from what is given
     */
    List<String> older(Set<CaCertificate> apart) {
        return lists.stream()
                .filter(held -> held.place() == Place.CONFIG_MAP)
                .filter(held -> apart.stream().noneMatch(held.list()::isSignedBy))
                .filter(held -> lists.stream()
                        .anyMatch(other -> other.place() == Place.IN_FORCE
                                && other.list().subject().equals(held.list().subject())
                                && other.list().number().compareTo(held.list().number()) > 0))
                .map(held -> CaDefect.OlderCrl + ": " + held.who() + " has number "
                        + held.list().number() + ", and a newer list of "
                        + held.list().subject() + " is in force")
                .toList();
    }

    /** The lists of a CA that stand in these places, the newest first. */
    Stream<Held> of(CaCertificate ca, Place... places) {
        return among(lists, ca, places).sorted((one, other) -> RevocationList.byAge(other.list(), one.list()));
    }

    /** The highest number that a list of a CA ever had in these places, valid or not. */
    BigInteger highestNumber(CaCertificate ca, Place... places) {
        return Stream.concat(among(lists, ca, places), among(outdated, ca, places))
                .map(held -> held.list().number())
                .max(BigInteger::compareTo)
                .orElse(BigInteger.ZERO);
    }

    private static Stream<Held> among(List<Held> lists, CaCertificate ca, Place... places) {
        List<Place> among = List.of(places);
        return lists.stream().filter(held -> among.contains(held.place())).filter(held -> held.list()
                .isSignedBy(ca));
    }
}
