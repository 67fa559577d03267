package io.meshfed.trust;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Every CA and every revocation list that is known from anywhere, each verified by itself: what is refused is told and
 * stands in nobody's way.
 *
 * @param byRemote the CAs below a root that may have signed workloads of other meshes, by name of the RemoteMesh
 * @param catalogued those of them that a catalogue speaks of
 * @param lists those that are signed by a known CA, in force or not
 * @param orphans those of {@code ca-crl.pem} whose CA is not known now
 * @param refused what was left out and why, for a message
 */
record KnownLists(
        Map<String, Set<CaCertificate>> byRemote,
        Set<CaCertificate> catalogued,
        List<Held> lists,
        List<Held> orphans,
        List<String> refused) {
    /** Where none are wanted nothing is read. */
    static final KnownLists NONE = new KnownLists(Map.of(), Set.of(), List.of(), List.of(), List.of());

    /** As many lists as the status tells of. */
    static final int MAX_LISTS = 128;

    /** Of one mesh or one key of the ConfigMap; each costs signatures to verify, and no mesh is to take another's place. */
    private static final int MAX_CERTIFICATES_OF_ONE = 16;

    private static final int MAX_LISTS_OF_ONE = 32;

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
     */
    record Held(Place place, String who, RevocationList list) {}

    private record Source(Place place, String name, Optional<String> remote, String text) {}

    private record Found(Source source, String who, byte[] der) {}

    static KnownLists of(Picture picture) {
        List<String> refused = new ArrayList<>();
        List<Found> certificates = new ArrayList<>();
        List<Found> lists = new ArrayList<>();
        sources(picture).forEach(source -> sort(source, certificates, lists, refused));
        Map<String, Set<CaCertificate>> byRemote = new TreeMap<>();
        Set<CaCertificate> known = new LinkedHashSet<>(picture.knownCas());
        Map<Found, CaCertificate> below = below(known, certificates, picture, refused);
        Set<CaCertificate> catalogued = new LinkedHashSet<>();
        below.forEach((found, ca) -> {
            Source source = found.source();
            source.remote().ifPresent(remote -> byRemote.computeIfAbsent(remote, r -> new LinkedHashSet<>())
                    .add(ca));
            if (source.place() == Place.CATALOGUE) {
                catalogued.add(ca);
            }
        });
        known.addAll(below.values());
        List<Held> held = new ArrayList<>();
        List<Held> orphans = new ArrayList<>();
        for (Found found : lists) {
            try {
                RevocationList list = RevocationList.ofDer(found.who(), found.der());
                list.inDate(found.who(), picture.now());
                Held one = new Held(found.source().place(), found.who(), list);
                (signed(list, known, one) ? held : orphans).add(one);
            } catch (Refused e) {
                tell(found.source(), e, refused);
            }
        }
        return new KnownLists(byRemote, catalogued, held, orphans, List.copyOf(refused));
    }

    /** What stands in cacerts was verified when it came; a list that ended or whose CA left is no news. */
    private static void tell(Source source, Refused why, List<String> refused) {
        if (source.place() == Place.CONFIG_MAP || source.place() == Place.CATALOGUE) {
            refused.add(why.flaw() + ": " + why.getMessage());
        }
    }

    private static boolean signed(RevocationList list, Collection<CaCertificate> known, Held held) throws Refused {
        Optional<CaCertificate> ca = known.stream().filter(list::isSignedBy).findFirst();
        if (ca.isPresent() && !CaProfile.signsLists(ca.get())) {
            throw new Refused(
                    Flaw.NoCrlSign,
                    held.who() + " is of " + ca.get().describe() + ", whose key usage lacks cRLSign: clients refuse its"
                            + " lists");
        }
        if (ca.isEmpty() && held.place() != Place.IN_FORCE) {
            throw new Refused(
                    Flaw.CrlOfUnknownCa,
                    held.who() + " is signed by no CA that this mesh trusts or knows of; put the certificate of its CA"
                            + " beside it");
        }
        return ca.isPresent();
    }

    private static Stream<Source> sources(Picture picture) {
        RevocationMaterial material = picture.world().revocation();
        String map = "ConfigMap "
                + Optional.ofNullable(picture.spec().crl())
                        .flatMap(crl -> Optional.ofNullable(crl.configMapName()))
                        .orElse("")
                + ", key ";
        return Stream.of(
                        Stream.of(
                                own(picture, Place.OWN, Revocation.OWN_CRL),
                                own(picture, Place.IN_FORCE, Revocation.CA_CRL)),
                        new TreeMap<>(material.configMap())
                                .entrySet().stream()
                                        .map(e -> new Source(
                                                Place.CONFIG_MAP,
                                                map + e.getKey(),
                                                Optional.of(e.getKey().split("\\.", 2)[0]),
                                                e.getValue())),
                        new TreeMap<>(picture.spec().crl() == null ? Map.of() : material.catalogues())
                                .entrySet().stream()
                                        .map(e -> new Source(
                                                Place.CATALOGUE,
                                                "RemoteMesh " + e.getKey() + ", its catalogue",
                                                Optional.of(e.getKey()),
                                                e.getValue())))
                .flatMap(s -> s);
    }

    private static Source own(Picture picture, Place place, String key) {
        byte[] text = picture.cacertsData().getOrDefault(key, new byte[0]);
        return new Source(place, "Secret cacerts, " + key, Optional.empty(), Pem.text(text));
    }

    private static void sort(Source source, List<Found> certificates, List<Found> lists, List<String> refused) {
        if (source.text().length() > Pem.MAX_BUNDLE_BYTES) {
            refused.add(Flaw.TooLarge + ": " + source.name() + " has more than the " + Pem.MAX_BUNDLE_BYTES
                    + " bytes that are read");
            return;
        }
        AtomicInteger unreadable = new AtomicInteger();
        boolean own = source.place() == Place.OWN || source.place() == Place.IN_FORCE;
        int certificatesLeft = own ? MAX_LISTS : MAX_CERTIFICATES_OF_ONE;
        int listsLeft = own ? MAX_LISTS : MAX_LISTS_OF_ONE;
        int number = 0;
        for (Pem.Block block : Pem.blocksAnywhere(source.text(), unreadable::incrementAndGet)) {
            number++;
            String who = source.name() + ", block " + number;
            if (block.isPrivateKey()) {
                refused.add(
                        Flaw.PrivateKeyInCertificate + ": " + who + " is a private key; whoever can read this has it:"
                                + " replace the key, and keep lists and certificates only");
            } else if (block.type().equals(Pem.CERTIFICATE)) {
                if (certificatesLeft-- == 0) {
                    refused.add(tooMany(source, MAX_CERTIFICATES_OF_ONE + " certificates"));
                    break;
                }
                certificates.add(new Found(source, who, block.der()));
            } else if (block.type().equals(RevocationList.PEM_TYPE)) {
                if (listsLeft-- == 0) {
                    refused.add(tooMany(source, MAX_LISTS_OF_ONE + " lists"));
                    break;
                }
                lists.add(new Found(source, who, block.der()));
            } else {
                refused.add(Flaw.UnexpectedPemBlock + ": " + who + " is neither X509 CRL nor CERTIFICATE");
            }
        }
        if (unreadable.get() > 0 && source.place() != Place.IN_FORCE) {
            refused.add(Flaw.MalformedPem + ": " + source.name() + " holds a block that is broken PEM");
        }
    }

    private static String tooMany(Source source, String most) {
        return Flaw.TooLarge + ": " + source.name() + " has more than " + most + "; the rest is not read";
    }

    /** The CAs below those that are known; a root of which nobody spoke in a spec is none of them. */
    private static Map<Found, CaCertificate> below(
            Set<CaCertificate> anchors, List<Found> given, Picture picture, List<String> refused) {
        Map<Found, CaCertificate> below = new LinkedHashMap<>();
        Map<Found, CaCertificate> open = new LinkedHashMap<>();
        for (Found found : given) {
            try {
                CaCertificate certificate = CaCertificate.ofDer(found.who(), found.der());
                CaProfile.check(found.who(), certificate);
                CaProfile.inDate(found.who(), certificate, picture.now());
                if (anchors.contains(certificate) || !certificate.isSelfSigned()) {
                    open.put(found, certificate);
                }
            } catch (Refused e) {
                tell(found.source(), e, refused);
            }
        }
        boolean more = true;
        while (more) {
            Map<Found, CaCertificate> next = new LinkedHashMap<>();
            open.forEach((found, certificate) -> {
                if (Stream.concat(anchors.stream(), below.values().stream()).anyMatch(certificate::isSignedBy)) {
                    next.put(found, certificate);
                }
            });
            below.putAll(next);
            open.keySet().removeAll(next.keySet());
            more = !next.isEmpty();
        }
        open.forEach((found, certificate) -> tell(
                found.source(),
                new Refused(
                        Flaw.RootNotInBundle,
                        found.who() + ", " + certificate.describe() + ", stands below no root that this mesh trusts"),
                refused));
        return below;
    }

    /** What stands in {@code ca-crl.pem}, as far as it is valid. */
    Stream<RevocationList> inForce() {
        return Stream.concat(
                lists.stream().filter(held -> held.place() == Place.IN_FORCE).map(Held::list),
                orphans.stream().map(Held::list));
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
                .map(held -> Flaw.OlderCrl + ": " + held.who() + " has number "
                        + held.list().number() + ", and a newer list of "
                        + held.list().subject() + " is in force")
                .toList();
    }

    /** The lists of a CA that stand in these places, the newest first. */
    Stream<Held> of(CaCertificate ca, Place... places) {
        List<Place> among = List.of(places);
        return lists.stream()
                .filter(held -> among.contains(held.place()))
                .filter(held -> held.list().isSignedBy(ca))
                .sorted((one, other) -> RevocationList.byAge(other.list(), one.list()));
    }
}
