package io.meshfed.api.condition;

import static io.meshfed.api.condition.ConditionType.CacertsIssued;
import static io.meshfed.api.condition.ConditionType.TrustReady;
import static io.meshfed.api.condition.ConditionType.Trusted;
import static io.meshfed.api.condition.Reason.Explanation.means;
import static io.meshfed.api.condition.Reason.Outlook.GOOD;
import static io.meshfed.api.condition.Reason.Outlook.NEEDS_ACTION;
import static io.meshfed.api.condition.Reason.Outlook.PASSES;

import java.util.List;

/** Reasons of the conditions about CA material: of this mesh, of peers, and of the cacerts issued for a peer. */
public enum TrustReason implements Reason {
    IssuerMissing(
            NEEDS_ACTION,
            means(
                    "The issuer's Secret does not exist in the operator's namespace. The condition is True while there is time before"
                            + " the next renewal.",
                    "Create the Secret (the message has the command), or set `spec.trust.issuer.generate: true` on a new mesh.",
                    TrustReady,
                    CacertsIssued)),
    IssuerChanged(
            NEEDS_ACTION,
            means(
                    "The issuer's Secret holds another root than `cacerts`. Or a rotation waits for you, the intermediate under the"
                            + " former root is due for renewal, and the former issuer no longer exists.",
                    "To move to the new root, put it into a Secret with another name and set `spec.trust.issuer.secretName`; to keep"
                            + " the old root, restore the old issuer. With cert-manager: name another issuer, or set"
                            + " `spec.trust.certManager.root.pem` to the new root. During a rotation, restore the Secret of the former"
                            + " issuer: the operator renews from it until the rotation ends.",
                    TrustReady,
                    CacertsIssued)),
    IssuerExpiring(
            NEEDS_ACTION,
            means(
                    "A renewal of the intermediate is due but would not extend its life, because the issuer itself expires soon.",
                    "Renew the issuer.",
                    TrustReady,
                    CacertsIssued)),
    RunningOnOtherRoot(
            NEEDS_ACTION,
            means(
                    "istiod already signs with another root than the issuer's. The operator wrote nothing.",
                    "To keep istiod's root, make it the issuer or set `spec.trust.type: External`. To move the mesh to the issuer's"
                            + " root, set `spec.trust.existingCA: Migrate`.",
                    TrustReady),
            means(
                    "istiod of the other mesh runs on another root than this mesh signs under. The operator wrote nothing.",
                    "Move the other mesh to this mesh's root first ([how](trust.md#bringing-a-mesh-over)), or remove"
                            + " `spec.trust.issueCacerts`.",
                    CacertsIssued)),
    ForeignCacerts(
            NEEDS_ACTION,
            means(
                    "Secret `cacerts` exists and the operator did not make it.",
                    "Set `spec.trust.type: External`, or hand the Secret over with the annotation `meshfed.io/adopt: \"true\"`.",
                    TrustReady),
            means(
                    "Secret `cacerts` of the other mesh was not made by this mesh; in most cases that mesh's own operator made it.",
                    "Hand it over in the other cluster with the annotation `meshfed.io/adopt: \"true\"`, or remove"
                            + " `spec.trust.issueCacerts`.",
                    CacertsIssued)),
    IstioGenerated(
            NEEDS_ACTION,
            means(
                    "istiod made `cacerts` for its own self-signed CA.",
                    "Set `spec.trust.type: External` to keep that CA.",
                    TrustReady),
            means(
                    "istiod of the other mesh made `cacerts` for its own self-signed CA. The operator does not change it.",
                    "This is not supported: remove `spec.trust.issueCacerts`.",
                    CacertsIssued)),
    TlsFormNotWritten(
            NEEDS_ACTION,
            means(
                    "`cacerts` has the keys `tls.crt` and `tls.key`, which istiod prefers to the keys that the operator writes.",
                    "Remove these keys from the Secret.",
                    TrustReady,
                    CacertsIssued)),
    CacertsMissing(
            NEEDS_ACTION,
            means(
                    "`spec.trust.type` is External, and Secret `cacerts` does not exist.",
                    "Create it, or set `spec.trust.type: Managed`.",
                    TrustReady)),
    MissingInBundle(
            NEEDS_ACTION,
            means(
                    "`spec.trust.type` is External, and a root that a RemoteMesh lists is not in `cacerts`. The operator does not"
                            + " write `cacerts` in this case.",
                    "Append the root to `root-cert.pem` of `cacerts`, or remove it from `spec.trust.roots` of the RemoteMesh. The"
                            + " message has the fingerprint.",
                    TrustReady,
                    Trusted)),
    BundleFull(
            NEEDS_ACTION,
            means(
                    "Another root does not fit into `root-cert.pem` of `cacerts`.",
                    "Remove roots that are no longer needed from the RemoteMeshes.",
                    TrustReady,
                    Trusted,
                    CacertsIssued)),
    CertManagerMissing(
            NEEDS_ACTION,
            means(
                    "`spec.trust.type` is CertManager, and cert-manager is not installed.",
                    "Install cert-manager.",
                    TrustReady)),
    CertManagerNotPermitted(
            NEEDS_ACTION,
            means(
                    "`spec.trust.type` is CertManager, but the operator's role does not include Certificates.",
                    "Install the chart with `trust.certManager.enabled=true`.",
                    TrustReady)),
    CertificateNotReady(
            NEEDS_ACTION,
            means(
                    "cert-manager has not issued the intermediate; the message quotes cert-manager. The condition is True while there"
                            + " is time left.",
                    "Run `kubectl describe -n meshfed-system certificate meshfed-intermediate` and read cert-manager's log.",
                    TrustReady)),
    SelfSignedCaUnknown(
            NEEDS_ACTION,
            means(
                    "`spec.trust.existingCA` is Migrate, and the operator cannot read the CA that istiod made for itself.",
                    "Install the chart with `trust.migrate=true` until the mesh has moved.",
                    TrustReady)),
    MultirootMissing(
            NEEDS_ACTION,
            means(
                    "A rotation waits: istiod would refuse a bundle with both roots.",
                    "Set `ISTIO_MULTIROOT_MESH=true` on istiod (Helm: `pilot.env`).",
                    TrustReady)),
    XdsAgentMissing(
            NEEDS_ACTION,
            means(
                    "A rotation waits: running proxies would not receive a new root.",
                    "Set `PROXY_CONFIG_XDS_AGENT: \"true\"` in `meshConfig.defaultConfig.proxyMetadata` and restart the workloads, or"
                            + " set `spec.trust.rotation.xdsAgent: NotRequired`.",
                    TrustReady)),
    PeerNotKnown(
            NEEDS_ACTION,
            means(
                    "A rotation waits for another mesh, and the operator cannot read the facts that it needs, in most cases because"
                            + " it cannot read that mesh's catalogue.",
                    "Make the catalogue readable. Otherwise add the new root to `spec.trust.acceptedRoots` of the RemoteMesh once"
                            + " all workloads there accept it, and later list the roots that they use in `spec.trust.roots`.",
                    TrustReady),
            means(
                    "The other mesh has no `cacerts`, and the operator does not know on which root istiod runs there. Or a rotation"
                            + " waits as on `TrustReady`.",
                    "Make the catalogue of the other mesh readable, or create an empty `cacerts` there"
                            + " ([how](trust.md#making-the-cacerts-of-another-mesh)).",
                    CacertsIssued)),
    NotManaged(
            NEEDS_ACTION,
            means(
                    "A rotation waits for a mesh whose `cacerts` this mesh issues (`issueCacerts`), which only"
                            + " `spec.trust.type: Managed` can do.",
                    "Set the type back, or give that mesh an issuer of its own and remove `issueCacerts` from its RemoteMesh.",
                    TrustReady),
            means(
                    "`spec.trust.type` of the MeshFederation is not Managed, so this mesh has no issuer to sign with. The other"
                            + " mesh's `cacerts` is not renewed and not part of any rotation.",
                    "Set the type to Managed, or give the other mesh an issuer of its own and remove `issueCacerts`.",
                    CacertsIssued)),
    CrlIncomplete(
            NEEDS_ACTION,
            means(
                    "A revocation list is missing or expires soon; the message names its CA. The operator writes `ca-crl.pem` with the"
                            + " lists of all CAs or not at all, and without it no proxy checks revocation. Nothing else changes.",
                    "Put the list where the message says ([revocation lists](trust.md#revocation-lists)).",
                    TrustReady)),
    IstiodNeedsRestart(
            NEEDS_ACTION,
            means(
                    "istiod started before `cacerts` existed, or runs on its self-signed CA, and reads `cacerts` at its next start"
                            + " only.",
                    "Restart istiod once ([how](#how-to-restart-istiod)).",
                    TrustReady)),
    PublishedRootsUnreadable(
            NEEDS_ACTION,
            means(
                    "ConfigMap `istio-ca-root-cert` of the control-plane namespace holds no readable certificate.",
                    "Check istiod, which writes it.",
                    TrustReady)),
    RootUnreadable(
            NEEDS_ACTION,
            means(
                    "The ConfigMap or the key that `spec.trust.roots` refers to does not exist. Roots in `cacerts` stay.",
                    "Create it, or correct the reference.",
                    Trusted)),
    IstiodNotReloaded(
            PASSES,
            means(
                    "istiod does not run with the roots that `cacerts` holds now. This is normal for up to two minutes, because the"
                            + " kubelet updates mounted Secrets with a delay.",
                    "Set `ISTIO_MULTIROOT_MESH=true` on istiod, or restart it as the message says.",
                    TrustReady)),
    IssuerCreated(PASSES, means("The operator generated a root and is creating the issuer's Secret.", "", TrustReady)),
    Issuing(
            PASSES,
            means("The operator is writing `cacerts`.", "", TrustReady),
            means(
                    "The operator is writing `cacerts` of the other mesh, or waits for that mesh's catalogue to report the empty"
                            + " `cacerts` that the operator created there. This takes a minute at most.",
                    "Check that meshfed runs in the other mesh, in this version. If istiod never ran there,"
                            + " annotate the empty Secret `meshfed.io/adopt: \"true\"`.",
                    CacertsIssued)),
    WaitingForOwnTrust(
            PASSES,
            means(
                    "This mesh's own `cacerts` must be in force first.",
                    "See `TrustReady` of the MeshFederation.",
                    CacertsIssued)),
    NotYetInBundle(
            PASSES,
            means(
                    "A root of the other mesh is not in `cacerts` yet.",
                    "See `TrustReady` of the MeshFederation.",
                    Trusted)),
    WaitingForIstiod(
            PASSES,
            means(
                    "istiod does not give a root of the other mesh to workloads yet.",
                    "See `TrustReady` of the MeshFederation.",
                    Trusted)),
    Verified(GOOD, means("`cacerts` verifies, and istiod runs on its roots.", "", TrustReady)),
    Issued(
            GOOD,
            means("`cacerts` verifies. The operator has not seen istiod yet.", "", TrustReady),
            means("`cacerts` of the other mesh verifies.", "", CacertsIssued)),
    Rotating(
            GOOD,
            means(
                    "A root is being added, rotated or removed, which continues without your help. `status.trust.rotation` of the"
                            + " MeshFederation shows the phase of a rotation and what it waits for.",
                    "",
                    TrustReady,
                    CacertsIssued)),
    WaitingForPeer(
            GOOD,
            means(
                    "A rotation waits for another mesh and continues without your help. `status.trust.rotation` of the MeshFederation"
                            + " says what it waits for.",
                    "",
                    TrustReady,
                    CacertsIssued)),
    RootsTrusted(GOOD, means("istiod gives all roots of the other mesh to workloads.", "", Trusted)),
    CommonRoot(GOOD, means("Both meshes use the same root.", "", Trusted));

    private final Outlook outlook;
    private final List<Explanation> explanations;

    TrustReason(Outlook outlook, Explanation... explanations) {
        this.outlook = outlook;
        this.explanations = List.of(explanations);
    }

    @Override
    public Outlook outlook() {
        return outlook;
    }

    @Override
    public List<Explanation> explanations() {
        return explanations;
    }
}
