package io.meshfed.trust.crl;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.crl.CrlInventory.Held;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.CaProfile;
import io.meshfed.trust.x509.RevocationList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is said of revocation lists: which, whose, and the remedy. */
final class CrlMessages {
    private final Trust.Crl spec;

    CrlMessages(Trust.Crl spec) {
        this.spec = spec;
    }

    String noList(CaCertificate ca) {
        return "there is no valid revocation list of " + ca.describe()
                + (CaProfile.signsLists(ca)
                        ? remedy()
                        : ", whose key usage lacks cRLSign, so it can sign none: replace it by one that has it");
    }

    String ending(CaCertificate ca, RevocationList list) {
        return "the revocation list of " + ca.describe() + " ends at " + list.nextUpdate()
                + " and there is no newer one" + remedy();
    }

    private String remedy() {
        return Optional.ofNullable(spec.configMapName())
                .map(name -> " (put it into ConfigMap " + name + " in the operator's namespace)")
                .orElse(
                        " (name a ConfigMap in spec.trust.crl.configMapName and put it there, or set spec.trust.crl in the"
                                + " mesh that has its key)");
    }

    /** Of a mesh whose catalogue cannot be read. */
    static String endingUnread(String remote, RevocationList list) {
        return "RemoteMesh " + remote + ": the revocation list of " + list.subject() + " ends at " + list.nextUpdate()
                + ", from then on what that CA signed is refused, and no catalogue can be read that has a newer one";
    }

    /**
     * Of a mesh of which there is no list at all.
     *
     * @param unread its catalogue cannot be read, while revocation is checked
     * @param issued its cacerts is made here
     */
    String noneOf(String remote, boolean unread, boolean issued) {
        return "RemoteMesh " + remote + ": no CA that signs its workloads is known together with a valid"
                + " revocation list; "
                + (unread
                        ? "its catalogue cannot be read, so nothing newer is known than what has ended or is about to,"
                                + " and what it signs is refused then: "
                        : "")
                + (issued
                        ? "its cacerts is made here, so its catalogue brings none: take spec.trust.crl away here, or"
                        : "set spec.trust.crl in the MeshFederation there and let its catalogue be read, or")
                + " put both under the key " + remote + ".pem"
                + Optional.ofNullable(spec.configMapName())
                        .map(name -> " of ConfigMap " + name)
                        .orElse(" of a ConfigMap that spec.trust.crl.configMapName names");
    }

    /**
     * Of a list that is not taken.
     *
     * @param owner the RemoteMesh that it came from
     * @param share how much one may fill
     */
    String noRoom(Held held, CaCertificate ca, Optional<String> owner, String share) {
        return CaDefect.TooLarge + ": "
                + owner.map(remote -> "RemoteMesh " + remote + " has no room left for ")
                        .orElse("there is no room left for ")
                + held.who() + ", list " + held.list().number() + " of " + ca.describe()
                + owner.map(remote -> ": of ca-crl.pem each RemoteMesh may fill " + share
                                + ". Let that mesh revoke fewer certificates, or put the list into the ConfigMap under a"
                                + " key that is no RemoteMesh's name")
                        .orElse(": of ca-crl.pem the ConfigMap and this mesh's own lists may fill "
                                + CrlQuota.MAX_BYTES_HERE + " bytes");
    }

    /** What is lacking, and what follows from it. */
    static List<String> told(List<String> lacking, boolean write) {
        List<String> told = new ArrayList<>(lacking);
        told.add(
                write
                        ? "ca-crl.pem stays in force without"
                        : "so ca-crl.pem is not written and nobody checks revocation; an istiod that had one goes on giving"
                                + " it out until it is restarted, and must be restarted before it ends");
        return told;
    }
}
