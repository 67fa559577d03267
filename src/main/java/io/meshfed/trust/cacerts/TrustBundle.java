package io.meshfed.trust.cacerts;

import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The bytes of {@code root-cert.pem}. Present bytes are never changed: istiod up to 1.29 compares the texts, and refuses a
 * bundle of which its present one is not the beginning, or that is not the beginning of its present one.
 *
 * @param pem the text
 * @param roots the certificates that can be read in it, each once
 */
public record TrustBundle(byte[] pem, List<CaCertificate> roots) {
    /** As many as fit into the status and the catalogue. */
    public static final int MAX_ROOTS = 64;

    public static TrustBundle of(byte[] pem) {
        return new TrustBundle(pem, CaCertificate.readLenient(pem));
    }

    /** A new bundle, in the order given. */
    public static TrustBundle of(Collection<CaCertificate> roots) {
        return new TrustBundle(new byte[0], List.of()).grow(roots);
    }

    /** The roots of a bundle with this mesh's own root first, at most {@link #MAX_ROOTS}. */
    public static List<CaCertificate> ownRootFirst(List<CaCertificate> roots, Optional<Cacerts> inForce) {
        List<CaCertificate> ordered = new ArrayList<>(roots);
        inForce.map(Cacerts::ownRoot).ifPresent(own -> {
            ordered.remove(own);
            ordered.add(0, own);
        });
        return ordered.stream().limit(MAX_ROOTS).toList();
    }

    public boolean hasRoomFor(CaCertificate root) {
        return roots.size() < MAX_ROOTS && pem.length + 1 + root.pem().length() <= Pem.MAX_BUNDLE_BYTES;
    }

    /** Appends the roots that are missing, as far as there is room; the present bytes remain the beginning. */
    public TrustBundle grow(Collection<CaCertificate> wanted) {
        TrustBundle grown = this;
        for (CaCertificate root : wanted) {
            if (!grown.roots.contains(root) && grown.hasRoomFor(root)) {
                grown = grown.append(root);
            }
        }
        return grown;
    }

    private TrustBundle append(CaCertificate root) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(pem);
        if (pem.length > 0 && pem[pem.length - 1] != '\n') {
            bytes.write('\n');
        }
        bytes.writeBytes(Pem.bytes(root.pem()));
        return of(bytes.toByteArray());
    }

    /**
     * Removes roots, with the text before each; the bytes of the others are not changed.
     *
     * @throws RefusedMaterialException if the present text is not clean
     */
    public TrustBundle shrink(Set<CaCertificate> removed) throws RefusedMaterialException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int start = 0;
        for (Pem.Block block : Pem.read(Cacerts.ROOT_CERT, pem, Pem.MAX_BUNDLE_BYTES)) {
            if (!removed.contains(CaCertificate.ofDer(Cacerts.ROOT_CERT, block.der()))) {
                bytes.writeBytes(Arrays.copyOfRange(pem, start, block.end()));
            }
            start = block.end();
        }
        return of(bytes.toByteArray());
    }

    /** Whether the bytes are certificates and nothing else. */
    public boolean isClean() {
        try {
            CaCertificate.readAll(Cacerts.ROOT_CERT, pem, Pem.MAX_BUNDLE_BYTES);
            return true;
        } catch (RefusedMaterialException unclean) {
            return false;
        }
    }
}
