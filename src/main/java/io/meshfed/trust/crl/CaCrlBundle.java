package io.meshfed.trust.crl;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.Issuance;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.crl.CrlEntry.Place;
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
 * Composes the lists of one {@code cacerts}: those that this mesh signs, and the newest of each other CA. Reports which are
 * missing. A plan is made once; the object is not used again.
 */
final class CaCrlBundle {
    private final VerifiedTrust trust;
    private final CrlInventory inventory;
    private final boolean checking;
    private final Cacerts next;
    private final OwnCrls own;
    private final CrlMessages messages;
    private final Set<String> remotes;
    private final CrlQuota quota;
    private final Map<CaCertificate, RevocationList> lists = new LinkedHashMap<>();
    private final Set<CaCertificate> exceeding = new LinkedHashSet<>();
    private final Set<String> refused;

    /**
     * @param checking proxies check revocation now
     * @param next the {@code cacerts} that is written or stays
     */
    CaCrlBundle(
            VerifiedTrust trust, Trust.Crl spec, CrlInventory inventory, boolean checking, Cacerts next, OwnCrls own) {
        this.trust = trust;
        this.inventory = inventory;
        this.checking = checking;
        this.next = next;
        this.own = own;
        this.messages = new CrlMessages(spec);
        this.remotes = trust.world().remotes().stream()
                .map(RemoteRoots::remote)
                .collect(Collectors.toCollection(TreeSet::new));
        // Lists of former CAs, or of CAs that are not known now, stay: a workload may have a certificate of them.
        this.quota = new CrlQuota(remotes, checking ? inventory.inUse().toList() : List.of());
        this.refused = new LinkedHashSet<>(inventory.refused());
    }

    CrlPlan plan() {
        refused.addAll(own.refused());
        refused.addAll(inventory.older(own.signed().keySet()));
        if (!KeyAlgorithms.matches(next.signing(), trust.spec().intermediate().keyAlgorithm())) {
            refused.add(
                    "spec.trust.intermediate.keyAlgorithm differs from the key in use, which the operator keeps while"
                            + " revocation is checked: no other mesh would have a list of a CA with a new key");
        }
        Set<CaCertificate> here = new LinkedHashSet<>(next.path());
        here.addAll(next.roots());
        own.signed().forEach((ca, list) -> {
            quota.take(ca, list);
            lists.put(ca, list);
        });
        Stream.concat(here.stream(), issuerPath()).forEach(ca -> choose(ca, false));
        remotes.forEach(remote -> casOf(remote).forEach(ca -> choose(ca, !checking)));
        squeeze();

        Map<String, byte[]> keys = new HashMap<>();
        keys.put(Cacerts.OWN_CRL, Pem.bytes(published()));
        List<String> missingHere = new ArrayList<>();
        List<String> missingElsewhere = new ArrayList<>();
        here.forEach(ca -> missing(ca).ifPresent(isOthersFault(ca) ? missingElsewhere::add : missingHere::add));
        remotes.forEach(remote -> missingOf(remote).ifPresent(missingElsewhere::add));
        missingElsewhere.addAll(rootsWithoutList());
        if (quota.bytesHere() > CrlQuota.MAX_BYTES_HERE) {
            keys.remove(Cacerts.OWN_CRL);
        }
        missingHere.addAll(obstacles());
        Optional<Instant> begin = begin();
        boolean write = missingHere.isEmpty() && (checking || (missingElsewhere.isEmpty() && begin.isEmpty()));
        if (write) {
            keys.put(Cacerts.CA_CRL, Pem.bytes(quota.text()));
        }
        List<String> missing = new ArrayList<>(missingHere);
        missing.addAll(missingElsewhere);
        return new CrlPlan(
                keys,
                missing.isEmpty() ? pending(write) : CrlMessages.withConsequence(missing, write),
                List.copyOf(refused),
                needed(),
                begin,
                Stream.concat(begin.stream(), wakeAt().stream()).min(Instant::compareTo));
    }

    /** What keeps this mesh from checking revocation, whatever lists there are. */
    private List<String> obstacles() {
        List<String> obstacles = new ArrayList<>();
        if (quota.bytesHere() > CrlQuota.MAX_BYTES_HERE) {
            obstacles.add("the revocation lists of this mesh have " + quota.bytesHere() + " bytes, more than the "
                    + CrlQuota.MAX_BYTES_HERE
                    + " that the operator writes for this mesh: revoke fewer certificates, or use another issuer");
        }
        if (next.form() == Cacerts.Form.TLS) {
            obstacles.add("istiod reads no revocation lists from a cacerts with tls.crt; store cacerts as ca-cert.pem,"
                    + " ca-key.pem, cert-chain.pem, root-cert.pem");
        }
        if (next.path().size() == 1) {
            obstacles.add(
                    "cacerts has no intermediate yet, so istiod signs workloads with the root; proxies check revocation"
                            + " once the operator has issued an intermediate");
        }
        return obstacles;
    }

    /** Requested roots that are not added, because proxies would refuse every certificate below a root without a list. */
    private List<String> rootsWithoutList() {
        return trust.peers().wanted().stream()
                .filter(root -> checking
                        && !next.roots().contains(root)
                        && !own.signed().containsKey(root)
                        && candidates(root).findAny().isEmpty())
                .map(root -> messages.noList(root) + ", so the root is not added")
                .toList();
    }

    /** Takes the newest list of a CA for which there is room. */
    private void choose(CaCertificate ca, boolean lasting) {
        if (own.signed().containsKey(ca)) {
            return;
        }
        List<CrlEntry> given = candidates(ca)
                .filter(entry -> !lasting || trust.now().isBefore(entry.list().neededUntil()))
                .toList();
        for (CrlEntry entry : given) {
            Optional<String> owner = entry.remote().filter(r -> entry.place() == Place.IN_USE || remotes.contains(r));
            if (quota.take(ca, entry.list(), owner)) {
                lists.put(ca, entry.list());
                return;
            }
            exceeding.add(ca);
            refused.add(messages.noRoom(entry, ca, owner, quota.quota()));
        }
    }

    private void squeeze() {
        for (RevocationList dropped : quota.squeeze()) {
            lists.forEach((ca, list) -> {
                if (list.equals(dropped)) {
                    exceeding.add(ca);
                }
            });
            lists.values().removeIf(dropped::equals);
            refused.add(CaDefect.TooLarge + ": list " + dropped.number() + " of " + dropped.subject()
                    + " was removed from ca-crl.pem, of which each RemoteMesh may fill " + quota.quota());
        }
    }

    /** Whether a list is missing because its own mesh publishes too much; that must not stop this mesh. */
    private boolean isOthersFault(CaCertificate ca) {
        return !next.path().contains(ca)
                && (exceeding.contains(ca)
                        || inventory.overfull().stream().anyMatch(remote -> trust.peers().of(remote).stream()
                                .anyMatch(peer -> peer.valid().contains(ca))));
    }

    /**
     * When no workload has a certificate of an earlier CA any more, of which there may be no list; empty: now, or proxies
     * check already. Without istiod there is no workload yet.
     */
    private Optional<Instant> begin() {
        if (checking) {
            return Optional.empty();
        }
        Stream<CaCertificate> signing =
                trust.istiod() instanceof IstiodRoots.NotSeen ? Stream.empty() : Stream.of(next.signing());
        Duration delay =
                PropagationDelay.of(trust.spec().rotation(), trust.world().istiod());
        return Stream.concat(signing, inventory.catalogued().stream())
                .map(ca ->
                        inventory.oldest(ca).notBefore().plus(Issuance.BACKDATE).plus(delay))
                .max(Instant::compareTo)
                .filter(moment -> moment.isAfter(trust.now()));
    }

    /** The first write of {@code ca-crl.pem} is reported until the operator sees the result. */
    private List<String> pending(boolean write) {
        return write && !checking
                ? List.of("every CA has a revocation list, and the operator is writing ca-crl.pem")
                : List.of();
    }

    private Stream<CaCertificate> issuerPath() {
        return trust.signer().map(Issuer::path).orElse(List.of()).stream();
    }

    private Stream<CrlEntry> candidates(CaCertificate ca) {
        // Another mesh under the same root publishes its own list of that root, which may lack what is revoked here.
        boolean ofThisMesh = next.path().contains(ca) || issuerPath().anyMatch(ca::equals);
        Place[] from = ofThisMesh ? new Place[] {Place.IN_USE, Place.OWN, Place.CONFIG_MAP} : Place.values();
        return inventory.of(ca, from).filter(this::isHarmless);
    }

    /** A list of another party that revokes a CA of this mesh is not used. */
    private boolean isHarmless(CrlEntry entry) {
        Optional<CaCertificate> revoked = next.path().stream()
                .filter(certificate -> entry.list().revokes(certificate))
                .filter(certificate -> next.path().stream()
                        .anyMatch(
                                ca -> certificate.isSignedBy(ca) && entry.list().isSignedBy(ca)))
                .findFirst();
        revoked.ifPresent(certificate -> refused.add(CaDefect.OwnCaRevoked + ": " + entry.label() + " revokes "
                + certificate.describe()
                + ", which this mesh signs with; the list is not used, because every workload of this mesh would be"
                + " refused. Replace that certificate first"));
        return revoked.isEmpty();
    }

    private Optional<String> missing(CaCertificate ca) {
        Optional<RevocationList> list = Optional.ofNullable(lists.get(ca));
        if (list.isEmpty()) {
            return Optional.of(messages.noList(ca));
        }
        return list.filter(l -> !trust.now().isBefore(l.neededUntil())).map(l -> messages.expiring(ca, l));
    }

    /** The CAs of another mesh. A revoked one needs no list: its certificates are refused either way. */
    private Set<CaCertificate> casOf(String remote) {
        return inventory.byRemote().getOrDefault(remote, Set.of()).stream()
                .filter(ca -> !isRevoked(ca))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Optional<String> missingOf(String remote) {
        Set<CaCertificate> cas = casOf(remote);
        boolean allRevoked = cas.isEmpty() && inventory.byRemote().containsKey(remote);
        cas.stream()
                .filter(ca -> !lists.containsKey(ca))
                .forEach(ca -> refused.add("RemoteMesh " + remote + ": " + messages.noList(ca)
                        + "; proxies refuse the certificates of this CA"));
        return !allRevoked && cas.stream().noneMatch(lists::containsKey) && !isRemembered(remote)
                ? Optional.of(messages.noneOf(remote, checking && isUnread(remote), isIssuedHere(remote)))
                : Optional.empty();
    }

    private boolean isUnread(String remote) {
        return !trust.world().revocation().catalogues().containsKey(remote);
    }

    /** Whether a mesh whose catalogue cannot be read has a list in use that lasts; reports each that does not. */
    private boolean isRemembered(String remote) {
        if (!checking || !isUnread(remote)) {
            return false;
        }
        Stream.concat(inventory.inUse(), inventory.expired(trust.now()))
                .filter(entry -> entry.remote().equals(Optional.of(remote)))
                .map(CrlEntry::list)
                .filter(list -> !trust.now().isBefore(list.neededUntil()))
                .filter(list ->
                        lists.values().stream().noneMatch(l -> l.subject().equals(list.subject())))
                .forEach(list -> refused.add(CrlMessages.expiringUnread(remote, list)));
        return ofUnread()
                .anyMatch(entry -> entry.remote().equals(Optional.of(remote))
                        && trust.now().isBefore(entry.list().neededUntil()));
    }

    /** Lists that stay in use, of meshes whose catalogues cannot be read now. */
    private Stream<CrlEntry> ofUnread() {
        List<RevocationList> kept = quota.kept().toList();
        return inventory
                .inUse()
                .filter(entry -> entry.remote()
                        .filter(remote -> remotes.contains(remote) && isUnread(remote))
                        .isPresent())
                .filter(entry -> kept.contains(entry.list()));
    }

    /** Lists that must have a successor. */
    private Set<RevocationList> needed() {
        return Stream.concat(lists.values().stream(), ofUnread().map(CrlEntry::list))
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
     * {@code own-crl.pem}: the CAs of this mesh and their lists, without the root's certificate unless the root signs
     * workloads. The oldest certificate of each CA shows how long it has existed, so that others need not wait after a
     * renewal.
     */
    private String published() {
        Set<CaCertificate> path =
                Stream.concat(next.path().stream(), issuerPath()).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> text = new LinkedHashSet<>();
        path.stream()
                .filter(ca -> ca.equals(next.signing()) || !ca.isSelfSigned())
                .flatMap(ca -> Stream.of(ca, inventory.oldest(ca)))
                .forEach(ca -> text.add(ca.pem()));
        path.forEach(ca -> Optional.ofNullable(lists.get(ca)).ifPresent(list -> text.add(list.pem())));
        return String.join("", text);
    }

    private Optional<Instant> wakeAt() {
        Stream<Instant> changes = lists.entrySet().stream()
                .flatMap(e -> own.signed().containsKey(e.getKey())
                        ? Stream.of(own.renewAt(e.getValue()))
                        : ends(e.getValue()));
        Stream<Instant> kept = quota.kept().flatMap(CaCrlBundle::ends);
        Stream<Instant> nextIssuer = issuerPath()
                .limit(1)
                .filter(ca -> !next.path().contains(ca))
                .flatMap(ca -> Optional.ofNullable(lists.get(ca)).stream())
                .map(list -> Revocation.everywhereAt(list, trust.spec().rotation()));
        return Stream.of(changes, kept, nextIssuer, inventory.begins().stream())
                .flatMap(moments -> moments)
                .filter(moment -> moment.isAfter(trust.now()))
                .min(Instant::compareTo);
    }

    private static Stream<Instant> ends(RevocationList list) {
        return Stream.of(list.neededUntil(), list.nextUpdate());
    }
}
