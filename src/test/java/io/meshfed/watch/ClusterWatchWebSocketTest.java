package io.meshfed.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** fabric8's mock server watches by WebSocket only, as API servers do first; with any client of fabric8's making. */
@EnableKubernetesMockClient(crud = true)
class ClusterWatchWebSocketTest {
    private KubernetesClient client;

    @Test
    void changesArrive() {
        create("one", "a");
        try (ClusterWatch<ConfigMap> watch = ClusterWatch.start(
                client, WatchSpec.of(ConfigMap.class).withLabels(Map.of("app", "x")), new Silent())) {
            await().until(watch::synced);
            create("two", "b");
            await().until(() -> watch.list("test").size() == 2);

            client.configMaps().inNamespace("test").withName("one").delete();
            client.configMaps().inNamespace("test").withName("two").edit(map -> new ConfigMapBuilder(map)
                    .addToData("key", "c")
                    .build());

            await().untilAsserted(
                            () -> assertThat(watch.list()).singleElement().satisfies(map -> assertThat(map.getData())
                                    .containsEntry("key", "c")));
            assertThat(watch.failure()).isEmpty();
        }
    }

    private void create(String name, String value) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("test")
                        .addToLabels("app", "x")
                        .endMetadata()
                        .addToData("key", value)
                        .build())
                .create();
    }

    private static final class Silent implements WatchListener<ConfigMap> {
        @Override
        public void changed(Optional<ConfigMap> before, Optional<ConfigMap> after) {}

        @Override
        public void stateChanged() {}
    }
}
