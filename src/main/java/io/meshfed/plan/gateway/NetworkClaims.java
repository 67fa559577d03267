package io.meshfed.plan.gateway;

import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.RemoteReason;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Each mesh needs a network of its own: {@code spec.network} of a RemoteMesh must be neither this mesh's nor another remote's. */
public final class NetworkClaims {
    /** Creation timestamps have the resolution of seconds; the UID breaks a tie. */
    private static final Comparator<RemoteMesh> BY_AGE = Comparator.<RemoteMesh, String>comparing(
                    remote -> remote.getMetadata().getCreationTimestamp())
            .thenComparing(remote -> remote.getMetadata().getUid());

    private NetworkClaims() {}

    /** Draft of GatewayKnown while there is no MeshFederation. */
    public static Condition noMesh() {
        return Condition.no(
                ConditionType.GatewayKnown,
                RemoteReason.NoMeshFederation,
                "there is no MeshFederation: create one to describe this mesh");
    }

    /**
     * What is wrong with the network of a remote. The older of two remotes with one network keeps it.
     *
     * @param federations the active MeshFederation
     * @param remotes every RemoteMesh
     * @return draft of GatewayKnown; empty if nothing is wrong
     */
    public static Optional<Condition> fault(
            RemoteMesh remote, List<MeshFederation> federations, List<RemoteMesh> remotes) {
        String network = remote.getSpec().network();
        if (federations.stream()
                .anyMatch(federation -> federation.getSpec().mesh().network().equals(network))) {
            return Optional.of(
                    Condition.no(
                            ConditionType.GatewayKnown,
                            RemoteReason.OwnNetwork,
                            "spec.network " + network
                                    + " is this mesh's own network: delete the RemoteMesh, and create it with the network of the other mesh"));
        }
        return remotes.stream()
                .filter(other -> other.getSpec().network().equals(network))
                .min(BY_AGE)
                .filter(oldest -> !oldest.getMetadata()
                        .getName()
                        .equals(remote.getMetadata().getName()))
                .map(oldest -> Condition.no(
                        ConditionType.GatewayKnown,
                        RemoteReason.NetworkTaken,
                        "spec.network " + network + " is already used by RemoteMesh "
                                + oldest.getMetadata().getName()
                                + ", which is older: each mesh needs a network of its own"));
    }
}
