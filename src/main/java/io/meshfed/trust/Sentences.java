package io.meshfed.trust;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Sentences that several conditions share. */
final class Sentences {
    private Sentences() {}

    /** What is in force, and whether istiod was seen with it. */
    static String inForce(Cacerts cacerts, Picture picture) {
        String istiod = picture.istiod() instanceof IstiodRoots.NotSeen
                ? "istiod has not been seen yet (no ConfigMap istio-ca-root-cert)"
                : "istiod runs on its roots";
        return "Secret cacerts verifies: " + cacerts.signing().describe() + " is valid until " + cacerts.notAfter()
                + ", own root " + cacerts.ownRoot().describe() + ", "
                + cacerts.roots().size() + " root(s) in all; "
                + istiod + lingering(cacerts, picture);
    }

    /** Roots that nobody asks for and that stay because somebody may. */
    private static String lingering(Cacerts cacerts, Picture picture) {
        List<String> undetermined = picture.peers().undetermined();
        Set<CaCertificate> unasked = unasked(cacerts, picture.peers());
        return unasked.isEmpty() || undetermined.isEmpty()
                ? ""
                : ". " + Fingerprints.list(unasked) + " would leave, and stays until all roots of RemoteMesh "
                        + String.join(", ", undetermined) + " are readable and accepted";
    }

    static Set<CaCertificate> unasked(Cacerts cacerts, PeerRoots peers) {
        Set<CaCertificate> unasked = new LinkedHashSet<>(cacerts.roots());
        unasked.remove(cacerts.ownRoot());
        unasked.removeAll(peers.wanted());
        return unasked;
    }
}
