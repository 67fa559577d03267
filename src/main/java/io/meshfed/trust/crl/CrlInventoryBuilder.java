package io.meshfed.trust.crl;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.crl.CrlEntry.Place;
import io.meshfed.trust.crl.CrlSource.Contents;
import io.meshfed.trust.crl.CrlSource.Found;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.CaProfile;
import io.meshfed.trust.x509.RefusedMaterialException;
import io.meshfed.trust.x509.RevocationList;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads CA certificates first and then the lists, because a list counts only if a known CA signed it. */
final class CrlInventoryBuilder {
    /** If the clock is set back by no more than this, lists in use stay in use. */
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);

    private final Instant now;
    private final Set<CaCertificate> certificates;
    private final Map<String, Set<CaCertificate>> byRemote = new TreeMap<>();
    private final Set<CaCertificate> catalogued = new LinkedHashSet<>();
    private final List<CrlEntry> lists = new ArrayList<>();
    private final List<CrlEntry> orphans = new ArrayList<>();
    private final List<CrlEntry> outdated = new ArrayList<>();
    private final Set<Instant> begins = new TreeSet<>();
    private final Set<String> overfull = new TreeSet<>();
    private final List<String> refused = new ArrayList<>();

    /** @param known CAs that need no proof: those of this mesh, and the roots that the specs ask to trust */
    CrlInventoryBuilder(Collection<CaCertificate> known, Instant now) {
        this.certificates = new LinkedHashSet<>(known);
        this.now = now;
    }

    CrlInventoryBuilder read(List<CrlSource> sources) {
        List<Found> foundCertificates = new ArrayList<>();
        List<Found> foundLists = new ArrayList<>();
        for (CrlSource source : sources) {
            Contents contents = source.read();
            foundCertificates.addAll(contents.certificates());
            foundLists.addAll(contents.lists());
            refused.addAll(contents.refused());
            source.remote().filter(remote -> contents.overfull()).ifPresent(overfull::add);
        }
        readCertificates(foundCertificates);
        foundLists.forEach(this::readList);
        return this;
    }

    CrlInventory build() {
        return new CrlInventory(
                certificates, byRemote, catalogued, lists, orphans, outdated, begins, overfull, refused);
    }

    /**
     * Accepts intermediate CAs below the known ones, however deep. A root counts only if a spec names it. An expired
     * certificate only shows since when its CA exists.
     */
    private void readCertificates(List<Found> found) {
        Map<Found, CaCertificate> open = new LinkedHashMap<>();
        Map<Found, CaCertificate> expired = new LinkedHashMap<>();
        found.forEach(block -> parse(block, open, expired));
        boolean more = true;
        while (more) {
            Map<Found, CaCertificate> next = new LinkedHashMap<>();
            open.forEach((block, certificate) -> {
                if (certificates.stream().anyMatch(certificate::isSignedBy)) {
                    next.put(block, certificate);
                }
            });
            next.forEach(this::accept);
            open.keySet().removeAll(next.keySet());
            more = !next.isEmpty();
        }
        Set<CaCertificate> valid = new LinkedHashSet<>(certificates);
        expired.values().stream()
                .filter(certificate -> valid.stream().anyMatch(certificate::isSignedBy))
                .forEach(certificates::add);
        open.putAll(expired);
        open.keySet().removeIf(block -> valid.stream().anyMatch(open.get(block)::isSameCa));
        open.forEach((block, certificate) -> refuse(
                block.source(),
                expired.containsKey(block)
                        ? new RefusedMaterialException(
                                CaDefect.Expired,
                                block.label() + ", " + certificate.describe() + ", expired at "
                                        + certificate.notAfter())
                        : new RefusedMaterialException(
                                CaDefect.RootNotInBundle,
                                block.label() + ", " + certificate.describe()
                                        + ", is not below any root that this mesh trusts")));
    }

    private void parse(Found block, Map<Found, CaCertificate> open, Map<Found, CaCertificate> expired) {
        try {
            CaCertificate certificate = CaCertificate.ofDer(block.label(), block.der());
            CaProfile.check(block.label(), certificate);
            if (now.isBefore(certificate.notBefore())) {
                begins.add(certificate.notBefore());
            }
            if (now.isAfter(certificate.notAfter())) {
                expired.put(block, certificate);
                return;
            }
            CaProfile.inDate(block.label(), certificate, now);
            if (certificates.contains(certificate) || !certificate.isSelfSigned()) {
                open.put(block, certificate);
            }
        } catch (RefusedMaterialException e) {
            refuse(block.source(), e);
        }
    }

    private void accept(Found block, CaCertificate ca) {
        certificates.add(ca);
        block.remote().ifPresent(remote -> byRemote.computeIfAbsent(remote, r -> new LinkedHashSet<>())
                .add(ca));
        if (block.source().place() == Place.CATALOGUE) {
            catalogued.add(ca);
        }
    }

    private void readList(Found block) {
        Place place = block.source().place();
        try {
            RevocationList list = RevocationList.ofDer(block.label(), block.der());
            CrlEntry entry = new CrlEntry(place, block.label(), block.remote(), list);
            if (now.isBefore(list.thisUpdate())) {
                begins.add(list.thisUpdate());
            }
            Duration early = block.source().isGiven() ? Duration.ZERO : CLOCK_SKEW;
            if (now.isBefore(list.thisUpdate().minus(early)) || !now.isBefore(list.nextUpdate())) {
                boolean counts = place == Place.IN_USE
                        || (place != Place.CATALOGUE && certificates.stream().anyMatch(list::isSignedBy));
                if (counts) {
                    outdated.add(entry);
                }
                list.inDate(block.label(), now);
            }
            (isOfKnownCa(entry) ? lists : orphans).add(entry);
        } catch (RefusedMaterialException e) {
            refuse(block.source(), e);
        }
    }

    private boolean isOfKnownCa(CrlEntry entry) throws RefusedMaterialException {
        Optional<CaCertificate> ca =
                certificates.stream().filter(entry.list()::isSignedBy).findFirst();
        if (ca.isPresent() && !CaProfile.signsLists(ca.get())) {
            throw new RefusedMaterialException(
                    CaDefect.NoCrlSign,
                    entry.label() + " is signed by " + ca.get().describe()
                            + ", whose key usage lacks cRLSign: clients refuse its lists");
        }
        if (ca.isEmpty() && entry.place() != Place.IN_USE) {
            throw new RefusedMaterialException(
                    CaDefect.CrlOfUnknownCa,
                    entry.label()
                            + " is signed by no CA that this mesh knows; put the certificate of its CA beside it");
        }
        return ca.isPresent();
    }

    /** What is in {@code cacerts} was verified when it was written: an expired list, or a removed CA, is no news. */
    private void refuse(CrlSource source, RefusedMaterialException why) {
        if (source.isGiven()) {
            refused.add(why.defect() + ": " + why.getMessage());
        }
    }
}
