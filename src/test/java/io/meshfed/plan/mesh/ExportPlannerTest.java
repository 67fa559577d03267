package io.meshfed.plan.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.meshfed.api.MeshFederation;
import io.meshfed.plan.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExportPlannerTest {
    static Stream<Path> cases() {
        return Golden.cases("mesh", "exports-");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void exportsWhatBothSelectorsPick(Path folder) {
        ExportPlan plan = ExportPlanner.plan(mesh(folder), services(folder), namespaces(folder));

        Map<String, Object> outputs = new TreeMap<>();
        outputs.put("out-hosts-and-notes.yaml", new TreeMap<>(Map.of("hosts", plan.hosts(), "notes", plan.notes())));
        for (HasMetadata object : plan.objects()) {
            outputs.put("out-" + object.getKind().toLowerCase() + ".yaml", object);
        }
        Golden.verify(folder, outputs);
    }

    @Test
    void theOrderOfTheWorldDoesNotMatter() {
        Path folder = Path.of("src/test/resources/golden/mesh/exports-sorted");
        List<Service> shuffled = new ArrayList<>(services(folder));
        Collections.reverse(shuffled);

        assertThat(ExportPlanner.plan(mesh(folder), shuffled, namespaces(folder)))
                .isEqualTo(ExportPlanner.plan(mesh(folder), services(folder), namespaces(folder)));
    }

    @Test
    void aNamespaceThatIsNotKnownExportsNothing() {
        Path folder = Path.of("src/test/resources/golden/mesh/exports-sorted");

        ExportPlan plan = ExportPlanner.plan(mesh(folder), services(folder), Map.of());

        assertThat(plan.hosts()).isEmpty();
        assertThat(plan.objects()).isEmpty();
    }

    private static MeshFederation mesh(Path folder) {
        return Golden.read(folder, "in-mesh.yaml", MeshFederation.class);
    }

    private static List<Service> services(Path folder) {
        return Golden.readAll(folder, "in-cluster.yaml", "Service", Service.class);
    }

    private static Map<String, Map<String, String>> namespaces(Path folder) {
        return Golden.readAll(folder, "in-cluster.yaml", "Namespace", Namespace.class).stream()
                .collect(Collectors.toMap(
                        namespace -> namespace.getMetadata().getName(),
                        namespace -> namespace.getMetadata().getLabels()));
    }
}
