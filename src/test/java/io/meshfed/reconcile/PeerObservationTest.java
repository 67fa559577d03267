package io.meshfed.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ExportedMesh;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerObservationTest {
    @Test
    void anotherGatewayInTheCatalogueIsNoChangeForTrust() {
        assertThat(observed("west-network", "172.18.1.2")).isEqualTo(observed("west-network", "172.18.1.1"));
    }

    @Test
    void anotherFactInTheCatalogueIsAChangeForTrust() {
        assertThat(observed("other-network", "172.18.1.1")).isNotEqualTo(observed("west-network", "172.18.1.1"));
    }

    private static PeerObservation observed(String network, String gateway) {
        ExportedMesh.Spec catalogue = new ExportedMesh.Spec(
                network, "west.local", new ExportedMesh.Gateway(List.of(gateway), 15443), List.of(), null, null);
        return new PeerObservation(Optional.of(catalogue), false, Optional.empty());
    }
}
