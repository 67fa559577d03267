package io.meshfed.trust.crl;

import io.meshfed.trust.crl.CrlInventory.Held;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.RevocationList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What goes into {@code ca-crl.pem}, and how much of it each mesh may fill: however its lists grow, no mesh takes the place
 * of another's. istiod copies the whole into a ConfigMap, and {@code cacerts} has a bundle of up to
 * {@value Pem#MAX_BUNDLE_BYTES} bytes beside it; neither object may have more than a MiB.
 */
final class CrlQuota {
    /** For the lists that this mesh signs, and those of the ConfigMap that are no RemoteMesh's. */
    static final int MAX_BYTES_HERE = 192 * 1024;
    /** For all RemoteMeshes together. */
    private static final int MAX_BYTES_OTHERS = 256 * 1024;

    private static final int MAX_BYTES_OF_ONE = 32 * 1024;
    private static final int MAX_LISTS_OF_ONE = 16;

    private record Entry(Optional<String> owner, RevocationList list, String text) {
        Entry(Optional<String> owner, RevocationList list) {
            this(
                    owner,
                    list,
                    owner.map(remote -> CrlSource.headed(remote, list.pem())).orElseGet(list::pem));
        }

        boolean isOf(CaCertificate ca) {
            return list.isSignedBy(ca);
        }
    }

    /** Those of known CAs, in their order; then what stays from before. */
    private final List<Entry> taken = new ArrayList<>();

    private final List<Entry> standing;
    private final int share;

    /**
     * @param remotes names of the RemoteMeshes
     * @param inForce what stands in {@code ca-crl.pem} and stays until something newer of its CA is taken
     */
    CrlQuota(Set<String> remotes, List<Held> inForce) {
        this.standing = inForce.stream()
                .map(held -> new Entry(held.remote(), held.list()))
                .collect(Collectors.toCollection(ArrayList::new));
        long owners = Stream.concat(remotes.stream(), inForce.stream().flatMap(held -> held.remote().stream()))
                .distinct()
                .count();
        this.share = (int) Math.min(MAX_BYTES_OF_ONE, MAX_BYTES_OTHERS / Math.max(1, owners));
    }

    /** Takes a list that is made here. */
    void take(CaCertificate ca, RevocationList list) {
        replace(ca, new Entry(Optional.empty(), list));
    }

    /**
     * Takes a list in place of the one of its CA that is in force, unless its mesh has no room left. What is in force
     * stays.
     *
     * @param owner the RemoteMesh that it came from
     * @return whether it was taken
     */
    boolean take(CaCertificate ca, RevocationList list, Optional<String> owner) {
        String pem = list.pem();
        Optional<Entry> same = all().filter(entry -> entry.text().endsWith(pem)).findFirst();
        if (same.isPresent()) {
            replace(ca, same.get());
            return true;
        }
        Entry entry = new Entry(owner, list);
        List<Entry> beside = all().filter(other -> other.owner().equals(owner) && !other.isOf(ca))
                .toList();
        int most = owner.isPresent() ? share : MAX_BYTES_HERE;
        if (bytes(beside) + entry.text().length() > most
                || (owner.isPresent() && beside.size() + 1 > MAX_LISTS_OF_ONE)) {
            return false;
        }
        replace(ca, entry);
        return true;
    }

    private void replace(CaCertificate ca, Entry entry) {
        standing.removeIf(other -> other.isOf(ca));
        taken.removeIf(other -> other.list().equals(entry.list()));
        taken.add(entry);
    }

    /**
     * Makes room where RemoteMeshes came and the shares became smaller: what exceeds one goes, CAs of long ago first.
     *
     * @return what went
     */
    List<RevocationList> squeeze() {
        List<RevocationList> gone = new ArrayList<>();
        while (bytes(all().filter(entry -> entry.owner().isPresent()).toList()) > MAX_BYTES_OTHERS) {
            Entry last = all().filter(entry -> entry.owner().isPresent() && bytesOf(entry.owner()) > share)
                    .reduce((one, later) -> later)
                    .orElseThrow();
            standing.remove(last);
            taken.remove(last);
            gone.add(last.list());
        }
        return gone;
    }

    private int bytesOf(Optional<String> owner) {
        return bytes(all().filter(entry -> entry.owner().equals(owner)).toList());
    }

    private Stream<Entry> all() {
        return Stream.concat(taken.stream(), standing.stream());
    }

    private static int bytes(List<Entry> entries) {
        return entries.stream().mapToInt(entry -> entry.text().length()).sum();
    }

    /** What this mesh's own lists have, with those of the ConfigMap. */
    int bytesHere() {
        return bytesOf(Optional.empty());
    }

    /** How much a RemoteMesh may fill, for a message. */
    String share() {
        return share + " bytes and " + MAX_LISTS_OF_ONE + " lists";
    }

    /** What stays in force although its CA is not known now. */
    Stream<RevocationList> left() {
        return standing.stream().map(Entry::list);
    }

    /** {@code ca-crl.pem}. */
    String text() {
        return all().map(Entry::text).distinct().collect(Collectors.joining());
    }
}
