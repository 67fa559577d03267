package io.meshfed.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.deploy.Chart;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The chart, installed in a cluster but for its Deployment: tests and demo run the jar as a process with the Deployment's
 * environment instead.
 *
 * @param environment what the Deployment sets by value
 */
public record OperatorInstallation(String namespace, String serviceAccount, Map<String, String> environment) {
    private static final String NAMESPACE = "meshfed-system";

    public OperatorInstallation {
        environment = Map.copyOf(environment);
    }

    /**
     * Installs the chart.
     *
     * @param values paths and values as for {@code helm --set}
     */
    public static OperatorInstallation install(Cluster cluster, Map<String, String> values) {
        if (cluster.adminClient().namespaces().withName(NAMESPACE).get() == null) {
            cluster.createNamespace(NAMESPACE);
        }
        List<JsonNode> manifests = Chart.ensure()
                .render(values.entrySet().stream()
                        .map(value -> value.getKey() + "=" + value.getValue())
                        .toArray(String[]::new));
        manifests.stream()
                .filter(document -> !kind(document, "Deployment") && !kind(document, "CustomResourceDefinition"))
                // Such as the ServiceMonitor of an operator that no test cluster has.
                .filter(document -> !document.path("apiVersion").asText().startsWith("monitoring.coreos.com"))
                .forEach(document -> cluster.applyYaml(document.toString()));
        return of(manifests.stream()
                .filter(document -> kind(document, "Deployment"))
                .findFirst()
                .orElseThrow(() -> new TestbedException("the chart has no Deployment")));
    }

    /** The chart as another installer, such as helm itself, has installed it in a cluster. */
    public static OperatorInstallation found(Cluster cluster) {
        var deployment = cluster.adminClient()
                .apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("meshfed")
                .get();
        if (deployment == null) {
            throw new TestbedException("no Deployment " + NAMESPACE + "/meshfed in " + cluster.name());
        }
        return of(Serialization.jsonMapper().valueToTree(deployment));
    }

    /** Makes a Secret in the operator's namespace, or replaces it; values in base64. */
    public void secret(Cluster cluster, String name, String type, Map<String, String> data) {
        cluster.adminClient()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .withType(type)
                        .withData(data)
                        .build())
                .createOr(r -> r.update());
    }

    /** Puts a kubeconfig into a Secret of the operator's namespace. */
    public void kubeconfigSecret(Cluster cluster, String name, String kubeconfig) {
        String encoded = Base64.getEncoder().encodeToString(kubeconfig.getBytes(StandardCharsets.UTF_8));
        secret(cluster, name, "Opaque", Map.of("kubeconfig", encoded));
    }

    private static OperatorInstallation of(JsonNode deployment) {
        JsonNode pod = deployment.at("/spec/template/spec");
        Map<String, String> environment = new TreeMap<>();
        pod.at("/containers/0/env").forEach(variable -> {
            if (variable.has("value")) {
                environment.put(
                        variable.path("name").asText(), variable.path("value").asText());
            }
        });
        return new OperatorInstallation(
                NAMESPACE, pod.path("serviceAccountName").asText(), environment);
    }

    private static boolean kind(JsonNode document, String kind) {
        return document.path("kind").asText().equals(kind);
    }
}
