package io.meshfed.testbed.live;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A workload as a user would deploy it: Namespace, ServiceAccount, Service and Deployment, all of its name unless said
 * otherwise. Its pods answer with the name of their mesh and their own: {@code west/httpbin-6d4f-x2x}.
 *
 * @param name of Service, Deployment and label {@code app}
 * @param namespace its namespace; made if it is not there
 * @param serviceAccount under which it runs
 * @param replicas how many pods
 * @param ports none: a client that sends requests on demand
 * @param exported whether namespace and Service carry the labels that the examples export by
 * @param injected whether Istio puts a proxy beside it
 * @param podLabels more labels of its pods
 * @param proxyMetadata metadata of its proxies that differs from the mesh, such as {@code ISTIO_META_DNS_CAPTURE}
 */
public record App(
        String name,
        String namespace,
        String serviceAccount,
        int replicas,
        List<Port> ports,
        boolean exported,
        boolean injected,
        Map<String, String> podLabels,
        Map<String, String> proxyMetadata) {

    /** What is spoken on a port; the testbed's server knows these. */
    public enum Protocol {
        /** HTTP/1.1 and HTTP/2 without TLS. */
        HTTP,
        /** gRPC without TLS. */
        GRPC,
        /** A line with the name, then an echo. */
        TCP,
        /** HTTP over the server's own TLS, which the mesh cannot look into. */
        TLS
    }

    /** A port of the Service. */
    public record Port(String name, int port, int targetPort, Protocol protocol) {}

    /** A pod of which a busy machine has no answer yet is not taken out of its Service. */
    private static final int PROBE_TIMEOUT_SECONDS = 30;

    /** Keeps immutable copies. */
    public App {
        ports = List.copyOf(ports);
        podLabels = Map.copyOf(podLabels);
        proxyMetadata = Map.copyOf(proxyMetadata);
    }

    /** A server in a namespace of its own name, with a sidecar, not exported, one pod, no port yet. */
    public static App server(String name) {
        return new App(name, name, name, 1, List.of(), false, true, Map.of(), Map.of());
    }

    /** The example of the documentation: {@code httpbin:8000}, exported. */
    public static App httpbin() {
        return server("httpbin").http(8000).exports();
    }

    /** A client in a namespace of its own name, with a sidecar. */
    public static App client(String name) {
        return server(name);
    }

    /** The same in another namespace. */
    public App in(String other) {
        return new App(name, other, serviceAccount, replicas, ports, exported, injected, podLabels, proxyMetadata);
    }

    /** The same under another account. */
    public App as(String account) {
        return new App(name, namespace, account, replicas, ports, exported, injected, podLabels, proxyMetadata);
    }

    /** The same with so many pods. */
    public App replicas(int count) {
        return new App(name, namespace, serviceAccount, count, ports, exported, injected, podLabels, proxyMetadata);
    }

    /** The same, exported to other meshes. */
    public App exports() {
        return new App(name, namespace, serviceAccount, replicas, ports, true, injected, podLabels, proxyMetadata);
    }

    /** The same without a proxy. */
    public App withoutSidecar() {
        return new App(name, namespace, serviceAccount, replicas, ports, exported, false, podLabels, proxyMetadata);
    }

    /** The same with one more label on its pods. */
    public App podLabel(String key, String value) {
        Map<String, String> labels = new TreeMap<>(podLabels);
        labels.put(key, value);
        return new App(name, namespace, serviceAccount, replicas, ports, exported, injected, labels, proxyMetadata);
    }

    /** The same with metadata for its own proxies, in the annotation {@code proxy.istio.io/config}. */
    public App proxyMetadata(String key, String value) {
        Map<String, String> metadata = new TreeMap<>(proxyMetadata);
        metadata.put(key, value);
        return new App(name, namespace, serviceAccount, replicas, ports, exported, injected, podLabels, metadata);
    }

    /** The same with a port {@code http}; pods listen on 8080. */
    public App http(int port) {
        return port("http", port, 8080, Protocol.HTTP);
    }

    /** The same with a port {@code grpc}; pods listen on 9090. */
    public App grpc(int port) {
        return port("grpc", port, 9090, Protocol.GRPC);
    }

    /** The same with a port {@code tcp}; pods listen on 9000. */
    public App tcp(int port) {
        return port("tcp", port, 9000, Protocol.TCP);
    }

    /** The same with a port {@code tls}; pods listen on 8443. */
    public App tls(int port) {
        return port("tls", port, 8443, Protocol.TLS);
    }

    /** The same with one more port; one of each protocol at most. */
    public App port(String portName, int port, int targetPort, Protocol protocol) {
        List<Port> all = new ArrayList<>(ports);
        all.add(new Port(portName, port, targetPort, protocol));
        return new App(name, namespace, serviceAccount, replicas, all, exported, injected, podLabels, proxyMetadata);
    }

    /** {@code <name>.<namespace>.svc.cluster.local}. */
    public String host() {
        return name + "." + namespace + ".svc.cluster.local";
    }

    /** The manifests, in a mesh of that name. */
    String manifests(String mesh) {
        return """
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: %2$s
                  labels: {istio-injection: "%4$s", testbed/scenario: "true"%5$s}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: %3$s, namespace: %2$s}
                ---
                %8$sapiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  replicas: %6$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata:
                      labels: {app: %1$s%9$s}
                      annotations: {proxy.istio.io/config: '%11$s'}
                    spec:
                      serviceAccountName: %3$s
                      terminationGracePeriodSeconds: 10
                      containers:
                      - name: app
                        image: meshfed/netbed-app
                        args: [%7$s]
                        env:
                        - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                        %10$s
                """
                .formatted(
                        name,
                        namespace,
                        serviceAccount,
                        injected ? "enabled" : "disabled",
                        exported ? ", meshfed.io/export: allowed" : "",
                        replicas,
                        arguments(mesh),
                        ports.isEmpty() ? "" : service(),
                        podLabels.entrySet().stream()
                                .map(l -> ", " + l.getKey() + ": \"" + l.getValue() + "\"")
                                .collect(Collectors.joining()),
                        container(),
                        Serialization.asJson(Map.of("proxyMetadata", proxyMetadata)));
    }

    /** The ImportedService for it, in a mesh that has another's. */
    String imported(String spec) {
        String opened = ports.stream()
                .map(p -> "  - {name: %s, port: %d, appProtocol: %s}\n"
                        .formatted(p.name(), p.port(), appProtocol(p.protocol())))
                .collect(Collectors.joining());
        return """
                apiVersion: meshfed.io/v1alpha1
                kind: ImportedService
                metadata: {name: %s, namespace: %s}
                spec:
                  serviceAccounts: [%s]
                  ports:
                %s%s
                """
                .formatted(name, namespace, serviceAccount, opened, spec.indent(2));
    }

    private String arguments(String mesh) {
        if (ports.isEmpty()) {
            return "pause";
        }
        return "app, --name, \"" + mesh + "/$(POD_NAME)\""
                + ports.stream()
                        .map(p ->
                                ", --" + p.protocol().name().toLowerCase(Locale.ROOT) + ", \"" + p.targetPort() + "\"")
                        .collect(Collectors.joining());
    }

    private String container() {
        if (ports.isEmpty()) {
            return "";
        }
        String open = ports.stream()
                .map(p -> "{name: " + p.name() + ", containerPort: " + p.targetPort() + "}")
                .collect(Collectors.joining(", "));
        String probe = ports.stream()
                .filter(p -> p.protocol() == Protocol.HTTP)
                .findFirst()
                .map(p -> "\n        readinessProbe: {httpGet: {path: /ready, port: " + p.targetPort()
                        + "}, periodSeconds: 1, timeoutSeconds: " + PROBE_TIMEOUT_SECONDS + "}")
                .orElse("");
        return "ports: [" + open + "]" + probe;
    }

    private String service() {
        String each = ports.stream()
                .map(p -> "  - {name: %s, port: %d, targetPort: %d, appProtocol: %s}\n"
                        .formatted(p.name(), p.port(), p.targetPort(), appProtocol(p.protocol())))
                .collect(Collectors.joining());
        return """
                apiVersion: v1
                kind: Service
                metadata:
                  name: %1$s
                  namespace: %2$s
                  labels: {app: %1$s%3$s}
                spec:
                  selector: {app: %1$s}
                  ports:
                %4$s---
                """
                .formatted(name, namespace, exported ? ", meshfed.io/export: \"true\"" : "", each);
    }

    private static String appProtocol(Protocol protocol) {
        return switch (protocol) {
            case HTTP -> "http";
            case GRPC -> "grpc";
            case TCP -> "tcp";
            case TLS -> "tls";
        };
    }
}
