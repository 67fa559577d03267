package io.meshfed.plan.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ExportedMesh;
import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.api.MeshFederation;
import io.meshfed.plan.Golden;
import io.meshfed.plan.Yaml;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CataloguePlannerTest {
    /** What is known beside the spec. */
    record Facts(
            String trustDomain,
            List<String> addresses,
            int port,
            List<PublicRoot> roots,
            ExportedMesh.Istiod istiod,
            @Nullable String revocation) {}

    static Stream<Path> cases() {
        return Golden.cases("mesh", "catalogue-");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void publishesTheMesh(Path folder) {
        MeshFederation mesh = Golden.read(folder, "in-mesh.yaml", MeshFederation.class);
        Facts facts = Golden.read(folder, "in-facts.yaml", Facts.class);

        ExportedMesh page = CataloguePlanner.plan(
                mesh,
                facts.trustDomain(),
                facts.addresses(),
                facts.port(),
                facts.roots(),
                Optional.ofNullable(facts.istiod()),
                Optional.ofNullable(facts.revocation()));

        Golden.verify(folder, Map.of("out-exportedmesh.yaml", page));
    }

    @Test
    void theOrderOfFactsDoesNotMatter() {
        MeshFederation mesh = Yaml.mesh("mesh: {network: east-network}\ntrust: {type: External}\n");
        PublicRoot a = new PublicRoot("aa", "A", null, null);
        PublicRoot b = new PublicRoot("bb", "B", true, false);

        assertThat(CataloguePlanner.plan(
                                mesh,
                                "east.local",
                                List.of("b", "a", "b"),
                                15443,
                                List.of(b, a, b),
                                Optional.empty(),
                                Optional.empty())
                        .getSpec())
                .isEqualTo(CataloguePlanner.plan(
                                mesh,
                                "east.local",
                                List.of("a", "b"),
                                15443,
                                List.of(a, b),
                                Optional.empty(),
                                Optional.empty())
                        .getSpec());
    }
}
