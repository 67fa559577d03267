package io.meshfed.testbed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** What a pod's spec refers to is filled in as a kubelet does it. */
class PodEnvironmentTest {
    private static final Pod POD = Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: web-1
              namespace: shop
              labels: {app: web, "topology.istio.io/network": east}
              annotations: {note: "two\\nlines \\"quoted\\""}
            spec:
              nodeName: node
              serviceAccountName: clerk
              containers:
              - name: web
                resources: {limits: {cpu: 1500m, memory: 1Gi}}
                env:
                - {name: FIRST, value: one}
                - {name: SECOND, value: "$(FIRST) and $(UNKNOWN) and $$(FIRST)"}
                - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                - {name: NETWORK, valueFrom: {fieldRef: {fieldPath: "metadata.labels['topology.istio.io/network']"}}}
                - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: "1"}}}
                - {name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: "1Mi"}}}
            """,
            Pod.class);
    private static final Container WEB = POD.getSpec().getContainers().get(0);
    private static final PodFields FIELDS = new PodFields(POD, "10.10.0.7", "10.10.0.1");

    private static final VolumeContents NOTHING_MOUNTED = new VolumeContents() {
        @Override
        public Optional<SortedMap<String, byte[]>> secret(String namespace, String name) {
            return Optional.empty();
        }

        @Override
        public Optional<SortedMap<String, byte[]>> configMap(String namespace, String name) {
            return Optional.empty();
        }
    };

    @Test
    void variablesAreResolvedInTheirOrder() {
        var variables = new PodEnvironment(FIELDS, NOTHING_MOUNTED, Map.of("KUBERNETES_SERVICE_PORT", "443")).of(WEB);

        assertThat(variables)
                .containsEntry("SECOND", "one and $(UNKNOWN) and $(FIRST)")
                .containsEntry("POD", "web-1")
                .containsEntry("NETWORK", "east")
                .containsEntry("CPU", "2")
                .containsEntry("MEMORY", "1024")
                .containsEntry("HOSTNAME", "web-1")
                .containsEntry("KUBERNETES_SERVICE_PORT", "443");
    }

    @Test
    void aFileOfLabelsHasOneQuotedLineForEach() {
        assertThat(FIELDS.field("metadata.labels")).isEqualTo("app=\"web\"\ntopology.istio.io/network=\"east\"");
        assertThat(FIELDS.field("metadata.annotations")).isEqualTo("note=\"two\\nlines \\\"quoted\\\"\"");
    }
}
