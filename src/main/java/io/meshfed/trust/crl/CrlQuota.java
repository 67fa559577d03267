package io.meshfed.trust.crl;

import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.RevocationList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What goes into {@code ca-crl.pem}, and how much of it each mesh may fill, so that no mesh can displace the lists of
 * another one. istiod copies the file into a ConfigMap, and {@code cacerts} also has a bundle of up to
 * {@value Pem#MAX_BUNDLE_BYTES} bytes; neither object may exceed one MiB.
 */
final class CrlQuota {
    /** For the lists that this mesh signs, and those of the ConfigMap that belong to no RemoteMesh. */
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

    /** Lists of known CAs, in the order in which they were taken. */
    private final List<Entry> taken = new ArrayList<>();

    /** Lists of {@code ca-crl.pem} that stay although their CA is not known now. */
    private final List<Entry> kept;

    private final int quota;

    /**
     * @param remotes names of the RemoteMeshes
     * @param inUse the lists of {@code ca-crl.pem}; each stays until a newer one of its CA is taken
     */
    CrlQuota(Set<String> remotes, List<CrlEntry> inUse) {
        this.kept = inUse.stream()
                .map(entry -> new Entry(entry.remote(), entry.list()))
                .collect(Collectors.toCollection(ArrayList::new));
        long owners = Stream.concat(remotes.stream(), inUse.stream().flatMap(entry -> entry.remote().stream()))
                .distinct()
                .count();
        this.quota = (int) Math.min(MAX_BYTES_OF_ONE, MAX_BYTES_OTHERS / Math.max(1, owners));
    }

    /** Takes a list that this mesh signed. */
    void take(CaCertificate ca, RevocationList list) {
        replace(ca, new Entry(Optional.empty(), list));
    }

    /**
     * Takes a list and drops the one of its CA that was in use, unless its mesh has no room left. A list that is in use
     * already is always taken.
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
        int most = owner.isPresent() ? quota : MAX_BYTES_HERE;
        if (bytes(beside) + entry.text().length() > most
                || (owner.isPresent() && beside.size() + 1 > MAX_LISTS_OF_ONE)) {
            return false;
        }
        replace(ca, entry);
        return true;
    }

    private void replace(CaCertificate ca, Entry entry) {
        kept.removeIf(other -> other.isOf(ca));
        taken.removeIf(other -> other.list().equals(entry.list()));
        taken.add(entry);
    }

    /**
     * Makes room where RemoteMeshes were added and the quota of each became smaller: drops the last lists of those that
     * exceed it, lists of CAs that are no longer known first.
     *
     * @return the lists that were dropped
     */
    List<RevocationList> squeeze() {
        List<RevocationList> dropped = new ArrayList<>();
        while (bytes(all().filter(entry -> entry.owner().isPresent()).toList()) > MAX_BYTES_OTHERS) {
            Entry last = all().filter(entry -> entry.owner().isPresent() && bytesOf(entry.owner()) > quota)
                    .reduce((one, later) -> later)
                    .orElseThrow();
            kept.remove(last);
            taken.remove(last);
            dropped.add(last.list());
        }
        return dropped;
    }

    private int bytesOf(Optional<String> owner) {
        return bytes(all().filter(entry -> entry.owner().equals(owner)).toList());
    }

    private Stream<Entry> all() {
        return Stream.concat(taken.stream(), kept.stream());
    }

    private static int bytes(List<Entry> entries) {
        return entries.stream().mapToInt(entry -> entry.text().length()).sum();
    }

    /** How many bytes this mesh's own lists fill, with those of the ConfigMap. */
    int bytesHere() {
        return bytesOf(Optional.empty());
    }

    /** How much a RemoteMesh may fill, for a message. */
    String quota() {
        return quota + " bytes and " + MAX_LISTS_OF_ONE + " lists";
    }

    /** Lists that stay in use although their CA is not known now. */
    Stream<RevocationList> kept() {
        return kept.stream().map(Entry::list);
    }

    /** {@code ca-crl.pem}. */
    String text() {
        return all().map(Entry::text).distinct().collect(Collectors.joining());
    }
}
