package io.meshfed.testbed;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An operator that cannot hold its tongue is heard, whatever it tells, and where. */
@WithClusters
class SecrecyIT {
    private static Clusters clusters;
    private static Cluster east;
    private static Cluster west;
    private static String namespace;
    private static KubernetesClient operator;
    private static KubernetesClient operatorInWest;

    @BeforeAll
    static void operatorThatMayDoAll() {
        east = clusters.get("east");
        west = clusters.get("west");
        namespace = clusters.newNamespace("secrecy");
        for (Cluster cluster : clusters.all()) {
            cluster.applyYaml(
                    """
                    apiVersion: v1
                    kind: ServiceAccount
                    metadata: {namespace: %1$s, name: operator}
                    ---
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: RoleBinding
                    metadata: {namespace: %1$s, name: operator}
                    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
                    subjects:
                    - {kind: ServiceAccount, namespace: %1$s, name: operator}
                    """
                            .formatted(namespace));
        }
        operator = east.serviceAccountClient(namespace, "operator");
        operatorInWest = west.serviceAccountClient(namespace, "operator");
        Mesh.until("the right", () -> allowed(operator) && allowed(operatorInWest));
    }

    private static boolean allowed(KubernetesClient client) {
        try {
            return client.secrets().inNamespace(namespace).list() != null;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    @AfterAll
    static void close() {
        operator.close();
        operatorInWest.close();
    }

    private static String newKey() {
        return CertificateAuthority.newKeyPems().privateKey();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Secret put(KubernetesClient client, String secret, String field, String key) {
        return client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(secret)
                        .endMetadata()
                        .withData(Map.of(field, base64(key)))
                        .build())
                .createOr(r -> r.update());
    }

    private static void configMap(KubernetesClient client, String name, String text) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .withData(Map.of("text", text))
                        .build())
                .createOr(r -> r.update());
    }

    private static void silent() {
        assertThatCode(east::assertNothingPrivateIsDisclosed).doesNotThrowAnyException();
        assertThatCode(west::assertNothingPrivateIsDisclosed).doesNotThrowAnyException();
    }

    private static void heard(Cluster cluster, String... words) {
        ThrowingCallable look = cluster::assertNothingPrivateIsDisclosed;
        assertThatThrownBy(look).isInstanceOf(AssertionError.class).hasMessageContainingAll(words);
        // Once is enough: the cluster serves other classes too.
        assertThatCode(look).doesNotThrowAnyException();
    }

    @Test
    void keysAreWhereTheyBelong() {
        put(operator, "root", "tls.key", newKey());
        put(operator, "cacerts", "ca-key.pem", newKey());
        put(operator, "cacerts", "ca-key.pem", newKey());
        put(operatorInWest, "cacerts", "ca-key.pem", newKey());

        silent();
    }

    @Test
    void testMayPutKeysWhereverItWants() {
        String key = newKey();
        put(operator, "issuer", "tls.key", key);
        put(west.adminClient(), "issuer", "tls.key", key);
        configMap(west.adminClient(), "of-the-test", key);

        silent();
    }

    @Test
    void replacedKeyInAnOverwrittenObjectIsFound() {
        String key = newKey();
        put(operator, "replaced", "tls.key", key);
        put(operator, "replaced", "tls.key", newKey());
        configMap(operator, "told", "for a moment " + key.split("\n")[2]);
        configMap(operator, "told", "nothing");

        heard(east, "create of configmaps " + namespace + "/told", "secrets " + namespace + "/replaced, tls.key");
    }

    @Test
    void keyInAnAnnotationOfItsSecretIsFound() {
        String key = newKey();
        Secret secret = put(operator, "annotated", "tls.key", key);
        secret.getMetadata().setAnnotations(Map.of("last", secret.getData().toString()));
        operator.resource(secret).update();

        heard(east, "secrets " + namespace + "/annotated, /metadata/annotations/last");
    }

    @Test
    void issuersKeyInTheCacertsOfAnotherClusterIsFound() {
        String key = newKey();
        put(operator, "home", "tls.key", key);
        put(operatorInWest, "cacerts", "ca-key.pem", key);

        heard(west, "into", "secrets " + namespace + "/cacerts, ca-key.pem, but it belongs in", "/home, tls.key");
    }

    @Test
    void keyInAnotherFieldOfASecretIsFound() {
        put(operator, "cacerts", "root-cert.pem", newKey());
        heard(east, "wrote", "/cacerts, root-cert.pem");

        String key = newKey();
        put(operator, "hidden", "tls.key", key);
        put(operator, "other", "root-cert.pem", base64(key));
        put(operator, "other", "root-cert.pem", "nothing");
        heard(east, "create of secrets " + namespace + "/other, /requestObject/data/root-cert.pem");
    }

    @Test
    void keyInTheLogAndInATemporaryFileIsFound() throws IOException {
        String key = newKey();
        put(operator, "logged", "tls.key", key);
        Files.writeString(east.folder().resolve("talker.log"), "wrote {tls.key=" + base64(key) + "}\n");
        Files.writeString(
                Files.createDirectories(west.folder().resolve("talker.tmp")).resolve("key"), key);

        heard(west, "talker.tmp/key");
        heard(east, "talker.log");
    }

    @Test
    void credentialOfAnotherClusterIsFound() {
        String kubeconfig = west.serviceAccountKubeconfig(namespace, "operator");
        put(east.adminClient(), "credential", "kubeconfig", kubeconfig);
        silent();
        configMap(operatorInWest, "credential", kubeconfig);

        heard(west, "create of configmaps " + namespace + "/credential", "credential, kubeconfig");
    }
}
