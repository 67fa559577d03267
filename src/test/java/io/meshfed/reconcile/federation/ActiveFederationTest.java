package io.meshfed.reconcile.federation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ObjectReason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActiveFederationTest {
    private static final String NOON = "2026-01-01T12:00:00Z";
    private static final String LATER = "2026-01-01T12:00:01Z";

    @Test
    void theOldestSpeaks() {
        List<MeshFederation> all = List.of(mesh("b", LATER, "1"), mesh("a", NOON, "2"));

        assertThat(active(all, Optional.of("b"))).isEqualTo("a");
    }

    /** Two out of one file: the second must not take the mesh from the first, whose objects it would find foreign. */
    @Test
    void amongEquallyOldOnesWhoSpeaksGoesOn() {
        List<MeshFederation> all = List.of(mesh("first", NOON, "2"), mesh("second", NOON, "1"));

        assertThat(active(all, Optional.of("first"))).isEqualTo("first");
        assertThat(active(all, Optional.empty())).isEqualTo("second");
    }

    @Test
    void whoSpokeBeforeARestartGoesOn() {
        MeshFederation first = spoke(mesh("first", NOON, "2"), ConditionType.TrustReady);
        MeshFederation second = spoke(mesh("second", NOON, "1"), ConditionType.Conflict);

        assertThat(active(List.of(first, second), Optional.empty())).isEqualTo("first");
    }

    @Test
    void nobodySpeaksForNone() {
        assertThat(ActiveFederation.of(List.of(), Optional.of("gone"))).isEmpty();
    }

    private static String active(List<MeshFederation> all, Optional<String> speaking) {
        return ActiveFederation.of(all, speaking).orElseThrow().getMetadata().getName();
    }

    private static MeshFederation spoke(MeshFederation mesh, ConditionType type) {
        mesh.setStatus(new MeshFederationStatus(
                1L, List.of(Condition.no(type, ObjectReason.ForeignObject, "any message")), null, null, null, null));
        return mesh;
    }

    private static MeshFederation mesh(String name, String created, String uid) {
        MeshFederation mesh = new MeshFederation();
        mesh.getMetadata().setName(name);
        mesh.getMetadata().setCreationTimestamp(created);
        mesh.getMetadata().setUid(uid);
        return mesh;
    }
}
