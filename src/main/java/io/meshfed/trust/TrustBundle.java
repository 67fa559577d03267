package io.meshfed.trust;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The bytes of {@code root-cert.pem}. What stands there stays as it is, byte for byte: istiod up to 1.29 compares the
 * texts, and refuses a bundle that is neither beginning nor continuation of the one it runs on.
 *
 * @param pem the text
 * @param roots the certificates that can be read in it, each once
 */
record TrustBundle(byte[] pem, List<CaCertificate> roots) {
    /** As many as fit into the status and the catalogue. */
    static final int MAX_ROOTS = 64;

    static TrustBundle of(byte[] pem) {
        return new TrustBundle(pem, CaCertificate.readLenient(pem));
    }

    /** A new bundle, in the order given. */
    static TrustBundle of(Collection<CaCertificate> roots) {
        return new TrustBundle(new byte[0], List.of()).grow(roots);
    }

    boolean hasRoomFor(CaCertificate root) {
        return roots.size() < MAX_ROOTS && pem.length + 1 + root.pem().length() <= Pem.MAX_BUNDLE_BYTES;
    }

    /** Appends the roots that are missing, as far as there is room; the present bytes remain the beginning. */
    TrustBundle grow(Collection<CaCertificate> wanted) {
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
     * Cuts roots out, with the text that leads to each; the bytes of the others stay as they are.
     *
     * @throws Refused if the present text is not clean
     */
    TrustBundle shrink(Set<CaCertificate> removed) throws Refused {
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
    boolean isClean() {
        try {
            CaCertificate.readAll(Cacerts.ROOT_CERT, pem, Pem.MAX_BUNDLE_BYTES);
            return true;
        } catch (Refused unclean) {
            return false;
        }
    }
}
