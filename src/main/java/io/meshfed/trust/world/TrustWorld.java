package io.meshfed.trust.world;

import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.Trust;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.cacerts.PresentCacerts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about this mesh's trust, before anything is verified. All {@code byte[]} are values of a Secret as stored, base64 already decoded.
 *
 * @param meshName name of the MeshFederation; part of the subject of root and intermediate
 * @param trustDomain of this mesh; empty: not known
 * @param spec {@code spec.trust} of the MeshFederation
 * @param issuerSecret the issuer's Secret, or the one that cert-manager filled for the issuer of the spec; empty if it
 *     does not exist
 * @param formerIssuer the Secret of the issuer that {@code cacerts} was last issued from, if the spec now names another one;
 *     empty if it does not exist any more
 * @param cacerts the Secret {@code cacerts} of the control-plane namespace; empty if it does not exist
 * @param publishedRoots key {@code root-cert.pem} of istiod's ConfigMap {@code istio-ca-root-cert} in the control-plane
 *     namespace: what istiod runs on, PEM; empty if istiod was not seen
 * @param istiod settings of istiod
 * @param selfSigned the Secret {@code istio-ca-secret}, in which istiod keeps its self-signed CA; empty if it does not exist or
 *     was not read
 * @param remotes every RemoteMesh: what it asks to trust, and what is known about its mesh
 * @param revocation sources of revocation lists
 * @param certificateTrouble why cert-manager does not issue; empty: no problem is known
 * @param before {@code status.trust} of the MeshFederation as it was last written; empty: there is none
 */
public record TrustWorld(
        String meshName,
        Optional<String> trustDomain,
        Trust spec,
        Optional<Map<String, byte[]>> issuerSecret,
        Optional<Map<String, byte[]>> formerIssuer,
        Optional<PresentCacerts> cacerts,
        Optional<String> publishedRoots,
        IstiodSettings istiod,
        Optional<Map<String, byte[]>> selfSigned,
        List<RemoteRoots> remotes,
        CrlMaterial revocation,
        Optional<CertificateTrouble> certificateTrouble,
        Optional<TrustStatus> before) {

    public TrustWorld {
        issuerSecret = issuerSecret.map(Map::copyOf);
        formerIssuer = formerIssuer.map(Map::copyOf);
        selfSigned = selfSigned.map(Map::copyOf);
        remotes = List.copyOf(remotes);
    }

    /** Names what exists; the values hold private keys and must not appear in any text. */
    @Override
    public String toString() {
        return "TrustWorld[meshName=" + meshName + ", type=" + spec.type() + ", issuerSecret="
                + (issuerSecret.isPresent() ? "present" : "absent") + ", cacerts=" + cacerts + ", publishedRoots="
                + (publishedRoots.isPresent() ? "present" : "absent") + ", remotes=" + remotes.size() + "]";
    }
}
