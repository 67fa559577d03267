package io.meshfed.plan.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.condition.Condition;
import io.meshfed.plan.Yaml;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetworkClaimsTest {
    private static final MeshFederation EAST = Yaml.mesh("mesh: {network: east-network}\ntrust: {type: External}\n");

    @Test
    void aNetworkOfItsOwnIsNoFault() {
        RemoteMesh west = remote("west", "west-network", "2026-01-01T00:00:00Z", "1");
        RemoteMesh north = remote("north", "north-network", "2026-01-01T00:00:00Z", "2");

        assertThat(fault(west, west, north)).isEmpty();
    }

    @Test
    void thisMeshsOwnNetworkIsRefused() {
        RemoteMesh west = remote("west", "east-network", "2026-01-01T00:00:00Z", "1");

        assertThat(fault(west, west)).hasValueSatisfying(condition -> {
            assertThat(condition.reason()).isEqualTo("OwnNetwork");
            assertThat(condition.message()).contains("spec.network", "east-network");
        });
    }

    @Test
    void theOlderOfTwoRemotesKeepsTheNetwork() {
        RemoteMesh older = remote("west", "west-network", "2026-01-01T00:00:00Z", "2");
        RemoteMesh younger = remote("copy", "west-network", "2026-01-02T00:00:00Z", "1");

        assertThat(fault(older, younger, older)).isEmpty();
        assertThat(fault(younger, younger, older)).hasValueSatisfying(condition -> {
            assertThat(condition.reason()).isEqualTo("NetworkTaken");
            assertThat(condition.message()).contains("west-network", "RemoteMesh west");
        });
    }

    @Test
    void ofTwoOfOneSecondTheSmallerUidKeepsTheNetwork() {
        RemoteMesh first = remote("west", "west-network", "2026-01-01T00:00:00Z", "1");
        RemoteMesh second = remote("copy", "west-network", "2026-01-01T00:00:00Z", "2");

        assertThat(fault(first, second, first)).isEmpty();
        assertThat(fault(second, second, first)).isPresent();
    }

    @Test
    void withoutAMeshFederationOnlyOtherRemotesCount() {
        RemoteMesh west = remote("west", "east-network", "2026-01-01T00:00:00Z", "1");

        assertThat(NetworkClaims.fault(west, List.of(), List.of(west))).isEmpty();
        assertThat(NetworkClaims.noMesh().reason()).isEqualTo("NoMeshFederation");
    }

    private static Optional<Condition> fault(RemoteMesh remote, RemoteMesh... remotes) {
        return NetworkClaims.fault(remote, List.of(EAST), List.of(remotes));
    }

    private static RemoteMesh remote(String name, String network, String created, String uid) {
        RemoteMesh remote = Yaml.remote(name, "network: " + network + "\ntrustDomain: west.local\n");
        remote.getMetadata().setCreationTimestamp(created);
        remote.getMetadata().setUid(uid);
        return remote;
    }
}
