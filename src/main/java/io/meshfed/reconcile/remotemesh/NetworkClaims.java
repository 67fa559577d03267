package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.condition.Condition;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A remote's network must be its own: not this mesh's, and not another remote's. */
final class NetworkClaims {
    private static final Comparator<RemoteMesh> BY_AGE = Comparator.<RemoteMesh, String>comparing(
                    r -> r.getMetadata().getCreationTimestamp())
            .thenComparing(r -> r.getMetadata().getUid());

    private NetworkClaims() {}

    static Condition noMesh() {
        return Condition.no(
                "GatewayKnown",
                "NoMeshFederation",
                "there is no MeshFederation, which says what this mesh is: create one");
    }

    /** What is wrong with the network of a remote; the older of two remotes with one network keeps it. */
    static Optional<Condition> fault(RemoteMesh remote, List<MeshFederation> federations, List<RemoteMesh> remotes) {
        String network = remote.getSpec().network();
        if (federations.stream().anyMatch(f -> f.getSpec().mesh().network().equals(network))) {
            return Optional.of(Condition.no(
                    "GatewayKnown",
                    "OwnNetwork",
                    "spec.network " + network + " is this mesh's own network: name the other mesh's"));
        }
        return remotes.stream()
                .filter(r -> r.getSpec().network().equals(network))
                .min(BY_AGE)
                .filter(first -> !first.getMetadata()
                        .getName()
                        .equals(remote.getMetadata().getName()))
                .map(first -> Condition.no(
                        "GatewayKnown",
                        "NetworkTaken",
                        "spec.network " + network + " belongs to RemoteMesh "
                                + first.getMetadata().getName()
                                + ", which is older: every mesh needs a network of its own"));
    }
}
