package io.meshfed.api.condition;

import java.util.Set;

/** A type of condition. The name of the constant is the type in the status. */
public enum ConditionType {
    Ready(
            "True while no other condition reports a problem. Otherwise it repeats the reason and the message of the most"
                    + " important problem: False if something is wrong, Unknown if something could not be observed.",
            Kind.MeshFederation,
            Kind.RemoteMesh,
            Kind.ImportedService),
    Reconciling(
            "Present and True while the operator waits for something that is expected to pass without your help.",
            Kind.MeshFederation,
            Kind.RemoteMesh,
            Kind.ImportedService),
    Stalled(
            "Present and True while you must act; the operator cannot solve the problem.",
            Kind.MeshFederation,
            Kind.RemoteMesh,
            Kind.ImportedService),
    TrustReady("Secret `cacerts` of this mesh verifies, and istiod runs on its roots.", Kind.MeshFederation),
    MeshConfigured("istiod is configured for what the federation needs.", Kind.MeshFederation),
    GatewayReady("The east-west gateway of this mesh can serve other meshes.", Kind.MeshFederation),
    Conflict(
            "True while something in the cluster prevents what the spec asks for, such as an object that the operator does"
                    + " not own.",
            Kind.MeshFederation,
            Kind.ImportedService),
    Connected(
            "The operator reads the other cluster with the kubeconfig of `spec.cluster`. Absent if `spec.cluster` is not"
                    + " set.",
            Kind.RemoteMesh),
    GatewayKnown(
            "The addresses of the other mesh's gateway are known and can be used by the local istiod.",
            Kind.RemoteMesh),
    Trusted("Workloads of this mesh accept the roots of the other mesh.", Kind.RemoteMesh),
    CacertsIssued(
            "This mesh issues Secret `cacerts` of the other mesh, and that Secret is sound. Absent if"
                    + " `spec.trust.issueCacerts` is not set.",
            Kind.RemoteMesh),
    Resolved("The imported host has endpoints here as the spec asks.", Kind.ImportedService),
    IdentityAccepted(
            "Clients of the imported host accept the identity of the remote workload, and no other one.",
            Kind.ImportedService);

    /** A kind of the API that has conditions. */
    public enum Kind {
        MeshFederation,
        RemoteMesh,
        ImportedService
    }

    private final String meaning;
    private final Set<Kind> kinds;

    ConditionType(String meaning, Kind... kinds) {
        this.meaning = meaning;
        this.kinds = Set.of(kinds);
    }

    /** What it means that the condition is True, as one sentence in Markdown, or more. */
    public String meaning() {
        return meaning;
    }

    /** The kinds that have this condition. */
    public Set<Kind> kinds() {
        return kinds;
    }
}
