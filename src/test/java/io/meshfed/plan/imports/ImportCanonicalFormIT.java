package io.meshfed.plan.imports;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.meshfed.api.Names;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.WithClusters;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Istio's own schema and CEL rules take every planned entry, and a real API server stores it as planned. */
@WithClusters("east")
class ImportCanonicalFormIT {
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Names.MESHFED)
            .withForce(true)
            .build();

    private static Clusters clusters;

    private KubernetesClient client;
    private String namespace;

    @BeforeEach
    void ownNamespace() {
        Cluster east = clusters.get("east");
        client = east.adminClient();
        namespace = east.newNamespace("imports");
    }

    @AfterEach
    void deleteNamespace() {
        client.namespaces().withName(namespace).delete();
    }

    static List<ImportCase> casesWithObjects() {
        return ImportCase.all().stream()
                .filter(golden -> !planned(golden).isEmpty())
                .toList();
    }

    private static List<HasMetadata> planned(ImportCase golden) {
        return Stream.<HasMetadata>concat(
                        ImportPlanner.plan(golden.world()).wanted().stream(), golden.gatewayRule().stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("casesWithObjects")
    void isStoredAsPlanned(ImportCase golden) {
        for (HasMetadata planned : planned(golden)) {
            planned.getMetadata().setNamespace(namespace);

            HasMetadata created = client.resource(planned).patch(APPLY);
            HasMetadata again = client.resource(planned).patch(APPLY);

            assertThat(spec(created)).isEqualTo(spec(planned));
            assertThat(again.getMetadata().getResourceVersion())
                    .isEqualTo(created.getMetadata().getResourceVersion());
        }
    }

    private JsonNode spec(HasMetadata object) {
        return client.getKubernetesSerialization()
                .convertValue(object, JsonNode.class)
                .get("spec");
    }
}
