package io.meshfed.trust;

import io.meshfed.api.Trust;
import io.meshfed.trust.KnownLists.Held;
import io.meshfed.trust.KnownLists.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts the lists for one {@code cacerts} together: those of the CAs whose keys are here, the newest of the others; and says
 * which are lacking.
 */
final class ListComposition {
    private final Picture picture;
    private final Trust.Crl spec;
    private final KnownLists known;
    private final boolean inForce;
    private final Cacerts next;
    private final OwnLists own;
    private final Set<String> refused;

    ListComposition(Picture picture, Trust.Crl spec, KnownLists known, boolean inForce, Cacerts next, OwnLists own) {
        this.picture = picture;
        this.spec = spec;
        this.known = known;
        this.inForce = inForce;
        this.next = next;
        this.own = own;
        this.refused = new LinkedHashSet<>(known.refused());
    }

    Revocation.Judgement judgement() {
        refused.addAll(own.refused());
        refused.addAll(known.older(own.signed().keySet()));
        if (!KeyAlgorithms.matches(next.signing(), picture.spec().intermediate().keyAlgorithm())) {
            refused.add("spec.trust.intermediate.keyAlgorithm is another than that of the key in use, which stays while"
                    + " revocation is checked: nobody has a list of a CA with a new key");
        }
        Set<CaCertificate> here = new LinkedHashSet<>(next.path());
        here.addAll(next.roots());
        Map<CaCertificate, RevocationList> lists = new LinkedHashMap<>();
        Stream.concat(here.stream(), issuerPath()).forEach(ca -> listOf(ca).ifPresent(list -> lists.put(ca, list)));

        List<String> lackingHere = new ArrayList<>();
        here.forEach(ca -> lacking(ca, lists).ifPresent(lackingHere::add));
        List<String> lackingOfOthers = new ArrayList<>();
        picture.world().remotes().stream()
                .map(RemoteRoots::remote)
                .sorted()
                .forEach(remote -> others(remote, lists, lackingOfOthers));
        picture.peers().wanted().stream()
                .filter(root ->
                        inForce && !next.roots().contains(root) && listOf(root).isEmpty())
                .forEach(root -> lackingOfOthers.add(noList(root) + ", so the root is not added"));

        Map<String, byte[]> keys = new HashMap<>();
        keys.put(Revocation.OWN_CRL, Pem.bytes(shown(lists)));
        Set<String> all =
                lists.values().stream().map(RevocationList::pem).collect(Collectors.toCollection(LinkedHashSet::new));
        if (inForce) {
            // Of CAs before the present ones, or of such as nobody can tell of now: a workload may have their
            // certificates.
            known.inForce()
                    .filter(list -> lists.keySet().stream().noneMatch(list::isSignedBy))
                    .forEach(list -> all.add(list.pem()));
        }
        String text = String.join("", all);
        if (text.length() > Pem.MAX_BUNDLE_BYTES || all.size() > KnownLists.MAX_LISTS) {
            lackingHere.add("the revocation lists have " + text.length() + " bytes in all, more than the "
                    + Pem.MAX_BUNDLE_BYTES + " that every namespace can be given");
        }
        if (next.form() == Cacerts.Form.TLS) {
            lackingHere.add("istiod reads no revocation lists beside tls.crt; store cacerts as ca-cert.pem, ca-key.pem,"
                    + " cert-chain.pem, root-cert.pem");
        }
        if (next.path().size() == 1) {
            lackingHere.add(
                    "this mesh's root signs its workloads itself, so there will be another CA; lists come with an"
                            + " intermediate");
        }
        Optional<Instant> begin = begin();
        boolean write = lackingHere.isEmpty() && (inForce || (lackingOfOthers.isEmpty() && begin.isEmpty()));
        if (write) {
            keys.put(Revocation.CA_CRL, Pem.bytes(text));
        }
        List<String> lacking = new ArrayList<>(lackingHere);
        lacking.addAll(lackingOfOthers);
        return new Revocation.Judgement(
                keys,
                lacking.isEmpty() ? pending(write) : told(lacking, write),
                List.copyOf(refused),
                begin,
                Stream.concat(begin.stream(), wakeAt(lists).stream()).min(Instant::compareTo));
    }

    /**
     * When no workload has a certificate of a CA before those that sign now, of which there may be no list; empty: that is
     * so, or lists are in force and go with the CAs. Without an istiod there is no workload yet.
     */
    private Optional<Instant> begin() {
        if (inForce) {
            return Optional.empty();
        }
        Stream<CaCertificate> own =
                picture.istiod() instanceof IstiodRoots.NotSeen ? Stream.empty() : Stream.of(firstOfItsKey());
        Duration dwell = Dwell.of(picture.spec().rotation(), picture.world().istiod());
        return Stream.concat(own, known.catalogued().stream())
                .map(ca -> ca.notBefore().plus(Issuance.BACKDATE).plus(dwell))
                .max(Instant::compareTo)
                .filter(moment -> moment.isAfter(picture.now()));
    }

    /** The present intermediate if the next one has its key: then one list serves both. */
    private CaCertificate firstOfItsKey() {
        return picture.cacerts()
                .sound()
                .map(Cacerts::signing)
                .filter(present -> present.x509()
                        .getPublicKey()
                        .equals(next.signing().x509().getPublicKey()))
                .orElse(next.signing());
    }

    /** What is being written was not seen yet. */
    private List<String> pending(boolean write) {
        return write && !inForce
                ? List.of("there is a revocation list of every CA, and ca-crl.pem is being written")
                : List.of();
    }

    private static List<String> told(List<String> lacking, boolean write) {
        List<String> told = new ArrayList<>(lacking);
        told.add(
                write
                        ? "ca-crl.pem stays in force without"
                        : "so ca-crl.pem is not written and nobody checks revocation; an istiod that had one goes on giving"
                                + " it out until it is restarted, and must be restarted before it ends");
        return told;
    }

    private Stream<CaCertificate> issuerPath() {
        return picture.signer().map(Issuer::path).orElse(List.of()).stream();
    }

    private Optional<RevocationList> listOf(CaCertificate ca) {
        // Another mesh under the same root has a list of its own of it, which may lack what is revoked here.
        boolean ofThisMesh = next.path().contains(ca) || issuerPath().anyMatch(ca::equals);
        Place[] from = ofThisMesh ? new Place[] {Place.IN_FORCE, Place.OWN, Place.CONFIG_MAP} : Place.values();
        return Optional.ofNullable(own.signed().get(ca)).or(() -> known.of(ca, from)
                .filter(this::harmless)
                .map(Held::list)
                .findFirst());
    }

    /** A list of somebody else that would shut out this mesh's own workloads is not taken. */
    private boolean harmless(Held held) {
        Optional<CaCertificate> own = next.path().stream()
                .filter(certificate -> held.list().revokes(certificate))
                .filter(certificate -> next.path().stream()
                        .anyMatch(
                                ca -> certificate.isSignedBy(ca) && held.list().isSignedBy(ca)))
                .findFirst();
        own.ifPresent(certificate -> refused.add(Flaw.OwnCaRevoked + ": " + held.who() + " revokes "
                + certificate.describe()
                + ", with which this mesh signs; it is not taken, for every workload here would"
                + " be shut out. Replace that certificate first"));
        return own.isEmpty();
    }

    private Optional<String> lacking(CaCertificate ca, Map<CaCertificate, RevocationList> lists) {
        Optional<RevocationList> list = Optional.ofNullable(lists.get(ca));
        if (list.isEmpty()) {
            return Optional.of(noList(ca));
        }
        return list.filter(l -> !picture.now().isBefore(l.neededUntil()))
                .map(l -> "the revocation list of " + ca.describe() + " ends at " + l.nextUpdate()
                        + " and there is no newer one" + remedy());
    }

    private String noList(CaCertificate ca) {
        return "there is no valid revocation list of " + ca.describe()
                + (CaProfile.signsLists(ca)
                        ? remedy()
                        : ", whose key usage lacks cRLSign, so it can sign none: replace it by one that has it");
    }

    private String remedy() {
        return Optional.ofNullable(spec.configMapName())
                .map(name -> " (put it into ConfigMap " + name + " in the operator's namespace)")
                .orElse(
                        " (name a ConfigMap in spec.trust.crl.configMapName and put it there, or set spec.trust.crl in the"
                                + " mesh that has its key)");
    }

    /** The CAs of another mesh. One that is revoked needs no list: what it signed is refused either way. */
    private void others(String remote, Map<CaCertificate, RevocationList> lists, List<String> lacking) {
        Set<CaCertificate> cas = known.byRemote().getOrDefault(remote, Set.of()).stream()
                .filter(ca -> !isRevoked(ca, lists))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        boolean allRevoked = cas.isEmpty() && known.byRemote().containsKey(remote);
        Map<CaCertificate, RevocationList> found = new LinkedHashMap<>();
        cas.forEach(ca -> listOf(ca)
                .filter(list -> picture.now().isBefore(list.neededUntil()) || inForce)
                .ifPresent(list -> found.put(ca, list)));
        lists.putAll(found);
        Set<CaCertificate> without = new HashSet<>(cas);
        without.removeAll(found.keySet());
        without.forEach(ca -> refused.add("RemoteMesh " + remote + ": " + noList(ca) + "; what it signs is refused"));
        // Where revocation is checked already, its list stands among those of CAs that nobody can tell of now.
        boolean remembered =
                inForce && !picture.world().revocation().catalogues().containsKey(remote);
        if (found.isEmpty() && !allRevoked && !remembered) {
            lacking.add("RemoteMesh " + remote + ": no CA that signs its workloads is known together with a valid"
                    + " revocation list; "
                    + (isIssuedHere(remote)
                            ? "its cacerts is made here, so its catalogue brings none: take spec.trust.crl away here, or"
                            : "set spec.trust.crl in the MeshFederation there and let its catalogue be read, or")
                    + " put both under the key " + remote + ".pem"
                    + Optional.ofNullable(spec.configMapName())
                            .map(name -> " of ConfigMap " + name)
                            .orElse(" of a ConfigMap that spec.trust.crl.configMapName names"));
        }
    }

    private boolean isIssuedHere(String remote) {
        return picture.world().remotes().stream()
                .anyMatch(r -> r.remote().equals(remote) && r.issued().isPresent());
    }

    private static boolean isRevoked(CaCertificate ca, Map<CaCertificate, RevocationList> lists) {
        return lists.entrySet().stream().anyMatch(e -> e.getValue().revokes(ca) && ca.isSignedBy(e.getKey()));
    }

    /** The CAs of this mesh and their lists; the root's certificate is left out, unless it signs workloads itself. */
    private String shown(Map<CaCertificate, RevocationList> lists) {
        Set<CaCertificate> path =
                Stream.concat(next.path().stream(), issuerPath()).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> text = new LinkedHashSet<>();
        path.stream()
                .filter(ca -> ca.equals(next.signing()) || !ca.isSelfSigned())
                .forEach(ca -> text.add(ca.pem()));
        path.forEach(ca -> Optional.ofNullable(lists.get(ca)).ifPresent(list -> text.add(list.pem())));
        return String.join("", text);
    }

    private Optional<Instant> wakeAt(Map<CaCertificate, RevocationList> lists) {
        Stream<Instant> changes = lists.entrySet().stream()
                .map(e -> own.signed().containsKey(e.getKey())
                        ? own.renewAt(e.getValue())
                        : e.getValue().neededUntil());
        Stream<Instant> nextIssuer = issuerPath()
                .limit(1)
                .filter(ca -> !next.path().contains(ca))
                .flatMap(ca -> Optional.ofNullable(lists.get(ca)).stream())
                .map(list -> Revocation.settledAt(list, picture.spec().rotation()));
        return Stream.concat(changes, nextIssuer)
                .filter(moment -> moment.isAfter(picture.now()))
                .min(Instant::compareTo);
    }
}
