package io.meshfed.plan.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.istio.api.security.v1.PeerAuthentication;
import io.meshfed.api.MeshFederation;
import io.meshfed.plan.Golden;
import io.meshfed.plan.Yaml;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MtlsPlannerTest {
    private static final String FOREIGN =
            """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default, namespace: istio-root}
            spec: {mtls: {mode: PERMISSIVE}}
            """;

    static Stream<Path> cases() {
        return Golden.cases("mesh", "mtls-");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void setsTheModeOfTheWholeMesh(Path folder) {
        MeshFederation mesh = Golden.read(folder, "in-mesh.yaml", MeshFederation.class);

        Map<String, Object> outputs = new TreeMap<>();
        MtlsPlanner.plan(mesh, "istio-root", List.of())
                .ifPresent(policy -> outputs.put("out-peerauthentication.yaml", policy));
        Golden.verify(folder, outputs);
    }

    @Test
    void anotherMeshWideModeIsLeftAloneAndReported() {
        assertThat(plannedBeside(FOREIGN)).isFalse();
        assertThat(conflict(FOREIGN)).contains("istio-root/default", "spec.mtls: Unmanaged");
    }

    @Test
    void anotherMeshWideStrictIsWhatWasAskedFor() {
        String strict = FOREIGN.replace("PERMISSIVE", "STRICT");

        assertThat(plannedBeside(strict)).isFalse();
        assertThat(conflict(strict)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "namespace: istio-root, labels: {app.kubernetes.io/managed-by: meshfed}",
                "namespace: istio-root, annotations: {meshfed.io/adopt: 'true'}",
                "namespace: elsewhere",
            })
    void ownHandedOverAndOtherNamespacesAreNoHindrance(String metadata) {
        String other = FOREIGN.replace("namespace: istio-root", metadata);

        assertThat(plannedBeside(other)).isTrue();
        assertThat(conflict(other)).isEmpty();
    }

    @Test
    void aPolicyForSomePodsIsNoHindrance() {
        String some = FOREIGN.replace("spec: {", "spec: {selector: {matchLabels: {app: db}}, ");

        assertThat(plannedBeside(some)).isTrue();
        assertThat(conflict(some)).isEmpty();
    }

    private static boolean plannedBeside(String other) {
        return MtlsPlanner.plan(strict(), "istio-root", others(other)).isPresent();
    }

    private static String conflict(String other) {
        return MtlsPlanner.conflict(strict(), "istio-root", others(other)).orElse("");
    }

    private static List<PeerAuthentication> others(String other) {
        return Golden.parseAll(other, "PeerAuthentication", PeerAuthentication.class);
    }

    private static MeshFederation strict() {
        return Yaml.mesh(
                """
                mesh: {network: east-network}
                trust: {type: External}
                mtls: Strict
                """);
    }
}
