package io.meshfed.trust.crl;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.crl.CrlEntry.Place;
import io.meshfed.trust.world.CrlMaterial;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.RevocationList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with revocation lists and CA certificates, such as one key of the ConfigMap.
 *
 * @param name what it is, for a message
 * @param remote the RemoteMesh whose lists these are; empty for {@code cacerts}, where a line before each list names it
 * @param text PEM
 */
record CrlSource(Place place, String name, Optional<String> remote, String text) {
    /** Of one mesh or one key: each certificate costs signature checks, and no mesh may use up what others need. */
    private static final int MAX_CERTIFICATES_OF_ONE = 16;

    private static final int MAX_LISTS_OF_ONE = 32;

    /** As much as a Secret can hold: lists in use are always read. */
    private static final int MAX_BYTES_IN_USE = 1024 * 1024;

    private static final String HEADING = "# RemoteMesh ";
    private static final Pattern HEADED = Pattern.compile("(?m)^" + HEADING + "(\\S{1,253})$");

    /**
     * A block of a source, not yet parsed.
     *
     * @param label where exactly it was found, for a message
     * @param remote the RemoteMesh that it belongs to
     */
    record Found(CrlSource source, String label, Optional<String> remote, byte[] der) {}

    /**
     * What a source holds.
     *
     * @param refused blocks that are neither, and why the rest is not read
     * @param overfull the source holds more than is read
     */
    record Contents(List<Found> certificates, List<Found> lists, List<String> refused, boolean overfull) {
        Contents {
            certificates = List.copyOf(certificates);
            lists = List.copyOf(lists);
            refused = List.copyOf(refused);
        }
    }

    /** A list below a line that names its RemoteMesh; readers of PEM skip such lines. */
    static String headed(String remote, String pem) {
        return HEADING + remote + "\n" + pem;
    }

    /** All sources of a mesh, in a fixed order. */
    static List<CrlSource> all(VerifiedTrust trust) {
        CrlMaterial material = trust.world().revocation();
        String map = "ConfigMap "
                + Optional.ofNullable(trust.spec().crl())
                        .flatMap(crl -> Optional.ofNullable(crl.configMapName()))
                        .orElse("")
                + ", key ";
        List<CrlSource> sources = new ArrayList<>();
        sources.add(ofCacerts(trust, Place.OWN, Cacerts.OWN_CRL));
        sources.add(ofCacerts(trust, Place.IN_USE, Cacerts.CA_CRL));
        new TreeMap<>(material.configMap())
                .forEach((key, text) -> sources.add(
                        new CrlSource(Place.CONFIG_MAP, map + key, Optional.of(key.split("\\.", 2)[0]), text)));
        new TreeMap<>(trust.spec().crl() == null ? Map.<String, String>of() : material.catalogues())
                .forEach((remote, text) -> sources.add(new CrlSource(
                        Place.CATALOGUE, "RemoteMesh " + remote + ", its catalogue", Optional.of(remote), text)));
        return List.copyOf(sources);
    }

    private static CrlSource ofCacerts(VerifiedTrust trust, Place place, String key) {
        byte[] text = trust.cacertsData().getOrDefault(key, new byte[0]);
        return new CrlSource(place, "Secret cacerts, " + key, Optional.empty(), Pem.text(text));
    }

    /** Whether others may have written it; the operator verified what is in {@code cacerts} when it wrote it. */
    boolean isGiven() {
        return place == Place.CONFIG_MAP || place == Place.CATALOGUE;
    }

    /** Splits the text into its blocks, up to the limits. */
    Contents read() {
        int most = isGiven() ? Pem.MAX_BUNDLE_BYTES : MAX_BYTES_IN_USE;
        if (text.length() > most) {
            return new Contents(
                    List.of(), List.of(), List.of(moreThan("the " + most + " bytes that are read", "")), true);
        }
        List<Found> certificates = new ArrayList<>();
        List<Found> lists = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        AtomicInteger unreadable = new AtomicInteger();
        boolean overfull = false;
        int number = 0;
        int before = 0;
        for (Pem.Block block : Pem.blocksAnywhere(text, unreadable::incrementAndGet)) {
            number++;
            String label = name + ", block " + number;
            Optional<String> from = place == Place.IN_USE ? heading(before, block.start()) : remote;
            before = block.end();
            if (block.isPrivateKey()) {
                refused.add(CaDefect.PrivateKeyInCertificate + ": " + label
                        + " is a private key, which everyone who can read this now has: replace the key, and store lists"
                        + " and certificates only");
            } else if (block.type().equals(Pem.CERTIFICATE)) {
                overfull = isFull(certificates, MAX_CERTIFICATES_OF_ONE, "certificates", refused);
                if (overfull) {
                    break;
                }
                certificates.add(new Found(this, label, from, block.der()));
            } else if (block.type().equals(RevocationList.PEM_TYPE)) {
                overfull = isFull(lists, MAX_LISTS_OF_ONE, "lists", refused);
                if (overfull) {
                    break;
                }
                lists.add(new Found(this, label, from, block.der()));
            } else {
                refused.add(CaDefect.UnexpectedPemBlock + ": " + label + " is neither X509 CRL nor CERTIFICATE");
            }
        }
        if (unreadable.get() > 0 && place != Place.IN_USE) {
            refused.add(CaDefect.MalformedPem + ": " + name + " holds a block that is broken PEM");
        }
        return new Contents(certificates, lists, refused, overfull);
    }

    private boolean isFull(List<Found> found, int most, String what, List<String> refused) {
        boolean full = isGiven() && found.size() == most;
        if (full) {
            refused.add(moreThan(most + " " + what, "; the rest is not read"));
        }
        return full;
    }

    private String moreThan(String most, String consequence) {
        return CaDefect.TooLarge + ": " + name + " has more than " + most + consequence;
    }

    private Optional<String> heading(int from, int to) {
        Matcher heading = HEADED.matcher(text).region(from, to);
        return heading.find() ? Optional.of(heading.group(1)) : Optional.empty();
    }
}
