package io.meshfed.trust.world;

import io.meshfed.api.condition.CaDefect;

/** Reasons of {@code TrustReady} and {@code Trusted} besides those of {@link CaDefect}. */
public final class Reasons {
    /** Condition of the MeshFederation: whether {@code cacerts} is as it must be. */
    public static final String TRUST_READY = "TrustReady";

    /** Condition of a RemoteMesh: whether this mesh trusts its roots. */
    public static final String TRUSTED = "Trusted";

    /** Condition of a RemoteMesh whose {@code cacerts} is made here. */
    public static final String CACERTS_ISSUED = "CacertsIssued";

    /** TrustReady is true: cacerts verifies and istiod runs on its roots. */
    public static final String VERIFIED = "Verified";

    /** TrustReady is true: cacerts verifies; istiod was not seen yet. */
    public static final String ISSUED = "Issued";

    /** The issuer's Secret does not exist. With a sound cacerts TrustReady stays true until renewal is due. */
    public static final String ISSUER_MISSING = "IssuerMissing";

    /** A root was made; its Secret is being created. */
    public static final String ISSUER_CREATED = "IssuerCreated";

    /** The issuer's Secret holds another root than cacerts stands on. */
    public static final String ISSUER_CHANGED = "IssuerChanged";

    /** TrustReady is true: the mesh is on its way to another root, and what it waits for comes by itself. */
    public static final String ROTATING = "Rotating";

    /** A rotation waits for another mesh, whose catalogue is readable. */
    public static final String WAITING_FOR_PEER = "WaitingForPeer";

    /** A rotation waits for another mesh, and nobody says how it stands. */
    public static final String PEER_NOT_KNOWN = "PeerNotKnown";

    /** A rotation waits: istiod would refuse a changed bundle. */
    public static final String MULTIROOT_MISSING = "MultirootMissing";

    /** A rotation waits: running proxies would not be told of a new root. */
    public static final String XDS_AGENT_MISSING = "XdsAgentMissing";

    /** There is not a revocation list of every CA that there must be one of. */
    public static final String CRL_INCOMPLETE = "CrlIncomplete";

    /** Renewal is due and would gain nothing: the issuer itself ends. */
    public static final String ISSUER_EXPIRING = "IssuerExpiring";

    /** The chart was installed without the right to ask cert-manager. */
    public static final String CERT_MANAGER_NOT_PERMITTED = "CertManagerNotPermitted";

    /** cert-manager is not installed. */
    public static final String CERT_MANAGER_MISSING = "CertManagerMissing";

    /** cert-manager has not issued. With a sound cacerts TrustReady stays true until renewal is overdue. */
    public static final String CERTIFICATE_NOT_READY = "CertificateNotReady";

    /** cacerts is being made. */
    public static final String ISSUING = "Issuing";

    /** Somebody else made cacerts. */
    public static final String FOREIGN_CACERTS = "ForeignCacerts";

    /** istiod made cacerts itself, for its self-signed CA. */
    public static final String ISTIO_GENERATED = "IstioGenerated";

    /** cacerts has the keys of kubernetes.io/tls, which would hide those that meshfed writes. */
    public static final String TLS_FORM = "TlsFormNotWritten";

    /** Trust is External and nobody has made cacerts. */
    public static final String CACERTS_MISSING = "CacertsMissing";

    /** The mesh runs on another root. */
    public static final String RUNNING_ON_OTHER_ROOT = "RunningOnOtherRoot";

    /** Migrate needs the CA that istiod made for itself, and it is not known. */
    public static final String SELF_SIGNED_CA_UNKNOWN = "SelfSignedCaUnknown";

    /** istiod started before cacerts was made. */
    public static final String ISTIOD_NEEDS_RESTART = "IstiodNeedsRestart";

    /** istiod runs on our root, but not on all roots of cacerts, or on more. */
    public static final String ISTIOD_NOT_RELOADED = "IstiodNotReloaded";

    /** istiod publishes no readable root. */
    public static final String PUBLISHED_ROOTS_UNREADABLE = "PublishedRootsUnreadable";

    /** The bundle would grow beyond what is kept in it. */
    public static final String BUNDLE_FULL = "BundleFull";

    /** Somebody else makes cacerts, and a root that a RemoteMesh asks for is not in it. */
    public static final String MISSING_IN_BUNDLE = "MissingInBundle";

    /** Trusted is unknown: a reference could not be read. */
    public static final String ROOT_UNREADABLE = "RootUnreadable";

    /** Trusted is false: a root is not in cacerts yet. */
    public static final String NOT_YET_IN_BUNDLE = "NotYetInBundle";

    /** Trusted is false: istiod has not taken a root yet. */
    public static final String WAITING_FOR_ISTIOD = "WaitingForIstiod";

    /** Trusted is true: the other mesh has our root. */
    public static final String COMMON_ROOT = "CommonRoot";

    /** Trusted is true: istiod gives all roots of the other mesh to workloads. */
    public static final String ROOTS_TRUSTED = "RootsTrusted";

    /** CacertsIssued is false: only a mesh whose trust is Managed can sign for another one. */
    public static final String NOT_MANAGED = "NotManaged";

    /** CacertsIssued is false: this mesh's own cacerts comes first. */
    public static final String WAITING_FOR_OWN_TRUST = "WaitingForOwnTrust";

    private Reasons() {}
}
