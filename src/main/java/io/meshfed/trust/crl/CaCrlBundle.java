package io.meshfed.trust.crl;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.Issuance;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.crl.CrlInventory.Held;
import io.meshfed.trust.crl.CrlInventory.Place;
import io.meshfed.trust.world.IstiodRoots;
import io.meshfed.trust.world.PropagationDelay;
import io.meshfed.trust.world.RemoteRoots;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.KeyAlgorithms;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.RevocationList;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts the lists for one {@code cacerts} together: those of the CAs whose keys are here, the newest of the others; and says
 * which are lacking.
 */
final class CaCrlBundle {
    private final VerifiedTrust trust;
    private final CrlInventory known;
    private final boolean inForce;
    private final Cacerts next;
    private final OwnCrls own;
    private final CrlMessages say;
    private final Set<String> remotes;
    private final CrlQuota shares;
    private final Map<CaCertificate, RevocationList> lists = new LinkedHashMap<>();
    private final Set<CaCertificate> surplus = new LinkedHashSet<>();
    private final Set<String> refused;

    CaCrlBundle(VerifiedTrust trust, Trust.Crl spec, CrlInventory known, boolean inForce, Cacerts next, OwnCrls own) {
        this.trust = trust;
        this.known = known;
        this.inForce = inForce;
        this.next = next;
        this.own = own;
        this.say = new CrlMessages(spec);
        this.remotes = trust.world().remotes().stream()
                .map(RemoteRoots::remote)
                .collect(Collectors.toCollection(TreeSet::new));
        // Of CAs before the present ones, or of such as nobody can tell of now: a workload may have their certificates.
        this.shares = new CrlQuota(remotes, inForce ? known.inForce().toList() : List.of());
        this.refused = new LinkedHashSet<>(known.refused());
    }

    Revocation.Judgement judgement() {
        refused.addAll(own.refused());
        refused.addAll(known.older(own.signed().keySet()));
        if (!KeyAlgorithms.matches(next.signing(), trust.spec().intermediate().keyAlgorithm())) {
            refused.add("spec.trust.intermediate.keyAlgorithm is another than that of the key in use, which stays while"
                    + " revocation is checked: nobody has a list of a CA with a new key");
        }
        Set<CaCertificate> here = new LinkedHashSet<>(next.path());
        here.addAll(next.roots());
        own.signed().forEach((ca, list) -> {
            shares.take(ca, list);
            lists.put(ca, list);
        });
        Stream.concat(here.stream(), issuerPath()).forEach(ca -> choose(ca, false));
        remotes.forEach(remote -> casOf(remote).forEach(ca -> choose(ca, !inForce)));
        squeeze();

        List<String> lackingHere = new ArrayList<>();
        List<String> lackingOfOthers = new ArrayList<>();
        here.forEach(ca -> lacking(ca).ifPresent(isOthersFault(ca) ? lackingOfOthers::add : lackingHere::add));
        remotes.forEach(remote -> others(remote, lackingOfOthers));
        trust.peers().wanted().stream()
                .filter(root -> inForce
                        && !next.roots().contains(root)
                        && !own.signed().containsKey(root)
                        && candidates(root).findAny().isEmpty())
                .forEach(root -> lackingOfOthers.add(say.noList(root) + ", so the root is not added"));

        Map<String, byte[]> keys = new HashMap<>();
        keys.put(Revocation.OWN_CRL, Pem.bytes(shown()));
        if (shares.bytesHere() > CrlQuota.MAX_BYTES_HERE) {
            keys.remove(Revocation.OWN_CRL);
            lackingHere.add("the revocation lists of this mesh have " + shares.bytesHere() + " bytes, more than the "
                    + CrlQuota.MAX_BYTES_HERE
                    + " that every namespace can be given: revoke fewer certificates, or let"
                    + " another issuer sign");
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
            keys.put(Revocation.CA_CRL, Pem.bytes(shares.text()));
        }
        List<String> lacking = new ArrayList<>(lackingHere);
        lacking.addAll(lackingOfOthers);
        return new Revocation.Judgement(
                keys,
                lacking.isEmpty() ? pending(write) : CrlMessages.told(lacking, write),
                List.copyOf(refused),
                needed(),
                begin,
                Stream.concat(begin.stream(), wakeAt().stream()).min(Instant::compareTo));
    }

    /** The newest list of a CA for which there is room. */
    private void choose(CaCertificate ca, boolean lasting) {
        if (own.signed().containsKey(ca)) {
            return;
        }
        List<Held> given = candidates(ca)
                .filter(held -> !lasting || trust.now().isBefore(held.list().neededUntil()))
                .toList();
        for (Held held : given) {
            Optional<String> owner = held.remote().filter(r -> held.place() == Place.IN_FORCE || remotes.contains(r));
            if (shares.take(ca, held.list(), owner)) {
                lists.put(ca, held.list());
                return;
            }
            surplus.add(ca);
            refused.add(say.noRoom(held, ca, owner, shares.share()));
        }
    }

    private void squeeze() {
        for (RevocationList gone : shares.squeeze()) {
            lists.forEach((ca, list) -> {
                if (list.equals(gone)) {
                    surplus.add(ca);
                }
            });
            lists.values().removeIf(gone::equals);
            refused.add(CaDefect.TooLarge + ": list " + gone.number() + " of " + gone.subject()
                    + " went out of ca-crl.pem, of which each RemoteMesh may fill " + shares.share());
        }
    }

    /** A list that is missing for want of room, or because nobody reads so much: whose it is has done it to itself. */
    private boolean isOthersFault(CaCertificate ca) {
        return !next.path().contains(ca)
                && (surplus.contains(ca)
                        || known.overfull().stream().anyMatch(remote -> trust.peers().of(remote).stream()
                                .anyMatch(peer -> peer.valid().contains(ca))));
    }

    /**
     * When no workload has a certificate of a CA before those that sign now, of which there may be no list; empty: that is
     * so, or lists are in force and go with the CAs. Without an istiod there is no workload yet.
     */
    private Optional<Instant> begin() {
        if (inForce) {
            return Optional.empty();
        }
        Stream<CaCertificate> signing =
                trust.istiod() instanceof IstiodRoots.NotSeen ? Stream.empty() : Stream.of(next.signing());
        Duration dwell =
                PropagationDelay.of(trust.spec().rotation(), trust.world().istiod());
        return Stream.concat(signing, known.catalogued().stream())
                .map(ca -> known.first(ca).notBefore().plus(Issuance.BACKDATE).plus(dwell))
                .max(Instant::compareTo)
                .filter(moment -> moment.isAfter(trust.now()));
    }

    /** What is being written was not seen yet. */
    private List<String> pending(boolean write) {
        return write && !inForce
                ? List.of("there is a revocation list of every CA, and ca-crl.pem is being written")
                : List.of();
    }

    private Stream<CaCertificate> issuerPath() {
        return trust.signer().map(Issuer::path).orElse(List.of()).stream();
    }

    private Stream<Held> candidates(CaCertificate ca) {
        // Another mesh under the same root has a list of its own of it, which may lack what is revoked here.
        boolean ofThisMesh = next.path().contains(ca) || issuerPath().anyMatch(ca::equals);
        Place[] from = ofThisMesh ? new Place[] {Place.IN_FORCE, Place.OWN, Place.CONFIG_MAP} : Place.values();
        return known.of(ca, from).filter(this::harmless);
    }

    /** A list of somebody else that would shut out this mesh's own workloads is not taken. */
    private boolean harmless(Held held) {
        Optional<CaCertificate> own = next.path().stream()
                .filter(certificate -> held.list().revokes(certificate))
                .filter(certificate -> next.path().stream()
                        .anyMatch(
                                ca -> certificate.isSignedBy(ca) && held.list().isSignedBy(ca)))
                .findFirst();
        own.ifPresent(certificate -> refused.add(CaDefect.OwnCaRevoked + ": " + held.who() + " revokes "
                + certificate.describe()
                + ", with which this mesh signs; it is not taken, for every workload here would"
                + " be shut out. Replace that certificate first"));
        return own.isEmpty();
    }

    private Optional<String> lacking(CaCertificate ca) {
        Optional<RevocationList> list = Optional.ofNullable(lists.get(ca));
        if (list.isEmpty()) {
            return Optional.of(say.noList(ca));
        }
        return list.filter(l -> !trust.now().isBefore(l.neededUntil())).map(l -> say.ending(ca, l));
    }

    /** The CAs of another mesh. One that is revoked needs no list: what it signed is refused either way. */
    private Set<CaCertificate> casOf(String remote) {
        return known.byRemote().getOrDefault(remote, Set.of()).stream()
                .filter(ca -> !isRevoked(ca))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private void others(String remote, List<String> lacking) {
        Set<CaCertificate> cas = casOf(remote);
        boolean allRevoked = cas.isEmpty() && known.byRemote().containsKey(remote);
        cas.stream()
                .filter(ca -> !lists.containsKey(ca))
                .forEach(ca ->
                        refused.add("RemoteMesh " + remote + ": " + say.noList(ca) + "; what it signs is refused"));
        if (!allRevoked && cas.stream().noneMatch(lists::containsKey) && !isRemembered(remote)) {
            lacking.add(say.noneOf(remote, inForce && isUnread(remote), isIssuedHere(remote)));
        }
    }

    private boolean isUnread(String remote) {
        return !trust.world().revocation().catalogues().containsKey(remote);
    }

    /** Whether lists of CAs of which nobody can tell now last; each that does not is said. */
    private boolean isRemembered(String remote) {
        if (!inForce || !isUnread(remote)) {
            return false;
        }
        Stream.concat(known.inForce(), known.ended(trust.now()))
                .filter(held -> held.remote().equals(Optional.of(remote)))
                .map(Held::list)
                .filter(list -> !trust.now().isBefore(list.neededUntil()))
                .filter(list ->
                        lists.values().stream().noneMatch(l -> l.subject().equals(list.subject())))
                .forEach(list -> refused.add(CrlMessages.endingUnread(remote, list)));
        return ofUnread()
                .anyMatch(held -> held.remote().equals(Optional.of(remote))
                        && trust.now().isBefore(held.list().neededUntil()));
    }

    /** What stays in force of meshes whose catalogues cannot be read now, roots left out. */
    private Stream<Held> ofUnread() {
        List<RevocationList> left = shares.left().toList();
        return known.inForce()
                .filter(held -> held.remote()
                        .filter(remote -> remotes.contains(remote) && isUnread(remote))
                        .isPresent())
                .filter(held -> left.contains(held.list()));
    }

    /** Lists that must have a successor. */
    private Set<RevocationList> needed() {
        return Stream.concat(lists.values().stream(), ofUnread().map(Held::list))
                .collect(Collectors.toSet());
    }

    private boolean isIssuedHere(String remote) {
        return trust.world().remotes().stream()
                .anyMatch(r -> r.remote().equals(remote) && r.issued().isPresent());
    }

    private boolean isRevoked(CaCertificate ca) {
        return lists.entrySet().stream().anyMatch(e -> e.getValue().revokes(ca) && ca.isSignedBy(e.getKey()));
    }

    /**
     * The CAs of this mesh and their lists; the root's certificate is left out, unless it signs workloads itself. The first
     * certificate of each says since when there is that CA, so that no renewal makes others wait.
     */
    private String shown() {
        Set<CaCertificate> path =
                Stream.concat(next.path().stream(), issuerPath()).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> text = new LinkedHashSet<>();
        path.stream()
                .filter(ca -> ca.equals(next.signing()) || !ca.isSelfSigned())
                .flatMap(ca -> Stream.of(ca, known.first(ca)))
                .forEach(ca -> text.add(ca.pem()));
        path.forEach(ca -> Optional.ofNullable(lists.get(ca)).ifPresent(list -> text.add(list.pem())));
        return String.join("", text);
    }

    private Optional<Instant> wakeAt() {
        Stream<Instant> changes = lists.entrySet().stream()
                .flatMap(e -> own.signed().containsKey(e.getKey())
                        ? Stream.of(own.renewAt(e.getValue()))
                        : ends(e.getValue()));
        Stream<Instant> before = shares.left().flatMap(CaCrlBundle::ends);
        Stream<Instant> nextIssuer = issuerPath()
                .limit(1)
                .filter(ca -> !next.path().contains(ca))
                .flatMap(ca -> Optional.ofNullable(lists.get(ca)).stream())
                .map(list -> Revocation.settledAt(list, trust.spec().rotation()));
        return Stream.of(changes, before, nextIssuer, known.begins().stream())
                .flatMap(moments -> moments)
                .filter(moment -> moment.isAfter(trust.now()))
                .min(Instant::compareTo);
    }

    private static Stream<Instant> ends(RevocationList list) {
        return Stream.of(list.neededUntil(), list.nextUpdate());
    }
}
