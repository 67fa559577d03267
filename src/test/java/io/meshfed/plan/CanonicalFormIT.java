package io.meshfed.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.meshfed.api.Names;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.WithClusters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is planned is what a real API server stores: every golden object is accepted, and found again in the stored one,
 * value for value. Otherwise a comparison of the two would see a change for ever.
 */
@WithClusters("east")
class CanonicalFormIT {
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
        namespace = east.newNamespace("canonical");
    }

    @AfterEach
    void deleteNamespace() {
        client.namespaces().withName(namespace).delete();
    }

    static Stream<Path> planned() {
        return Stream.of("gateway-", "exports-", "remote-", "mtls-")
                .flatMap(prefix -> Golden.cases("mesh", prefix))
                .flatMap(CanonicalFormIT::objects);
    }

    @ParameterizedTest
    @MethodSource("planned")
    void isStoredAsPlanned(Path file) {
        HasMetadata desired = new KubernetesSerialization().unmarshal(text(file));
        desired.getMetadata().setNamespace(namespace);

        HasMetadata created = client.resource(desired).patch(APPLY);
        HasMetadata again = client.resource(desired).patch(APPLY);

        assertThat(differences(tree(desired), tree(created), "")).isEmpty();
        assertThat(tree(again).get("spec")).isEqualTo(tree(created).get("spec"));
        assertThat(again.getMetadata().getGeneration())
                .isEqualTo(created.getMetadata().getGeneration());
    }

    private static Stream<Path> objects(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files
                    .filter(file -> file.getFileName().toString().startsWith("out-"))
                    .filter(file -> text(file).contains("\nkind: "))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        return Golden.text(file.getParent(), file.getFileName().toString()).orElseThrow();
    }

    private JsonNode tree(HasMetadata object) {
        return client.getKubernetesSerialization().convertValue(object, JsonNode.class);
    }

    /** Where the stored object lacks a planned value or has another; what it has beyond is the API server's business. */
    private static List<String> differences(JsonNode planned, JsonNode stored, String at) {
        List<String> differences = new ArrayList<>();
        if (planned.isObject() && stored.isObject()) {
            planned.fieldNames()
                    .forEachRemaining(name ->
                            differences.addAll(differences(planned.get(name), stored.path(name), at + "." + name)));
        } else if (planned.isArray() && planned.size() == stored.size()) {
            for (int i = 0; i < planned.size(); i++) {
                differences.addAll(differences(planned.get(i), stored.get(i), at + "[" + i + "]"));
            }
        } else if (!planned.equals(stored)) {
            differences.add(at + ": planned " + planned + ", stored " + stored);
        }
        return differences;
    }
}
