package io.meshfed.trust.crl;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.crl.CrlInventory.Place;
import io.meshfed.trust.world.CrlMaterial;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.RevocationList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A text with revocation lists and CA certificates, read as far as it may be.
 *
 * @param name what it is, for a message
 * @param remote the RemoteMesh whose lists these are; of {@code ca-crl.pem} empty, there each list says it
 * @param text PEM
 */
record CrlSource(Place place, String name, Optional<String> remote, String text) {
    /** Of one mesh or one key of the ConfigMap; each costs signatures to verify, and no mesh is to take another's place. */
    private static final int MAX_CERTIFICATES_OF_ONE = 16;

    private static final int MAX_LISTS_OF_ONE = 32;

    /** As much as a Secret can hold: what is in force is read, whoever wrote it. */
    private static final int MAX_BYTES_IN_FORCE = 1024 * 1024;

    private static final String HEADING = "# RemoteMesh ";
    private static final Pattern HEADED = Pattern.compile("(?m)^" + HEADING + "(\\S{1,253})$");

    /**
     * A block of a source.
     *
     * @param who what it is, for a message
     * @param remote the RemoteMesh that it came from
     */
    record Found(CrlSource source, String who, Optional<String> remote, byte[] der) {}

    /** What the sources hold. */
    record Contents(List<Found> certificates, List<Found> lists, List<String> refused, Set<String> overfull) {}

    /** A list with a line that says which RemoteMesh it came from, as readers of PEM skip it. */
    static String headed(String remote, String pem) {
        return HEADING + remote + "\n" + pem;
    }

    static Stream<CrlSource> all(VerifiedTrust trust) {
        CrlMaterial material = trust.world().revocation();
        String map = "ConfigMap "
                + Optional.ofNullable(trust.spec().crl())
                        .flatMap(crl -> Optional.ofNullable(crl.configMapName()))
                        .orElse("")
                + ", key ";
        return Stream.of(
                        Stream.of(
                                own(trust, Place.OWN, Revocation.OWN_CRL),
                                own(trust, Place.IN_FORCE, Revocation.CA_CRL)),
                        new TreeMap<>(material.configMap())
                                .entrySet().stream()
                                        .map(e -> new CrlSource(
                                                Place.CONFIG_MAP,
                                                map + e.getKey(),
                                                Optional.of(e.getKey().split("\\.", 2)[0]),
                                                e.getValue())),
                        new TreeMap<>(trust.spec().crl() == null ? Map.of() : material.catalogues())
                                .entrySet().stream()
                                        .map(e -> new CrlSource(
                                                Place.CATALOGUE,
                                                "RemoteMesh " + e.getKey() + ", its catalogue",
                                                Optional.of(e.getKey()),
                                                e.getValue())))
                .flatMap(s -> s);
    }

    private static CrlSource own(VerifiedTrust trust, Place place, String key) {
        byte[] text = trust.cacertsData().getOrDefault(key, new byte[0]);
        return new CrlSource(place, "Secret cacerts, " + key, Optional.empty(), Pem.text(text));
    }

    /** Whether others may have written it: what stands in cacerts was verified when it came. */
    boolean isGiven() {
        return place == Place.CONFIG_MAP || place == Place.CATALOGUE;
    }

    void read(Contents into) {
        int most = isGiven() ? Pem.MAX_BUNDLE_BYTES : MAX_BYTES_IN_FORCE;
        if (text.length() > most) {
            overfull(into, "the " + most + " bytes that are read", "");
            return;
        }
        AtomicInteger unreadable = new AtomicInteger();
        int certificatesLeft = isGiven() ? MAX_CERTIFICATES_OF_ONE : Integer.MAX_VALUE;
        int listsLeft = isGiven() ? MAX_LISTS_OF_ONE : Integer.MAX_VALUE;
        int number = 0;
        int before = 0;
        for (Pem.Block block : Pem.blocksAnywhere(text, unreadable::incrementAndGet)) {
            number++;
            String who = name + ", block " + number;
            Optional<String> from = place == Place.IN_FORCE ? heading(before, block.start()) : remote;
            before = block.end();
            if (block.isPrivateKey()) {
                into.refused()
                        .add(CaDefect.PrivateKeyInCertificate + ": " + who
                                + " is a private key; whoever can read this has it:"
                                + " replace the key, and keep lists and certificates only");
            } else if (block.type().equals(Pem.CERTIFICATE)) {
                if (certificatesLeft-- == 0) {
                    overfull(into, MAX_CERTIFICATES_OF_ONE + " certificates", "; the rest is not read");
                    break;
                }
                into.certificates().add(new Found(this, who, from, block.der()));
            } else if (block.type().equals(RevocationList.PEM_TYPE)) {
                if (listsLeft-- == 0) {
                    overfull(into, MAX_LISTS_OF_ONE + " lists", "; the rest is not read");
                    break;
                }
                into.lists().add(new Found(this, who, from, block.der()));
            } else {
                into.refused().add(CaDefect.UnexpectedPemBlock + ": " + who + " is neither X509 CRL nor CERTIFICATE");
            }
        }
        if (unreadable.get() > 0 && place != Place.IN_FORCE) {
            into.refused().add(CaDefect.MalformedPem + ": " + name + " holds a block that is broken PEM");
        }
    }

    private Optional<String> heading(int from, int to) {
        Matcher heading = HEADED.matcher(text).region(from, to);
        return heading.find() ? Optional.of(heading.group(1)) : Optional.empty();
    }

    private void overfull(Contents into, String most, String consequence) {
        into.refused().add(CaDefect.TooLarge + ": " + name + " has more than " + most + consequence);
        remote.ifPresent(into.overfull()::add);
    }
}
