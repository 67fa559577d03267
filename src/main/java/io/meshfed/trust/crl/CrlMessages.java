package io.meshfed.trust.crl;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.CaProfile;
import io.meshfed.trust.x509.RevocationList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Messages about revocation lists: which list, of which CA, and the remedy. */
final class CrlMessages {
    private final Trust.Crl spec;

    CrlMessages(Trust.Crl spec) {
        this.spec = spec;
    }

    String noList(CaCertificate ca) {
        return "there is no valid revocation list of " + ca.describe()
                + (CaProfile.signsLists(ca)
                        ? remedy()
                        : ", whose key usage lacks cRLSign, so it cannot sign any: replace it by a CA that has cRLSign");
    }

    String expiring(CaCertificate ca, RevocationList list) {
        return "the revocation list of " + ca.describe() + " expires at " + list.nextUpdate()
                + " and there is no newer one" + remedy();
    }

    private String remedy() {
        return Optional.ofNullable(spec.configMapName())
                .map(name -> " (put it into ConfigMap " + name + " in the operator's namespace)")
                .orElse(
                        " (put it into a ConfigMap that spec.trust.crl.configMapName names, or set spec.trust.crl in the mesh"
                                + " that has its key)");
    }

    /** About a list of a mesh whose catalogue cannot be read. */
    static String expiringUnread(String remote, RevocationList list) {
        return "RemoteMesh " + remote + ": the revocation list of " + list.subject() + " expires at "
                + list.nextUpdate()
                + ", after which proxies refuse every certificate of that CA. A newer list may be in the remote's"
                + " catalogue, which cannot be read";
    }

    /**
     * About a mesh without any list.
     *
     * @param unread its catalogue cannot be read, while revocation is checked
     * @param issued this mesh issues its {@code cacerts}
     */
    String noneOf(String remote, boolean unread, boolean issued) {
        return "RemoteMesh " + remote + ": the operator knows no CA of its workloads that has a valid revocation list; "
                + (unread
                        ? "its catalogue cannot be read, and its known lists have expired or expire soon; proxies refuse its"
                                + " certificates after that: "
                        : "")
                + (issued
                        ? "this mesh issues its cacerts, so its catalogue has no lists: remove spec.trust.crl here, or"
                        : "set spec.trust.crl in its MeshFederation and permit the operator to read its catalogue, or")
                + " put the CA's certificate and its list under the key " + remote + ".pem"
                + Optional.ofNullable(spec.configMapName())
                        .map(name -> " of ConfigMap " + name)
                        .orElse(" of a ConfigMap that spec.trust.crl.configMapName names");
    }

    /**
     * About a list that exceeds a quota.
     *
     * @param owner the RemoteMesh that it came from
     * @param quota how much of {@code ca-crl.pem} one RemoteMesh may fill
     */
    String noRoom(CrlEntry entry, CaCertificate ca, Optional<String> owner, String quota) {
        return CaDefect.TooLarge + ": "
                + owner.map(remote -> "RemoteMesh " + remote + " has no room left for ")
                        .orElse("there is no room left for ")
                + entry.label() + ", list " + entry.list().number() + " of " + ca.describe()
                + owner.map(remote -> ": each RemoteMesh may fill " + quota + " of ca-crl.pem. Revoke fewer"
                                + " certificates in that mesh, or put the list into the ConfigMap under a key that is no"
                                + " RemoteMesh's name")
                        .orElse(": the ConfigMap and this mesh's own lists may fill " + CrlQuota.MAX_BYTES_HERE
                                + " bytes of ca-crl.pem");
    }

    /** What is missing, followed by the consequence. */
    static List<String> withConsequence(List<String> missing, boolean write) {
        List<String> messages = new ArrayList<>(missing);
        messages.add(
                write
                        ? "the existing ca-crl.pem remains in use without these lists"
                        : "so the operator does not write ca-crl.pem. An istiod that already has a ca-crl.pem keeps distributing"
                                + " it, and proxies keep checking it: restart istiod before the lists in it expire");
        return messages;
    }
}
