package io.meshfed.api;

/** The API group, and the labels, annotations and names that meshfed writes or reads. */
public final class Names {
    /** API group of all kinds. */
    public static final String GROUP = "meshfed.io";

    /** API version of all kinds. */
    public static final String VERSION = "v1alpha1";

    /** Field manager of every server-side apply, and the value of {@link #MANAGED_BY}. */
    public static final String MESHFED = "meshfed";

    /** Label of every object that meshfed writes. */
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** Label: name of the RemoteMesh to which an object belongs. */
    public static final String REMOTE_LABEL = "meshfed.io/remote";

    /** Label: name of the ImportedService to which an object belongs. */
    public static final String IMPORTED_SERVICE_LABEL = "meshfed.io/imported-service";

    /** Annotation: UID of the custom resource that owns an object. */
    public static final String OWNER_UID = "meshfed.io/owner-uid";

    /** Annotation: SHA-256 (hex, first 16 characters) of what meshfed last applied to an object. */
    public static final String APPLIED_HASH = "meshfed.io/applied-hash";

    /** Annotation with which a user hands an existing object over to meshfed: {@code "true"}. */
    public static final String ADOPT = "meshfed.io/adopt";

    /** Annotation: network of the mesh that issued this {@code cacerts} for another mesh. */
    public static final String ISSUED_BY = "meshfed.io/issued-by";

    /** Finalizer on MeshFederation and RemoteMesh. */
    public static final String FINALIZER = "meshfed.io/cleanup";

    /** Istio's label for the network of a namespace, a gateway or an endpoint. */
    public static final String NETWORK_LABEL = "topology.istio.io/network";

    /** Istio's label that says whether an endpoint accepts mutual TLS. */
    public static final String TLS_MODE_LABEL = "security.istio.io/tlsMode";

    /** Secret of the control-plane namespace from which istiod reads its CA. */
    public static final String CACERTS_SECRET = "cacerts";

    /** Secret of the control-plane namespace in which istiod keeps a CA of its own making. */
    public static final String SELF_SIGNED_CA_SECRET = "istio-ca-secret";

    /** Port of an east-west gateway, by Istio's convention. */
    public static final int GATEWAY_PORT = 15443;

    private Names() {}
}
