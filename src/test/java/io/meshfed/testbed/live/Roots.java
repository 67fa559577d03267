package io.meshfed.testbed.live;

/** Where the meshes of a test have their root certificates from. */
public enum Roots {
    /** The first mesh makes one, and all others sign with it. */
    COMMON,
    /** Each has its own, the first on P-256 and the others RSA, and knows no other's; Istio has {@code deploy/kind/istio/different-roots.yaml}. */
    DIFFERENT
}
