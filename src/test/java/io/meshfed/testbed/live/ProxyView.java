package io.meshfed.testbed.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.TestbedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What an Envoy knows, asked of its admin interface. */
public final class ProxyView {
    private static final int ADMIN_PORT = 15000;

    private final RunningPod pod;
    private final ContainerPages pages;

    ProxyView(RunningPod pod) {
        this.pod = pod;
        this.pages = new ContainerPages(pod.sandbox(), "istio-proxy", ADMIN_PORT);
    }

    /**
     * An endpoint of a cluster.
     *
     * @param address IP and port
     * @param health {@code HEALTHY}, or why it is not used
     * @param priority 0 is used first
     * @param locality region/zone/subzone as far as they are set
     */
    public record Endpoint(String address, String health, int weight, int priority, String locality) {}

    /** The pod's name. */
    public String name() {
        return pod.sandbox().pod().getMetadata().getName();
    }

    /** The pod's address. */
    public String podAddress() {
        return pod.sandbox().podIp();
    }

    /** The setting in a sidecar for requests to {@code host:port}, such as {@code max_connection_duration}. */
    public Optional<String> setting(String host, int port, String setting) {
        return StreamSupport.stream(
                        json("/config_dump?resource=dynamic_active_clusters")
                                .path("configs")
                                .spliterator(),
                        false)
                .map(config -> config.path("cluster"))
                .filter(cluster -> cluster.path("name").asText().equals("outbound|" + port + "||" + host))
                .flatMap(cluster -> cluster.findValuesAsText(setting).stream())
                .findFirst();
    }

    /** The endpoints to which a sidecar sends requests for {@code host:port}. */
    public List<Endpoint> endpoints(String host, int port) {
        return endpointsOf("outbound|" + port + "||" + host);
    }

    /** The endpoints to which an east-west gateway sends connections of other meshes for {@code host:port}. */
    public List<Endpoint> passthroughEndpoints(String host, int port) {
        return endpointsOf("outbound_." + port + "_._." + host);
    }

    private List<Endpoint> endpointsOf(String cluster) {
        return StreamSupport.stream(
                        json("/clusters?format=json").path("cluster_statuses").spliterator(), false)
                .filter(status -> status.path("name").asText().equals(cluster))
                .flatMap(status ->
                        StreamSupport.stream(status.path("host_statuses").spliterator(), false))
                .map(ProxyView::endpoint)
                .toList();
    }

    private static Endpoint endpoint(JsonNode host) {
        JsonNode socket = host.at("/address/socket_address");
        JsonNode locality = host.path("locality");
        JsonNode health = host.path("health_status");
        String why = StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(health.fieldNames(), Spliterator.ORDERED), false)
                .filter(name -> name.startsWith("failed"))
                .findFirst()
                .orElse(health.path("eds_health_status").asText());
        return new Endpoint(
                socket.path("address").asText() + ":"
                        + socket.path("port_value").asInt(),
                why,
                host.path("weight").asInt(),
                host.path("priority").asInt(),
                Stream.of("region", "zone", "sub_zone")
                        .map(part -> locality.path(part).asText())
                        .filter(part -> !part.isEmpty())
                        .reduce((all, part) -> all + "/" + part)
                        .orElse(""));
    }

    /** The certificates that it shows and the roots that it accepts now, from the secrets that its agent gave it. */
    public Identity identity() {
        String chain = "";
        String roots = "";
        for (JsonNode config :
                json("/config_dump?resource=dynamic_active_secrets").path("configs")) {
            JsonNode secret = config.path("secret");
            chain += bytes(secret.at("/tls_certificate/certificate_chain/inline_bytes"));
            roots += bytes(secret.at("/validation_context/trusted_ca/inline_bytes"));
        }
        return Identity.of(chain, roots);
    }

    private static String bytes(JsonNode base64) {
        return new String(Base64.getDecoder().decode(base64.asText()), StandardCharsets.US_ASCII);
    }

    /** {@code /config_dump?include_eds}. */
    public JsonNode configDump() {
        return json("/config_dump?include_eds");
    }

    /** What the agent and Envoy have said, access log included. */
    public String log() {
        return pages.log();
    }

    /** Any page of the admin interface, as text. */
    public String page(String path) {
        return pages.page(path);
    }

    private JsonNode json(String path) {
        try {
            return Serialization.jsonMapper().readTree(page(path));
        } catch (IOException e) {
            throw new TestbedException("no JSON at " + path + " of the Envoy of " + name(), e);
        }
    }
}
