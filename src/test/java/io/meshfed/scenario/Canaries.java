package io.meshfed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.Mesh;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What must appear nowhere: the lines of every private key and token of a cluster. */
final class Canaries {
    private Canaries() {}

    /** Logs, Events, status, annotations and metrics, against every secret line of both clusters. */
    static void assertNothingPrivateIsTold(Mesh... meshes) {
        for (Mesh mesh : meshes) {
            List<String> canaries = mesh.cluster().adminClient().secrets().inAnyNamespace().list().getItems().stream()
                    .flatMap(secret -> secret.getData().entrySet().stream())
                    .filter(entry -> entry.getKey().matches("ca-key.pem|tls.key|kubeconfig"))
                    .flatMap(entry -> canaries(entry.getKey(), entry.getValue()).stream())
                    .toList();
            assertThat(canaries).hasSizeGreaterThan(9);
            Map<String, Supplier<String>> told = Map.of(
                    "log", () -> mesh.operator().log(),
                    "metrics", () -> mesh.operator().body("/q/metrics"),
                    "health", () -> mesh.operator().body("/q/health"),
                    "API", () -> everythingButSecretValues(mesh));
            told.forEach((where, text) -> {
                String said = text.get();
                assertThat(said).as(where).isNotEmpty();
                assertThat(canaries.stream().filter(said::contains).count())
                        .as(
                                "lines of private keys and tokens in the %s of %s",
                                where, mesh.cluster().name())
                        .isZero();
            });
        }
    }

    private static List<String> canaries(String key, String value) {
        String text = Openssl.text(value);
        if (key.equals("kubeconfig")) {
            String token = text.replaceAll("(?s).*token: \"?([^\"\\s]+).*", "$1");
            return List.of(value.substring(0, 60), token, token.substring(token.lastIndexOf('.') + 1));
        }
        List<String> body = Arrays.stream(text.split("\n"))
                .filter(line -> !line.contains("-----") && line.length() > 30)
                .toList();
        return Stream.concat(body.stream(), Stream.of(value.substring(60, 120))).toList();
    }

    private static String everythingButSecretValues(Mesh mesh) {
        var client = mesh.cluster().adminClient();
        StringBuilder told = new StringBuilder();
        for (String path : List.of(
                "/apis/meshfed.io/v1alpha1/meshfederations",
                "/apis/meshfed.io/v1alpha1/remotemeshes",
                "/apis/meshfed.io/v1alpha1/exportedmeshes",
                "/apis/events.k8s.io/v1/events",
                "/apis/apps/v1/deployments",
                "/apis/gateway.networking.k8s.io/v1/gateways",
                "/apis/coordination.k8s.io/v1/namespaces/" + mesh.installation().namespace() + "/leases",
                "/api/v1/configmaps")) {
            told.append(client.raw(path));
        }
        client.secrets().inAnyNamespace().list().getItems().forEach(secret -> told.append(secret.getMetadata()));
        return told.toString();
    }
}
