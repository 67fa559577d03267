package io.meshfed.testbed;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes kubeconfigs the way `istioctl create-remote-secret` or a cloud console does: everything inline. */
final class Kubeconfig {

    private Kubeconfig() {}

    /** A kubeconfig whose user has a bearer token. */
    static String withToken(String cluster, String server, String caData, String token) {
        return yaml(cluster, server, caData, Map.of("token", token));
    }

    /** A kubeconfig whose user has a client certificate; both PEM texts in base64. */
    static String withCertificate(
            String cluster, String server, String caData, String certificateData, String keyData) {
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("client-certificate-data", certificateData);
        user.put("client-key-data", keyData);
        return yaml(cluster, server, caData, user);
    }

    /** A PEM text as the `-data` fields hold it. */
    static String base64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
    }

    private static String yaml(String name, String server, String caData, Map<String, ?> user) {
        Map<String, Object> cluster = new LinkedHashMap<>();
        cluster.put("server", server);
        cluster.put("certificate-authority-data", caData);
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("apiVersion", "v1");
        config.put("kind", "Config");
        config.put("current-context", name);
        config.put("clusters", List.of(Map.of("name", name, "cluster", cluster)));
        config.put("users", List.of(Map.of("name", name, "user", user)));
        config.put("contexts", List.of(Map.of("name", name, "context", Map.of("cluster", name, "user", name))));
        return Serialization.asYaml(config);
    }
}
