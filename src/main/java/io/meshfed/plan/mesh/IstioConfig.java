package io.meshfed.plan.mesh;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meshfed.api.Durations;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The content of istiod's ConfigMaps; a field is empty if they do not set it.
 *
 * @param trustDomain {@code trustDomain} of the mesh config
 * @param trustDomainAliases {@code trustDomainAliases} of the mesh config: other trust domains whose identities count as
 *     this mesh's own
 * @param caCertificateTrustDomains {@code caCertificates[].trustDomains} of the mesh config: accepted from callers, kept
 *     apart from this mesh's own
 * @param network {@code global.network} of the injector's values, which proxies get
 * @param rootNamespace namespace of mesh-wide policy; the control plane's if the mesh config does not set it
 * @param dnsCapture proxies answer DNS ({@code ISTIO_META_DNS_CAPTURE} in {@code defaultConfig.proxyMetadata})
 * @param xdsAgent proxies learn new roots while running ({@code PROXY_CONFIG_XDS_AGENT}, likewise)
 * @param workloadTTL lifetime that proxies request for their certificates ({@code SECRET_TTL}, likewise); empty if it
 *     is not set, or not a Go duration, for which pilot-agent takes its default
 * @param meshConfigSeen whether the mesh config was found
 * @param valuesSeen whether the injector's values were found
 */
public record IstioConfig(
        Optional<String> trustDomain,
        Set<String> trustDomainAliases,
        Set<String> caCertificateTrustDomains,
        Optional<String> network,
        String rootNamespace,
        boolean dnsCapture,
        boolean xdsAgent,
        Optional<Duration> workloadTTL,
        boolean meshConfigSeen,
        boolean valuesSeen) {

    /** Key of the mesh config in its ConfigMap. */
    public static final String MESH_KEY = "mesh";

    /** Key of the mesh networks, in the ConfigMap of the mesh config. */
    public static final String MESH_NETWORKS_KEY = "meshNetworks";

    /** Key of the values in the injector's ConfigMap. */
    public static final String VALUES_KEY = "values";

    /** Key of the values in the ConfigMap that Istio's chart writes. */
    public static final String CHART_VALUES_KEY = "merged-values";

    private static final String CHART_CONFIG_MAP = "values";
    private static final String MULTIROOT = "ISTIO_MULTIROOT_MESH";
    private static final String PUBLISHED_ROOTS_CONFIG_MAP = "istio-ca-root-cert";

    private static final String MESH_CONFIG_MAP = "istio";
    private static final String VALUES_CONFIG_MAP = "istio-sidecar-injector";

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonMapper JSON = new JsonMapper();

    public IstioConfig {
        trustDomainAliases = Set.copyOf(trustDomainAliases);
        caCertificateTrustDomains = Set.copyOf(caCertificateTrustDomains);
    }

    /**
     * Reads the mesh config and the injector's values.
     *
     * @param mesh key {@code mesh} of ConfigMap {@code istio[-revision]}, YAML; empty when there is none
     * @param values key {@code values} of ConfigMap {@code istio-sidecar-injector[-revision]}, JSON; empty when there is
     *     none
     * @param controlPlaneNamespace namespace of both
     * @throws IllegalArgumentException naming ConfigMap, key, line and column, for text that is not YAML or JSON; never with the
     *     content
     */
    public static IstioConfig parse(Optional<String> mesh, Optional<String> values, String controlPlaneNamespace) {
        JsonNode meshConfig =
                mesh.map(text -> read(YAML, text, MESH_CONFIG_MAP, MESH_KEY)).orElseGet(JSON::createObjectNode);
        JsonNode injector = values.map(text -> read(JSON, text, VALUES_CONFIG_MAP, VALUES_KEY))
                .orElseGet(JSON::createObjectNode);
        Set<String> certificateDomains = new TreeSet<>();
        meshConfig.path("caCertificates").forEach(ca -> certificateDomains.addAll(texts(ca.path("trustDomains"))));
        JsonNode proxyMetadata = meshConfig.path("defaultConfig").path("proxyMetadata");
        return new IstioConfig(
                text(meshConfig.path("trustDomain")),
                texts(meshConfig.path("trustDomainAliases")),
                certificateDomains,
                text(injector.path("global").path("network")),
                text(meshConfig.path("rootNamespace")).orElse(controlPlaneNamespace),
                proxyMetadata.path("ISTIO_META_DNS_CAPTURE").asBoolean(),
                proxyMetadata.path("PROXY_CONFIG_XDS_AGENT").asBoolean(),
                text(proxyMetadata.path("SECRET_TTL")).flatMap(Durations::parseGo),
                mesh.isPresent(),
                values.isPresent());
    }

    /** Name of the ConfigMap with the mesh config; revision {@code default} is the one without a suffix, as in istiod. */
    public static String meshConfigMapName(Optional<String> revision) {
        return MESH_CONFIG_MAP + suffix(revision);
    }

    /** Name of the ConfigMap with the injector's values. */
    public static String valuesConfigMapName(Optional<String> revision) {
        return VALUES_CONFIG_MAP + suffix(revision);
    }

    /** Name of the ConfigMap with the values that Istio's chart was rendered with. */
    public static String chartValuesConfigMapName(Optional<String> revision) {
        return CHART_CONFIG_MAP + suffix(revision);
    }

    /**
     * Name of the ConfigMap in which istiod publishes its roots to every namespace.
     *
     * @param values key {@code values} of the injector's ConfigMap; its {@code global.trustBundleName} names another one
     * @throws IllegalArgumentException for text that is not JSON
     */
    public static String publishedRootsConfigMapName(Optional<String> values) {
        return values.map(text -> read(JSON, text, VALUES_CONFIG_MAP, VALUES_KEY))
                .flatMap(injector -> text(injector.path("global").path("trustBundleName")))
                .orElse(PUBLISHED_ROOTS_CONFIG_MAP);
    }

    /**
     * Whether istiod accepts changed roots ({@code ISTIO_MULTIROOT_MESH}), by the values with which Istio's chart was
     * rendered and which it writes to a ConfigMap; empty if these set the environment from other sources as well.
     *
     * @param chartValues key {@code merged-values} of ConfigMap {@code values[-revision]}, JSON
     * @throws IllegalArgumentException for text that is not JSON
     */
    public static Optional<Boolean> multiroot(String chartValues) {
        JsonNode values = read(JSON, chartValues, CHART_CONFIG_MAP, CHART_VALUES_KEY);
        Optional<String> given = text(values.path("env").path(MULTIROOT))
                .or(() -> text(values.path("pilot").path("env").path(MULTIROOT)));
        boolean elsewhere = !values.path("envVarFrom").isEmpty()
                || !values.path("pilot").path("envVarFrom").isEmpty();
        return given.isEmpty() && elsewhere
                ? Optional.empty()
                : Optional.of(given.orElse("").equals("true"));
    }

    /**
     * Networks whose gateways istiod knows from its mesh networks.
     *
     * @param meshNetworks key {@code meshNetworks} of ConfigMap {@code istio[-revision]}, YAML; empty when there is none
     * @throws IllegalArgumentException as {@link #parse}
     */
    public static Set<String> gatewayNetworks(Optional<String> meshNetworks) {
        Set<String> named = new TreeSet<>();
        meshNetworks
                .map(text -> read(YAML, text, MESH_CONFIG_MAP, MESH_NETWORKS_KEY))
                .ifPresent(networks -> networks.path("networks").properties().forEach(network -> {
                    if (!network.getValue().path("gateways").isEmpty()) {
                        named.add(network.getKey());
                    }
                }));
        return Set.copyOf(named);
    }

    /**
     * Whether proxies of this mesh accept callers of a trust domain: it is the mesh's own, an alias, or listed with a CA
     * certificate.
     */
    public boolean acceptsCallersOf(String otherTrustDomain) {
        return otherTrustDomain.equals(trustDomain.orElse(MeshConfigCheck.DEFAULT_TRUST_DOMAIN))
                || trustDomainAliases.contains(otherTrustDomain)
                || caCertificateTrustDomains.contains(otherTrustDomain);
    }

    private static String suffix(Optional<String> revision) {
        return revision.filter(name -> !name.isEmpty() && !name.equals("default"))
                .map(name -> "-" + name)
                .orElse("");
    }

    private static JsonNode read(ObjectMapper mapper, String text, String configMap, String key) {
        try {
            return object(mapper.readTree(text), configMap, key);
        } catch (JsonProcessingException malformed) {
            // The parser's own message quotes the text, so it is not passed on.
            JsonLocation at = malformed.getLocation();
            String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new IllegalArgumentException(
                    "ConfigMap " + configMap + ", key " + key + ": cannot be parsed" + place + "; correct it");
        }
    }

    private static JsonNode object(JsonNode node, String configMap, String key) {
        if (node.isObject()) {
            return node;
        }
        if (node.isMissingNode() || node.isNull()) {
            return JSON.createObjectNode();
        }
        throw new IllegalArgumentException(
                "ConfigMap " + configMap + ", key " + key + ": is not a mapping; correct it");
    }

    private static Optional<String> text(JsonNode node) {
        return Optional.of(node.asText()).filter(text -> !text.isEmpty() && !node.isNull());
    }

    private static Set<String> texts(JsonNode list) {
        Set<String> texts = new TreeSet<>();
        list.forEach(element -> text(element).ifPresent(texts::add));
        return texts;
    }
}
