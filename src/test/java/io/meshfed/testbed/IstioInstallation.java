package io.meshfed.testbed;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a mesh leaves in the API, without istiod: the objects of Istio's chart, and on request those that a running
 * istiod publishes. {@link #install()} may be called again after a change, as {@code helm upgrade} would.
 */
public final class IstioInstallation {

    private static final String ROOT_CONFIG_MAP = "istio-ca-root-cert";
    private static final Set<String> WITHOUT_ROOT = Set.of("kube-public", "kube-node-lease");

    private final Cluster cluster;
    private final Map<String, String> proxyMetadata = new LinkedHashMap<>();
    private final Map<String, String> istiodEnvironment = new LinkedHashMap<>();
    private final Map<String, Object> moreMeshConfig = new LinkedHashMap<>();
    private final List<Map<String, Object>> caCertificates = new ArrayList<>();
    private String namespace = "istio-system";
    private String trustDomain = "cluster.local";
    private List<String> trustDomainAliases = List.of();
    private String network = "";
    private String revision = "";
    private String meshId = "";
    private String clusterName;
    private String meshNetworks = "networks: {}\n";

    private IstioInstallation(Cluster cluster) {
        this.cluster = cluster;
        this.clusterName = cluster.name();
    }

    /** An installation with the chart's defaults, and the cluster's name as {@code multiCluster.clusterName}. */
    public static IstioInstallation on(Cluster cluster) {
        return new IstioInstallation(cluster);
    }

    /** The control-plane namespace, by default {@code istio-system}. */
    public IstioInstallation namespace(String name) {
        namespace = name;
        return this;
    }

    /** {@code meshConfig.trustDomain}, by default {@code cluster.local}. */
    public IstioInstallation trustDomain(String domain) {
        trustDomain = domain;
        return this;
    }

    /** {@code meshConfig.trustDomainAliases}; replaces the ones given before. */
    public IstioInstallation trustDomainAliases(String... domains) {
        trustDomainAliases = List.of(domains);
        return this;
    }

    /** Adds one of {@code meshConfig.caCertificates}: a root (PEM) and the trust domains that it may speak for. */
    public IstioInstallation caCertificate(String pem, String... trustDomains) {
        Map<String, Object> certificate = new LinkedHashMap<>();
        certificate.put("pem", pem);
        certificate.put("trustDomains", List.of(trustDomains));
        caCertificates.add(certificate);
        return this;
    }

    /** {@code global.network}; empty by default. */
    public IstioInstallation network(String name) {
        network = name;
        return this;
    }

    /** The revision, which ends up in the names of the ConfigMaps; none by default. */
    public IstioInstallation revision(String name) {
        revision = name;
        return this;
    }

    /** {@code global.meshID}; empty by default. */
    public IstioInstallation meshId(String id) {
        meshId = id;
        return this;
    }

    /** {@code global.multiCluster.clusterName}. */
    public IstioInstallation clusterName(String name) {
        clusterName = name;
        return this;
    }

    /** Whether sidecars answer DNS ({@code ISTIO_META_DNS_CAPTURE}); not set by default. */
    public IstioInstallation dnsCapture(boolean capture) {
        return proxyMetadata("ISTIO_META_DNS_CAPTURE", Boolean.toString(capture));
    }

    /** One entry of {@code meshConfig.defaultConfig.proxyMetadata}. */
    public IstioInstallation proxyMetadata(String key, String value) {
        proxyMetadata.put(key, value);
        return this;
    }

    /** One environment variable of istiod, {@code pilot.env} in the chart, for instance ISTIO_MULTIROOT_MESH. */
    public IstioInstallation istiodEnvironment(String key, String value) {
        istiodEnvironment.put(key, value);
        return this;
    }

    /** {@code meshConfig.enableAutoMtls}; not set by default, which means true. */
    public IstioInstallation autoMtls(boolean enabled) {
        return meshConfig("enableAutoMtls", enabled);
    }

    /** Any other key of {@code meshConfig}, at the top. */
    public IstioInstallation meshConfig(String key, Object value) {
        moreMeshConfig.put(key, value);
        return this;
    }

    /** The whole key {@code meshNetworks} (YAML), by default {@code networks: {}}. */
    public IstioInstallation meshNetworks(String yaml) {
        meshNetworks = yaml;
        return this;
    }

    /**
     * Makes or updates what the chart makes: the namespace, the ConfigMaps {@code istio} and
     * {@code istio-sidecar-injector}, and, where the Gateway API is, the accepted GatewayClasses.
     *
     * @return this
     */
    public IstioInstallation install() {
        apply(new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .endMetadata()
                .build());
        applyConfigMap("istio", Map.of("mesh", Serialization.asYaml(meshConfig()), "meshNetworks", meshNetworks));
        applyConfigMap("istio-sidecar-injector", Map.of("values", Serialization.asJson(injectorValues())));
        return acceptGatewayClasses();
    }

    /**
     * Plays istiod that has started: where the Gateway API is, its classes are there and accepted.
     *
     * @return this
     */
    public IstioInstallation acceptGatewayClasses() {
        GatewayClasses.install(client());
        return this;
    }

    /** Whether there is a Secret {@code cacerts} for istiod to start with. */
    public boolean hasCacerts() {
        return secret("cacerts").isPresent();
    }

    /**
     * Plays istiod that found {@code cacerts}: publishes its root-cert.pem in every namespace.
     *
     * @return this
     * @throws TestbedException when there is no {@code cacerts}
     */
    public IstioInstallation publishRoot() {
        String root = secret("cacerts")
                .map(secret -> secret.getData().get("root-cert.pem"))
                .map(pem -> new String(Base64.getDecoder().decode(pem), StandardCharsets.US_ASCII))
                .orElseThrow(() -> new TestbedException("No Secret cacerts with root-cert.pem in " + namespace));
        return publish(root);
    }

    /**
     * Plays istiod that found no {@code cacerts}: it makes a root of its own (Secret {@code istio-ca-secret}) and
     * publishes it. A second call keeps the root.
     *
     * @return this
     */
    public IstioInstallation selfSigned() {
        Secret secret = secret("istio-ca-secret").orElseGet(() -> {
            var root = CertificateAuthority.named("O=" + trustDomain).root();
            return client().resource(new SecretBuilder()
                            .withNewMetadata()
                            .withNamespace(namespace)
                            .withName("istio-ca-secret")
                            .endMetadata()
                            .withType("istio.io/ca-root")
                            .addToData("ca-cert.pem", Kubeconfig.base64(root.certificatePem()))
                            .addToData("ca-key.pem", Kubeconfig.base64(root.keyPem()))
                            .build())
                    .create();
        });
        byte[] pem = Base64.getDecoder().decode(secret.getData().get("ca-cert.pem"));
        return publish(new String(pem, StandardCharsets.US_ASCII));
    }

    private IstioInstallation publish(String root) {
        client().namespaces().list().getItems().stream()
                .filter(each -> each.getMetadata().getDeletionTimestamp() == null)
                .map(each -> each.getMetadata().getName())
                .filter(name -> !WITHOUT_ROOT.contains(name))
                .forEach(name -> apply(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(name)
                        .withName(ROOT_CONFIG_MAP)
                        .addToLabels("istio.io/config", "true")
                        .endMetadata()
                        .addToData("root-cert.pem", root)
                        .build()));
        return this;
    }

    private Map<String, Object> meshConfig() {
        Map<String, Object> defaultConfig = new LinkedHashMap<>();
        defaultConfig.put("discoveryAddress", withRevision("istiod") + "." + namespace + ".svc:15012");
        if (!meshId.isEmpty()) {
            defaultConfig.put("meshId", meshId);
        }
        if (!proxyMetadata.isEmpty()) {
            defaultConfig.put("proxyMetadata", proxyMetadata);
        }
        defaultConfig.put("tracing", Map.of());
        Map<String, Object> mesh = new LinkedHashMap<>();
        mesh.put("defaultConfig", defaultConfig);
        mesh.put("enablePrometheusMerge", true);
        mesh.put("rootNamespace", namespace);
        mesh.put("trustDomain", trustDomain);
        if (!trustDomainAliases.isEmpty()) {
            mesh.put("trustDomainAliases", trustDomainAliases);
        }
        if (!caCertificates.isEmpty()) {
            mesh.put("caCertificates", caCertificates);
        }
        mesh.putAll(moreMeshConfig);
        return mesh;
    }

    /** The parts of the chart's values that the injection templates see. */
    private Map<String, Object> injectorValues() {
        Map<String, Object> global = new LinkedHashMap<>();
        global.put("istioNamespace", namespace);
        global.put("meshID", meshId);
        global.put("meshNetworks", Map.of());
        global.put("multiCluster", Map.of("clusterName", clusterName));
        global.put("network", network);
        global.put("proxy", Map.of("clusterDomain", "cluster.local"));
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("gateways", Map.of());
        values.put("global", global);
        values.put("pilot", Map.of("cni", Map.of("enabled", false, "provider", "default"), "env", istiodEnvironment));
        values.put("revision", revision);
        values.put("sidecarInjectorWebhook", Map.of("enableNamespacesByDefault", false));
        return values;
    }

    private void applyConfigMap(String name, Map<String, String> data) {
        apply(new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(withRevision(name))
                .addToLabels("istio.io/rev", revision.isEmpty() ? "default" : revision)
                .addToLabels("operator.istio.io/component", "Pilot")
                .endMetadata()
                .withData(data)
                .build());
    }

    private String withRevision(String name) {
        return revision.isEmpty() ? name : name + "-" + revision;
    }

    private Optional<Secret> secret(String name) {
        return Optional.ofNullable(
                client().secrets().inNamespace(namespace).withName(name).get());
    }

    private void apply(HasMetadata object) {
        client().resource(object).fieldManager("istio").forceConflicts().serverSideApply();
    }

    private KubernetesClient client() {
        return cluster.adminClient();
    }
}
