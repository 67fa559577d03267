package io.meshfed.testbed.live;

import io.meshfed.testbed.live.ContainerSpec.Bind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands for container images: programs of this machine, placed where the image has them. */
final class Images {
    private static final int PROXY_USER = 1337;
    private static final int APP_USER = 1000;
    static final String NETBED = "/netbed";

    private final Map<String, Image> byName;

    private Images(Map<String, Image> byName) {
        this.byName = byName;
    }

    /**
     * An image.
     *
     * @param entrypoint program that runs unless the pod says another
     * @param arguments what it gets unless the pod says otherwise
     * @param user who runs it unless the pod says otherwise
     */
    record Image(
            List<String> entrypoint, List<String> arguments, long user, List<Bind> binds, Map<String, String> links) {}

    static Images of(IstioBinaries istio, Path netbed) {
        List<Bind> proxyBinds = new ArrayList<>(List.of(
                bind(istio.pilotAgent(), "/usr/local/bin/pilot-agent"),
                bind(istio.envoy(), "/usr/local/bin/envoy"),
                bind(istio.bootstrap(), "/var/lib/istio/envoy/envoy_bootstrap_tmpl.json")));
        Map<String, String> links = new LinkedHashMap<>();
        libraries(proxyBinds, links);
        List<Bind> app = List.of(bind(netbed, NETBED));
        return new Images(Map.of(
                "proxyv2",
                new Image(List.of("/usr/local/bin/pilot-agent"), List.of(), PROXY_USER, proxyBinds, links),
                "pilot",
                new Image(
                        List.of("/usr/local/bin/pilot-discovery"),
                        List.of(),
                        PROXY_USER,
                        List.of(bind(istio.pilotDiscovery(), "/usr/local/bin/pilot-discovery")),
                        Map.of()),
                "netbed-app",
                new Image(List.of(NETBED), List.of(), APP_USER, app, Map.of()),
                // The example of the documentation.
                "go-httpbin",
                new Image(List.of(NETBED), List.of("app", "--http", "8080"), APP_USER, app, Map.of())));
    }

    /** @param reference such as {@code registry.istio.io/testing/proxyv2:latest}; only the last name counts */
    Optional<Image> find(String reference) {
        String name = reference.substring(reference.lastIndexOf('/') + 1);
        int end = name.indexOf(':');
        return Optional.ofNullable(byName.get(end < 0 ? name : name.substring(0, end)));
    }

    private static Bind bind(Path source, String target) {
        return new Bind(source.toString(), target, true);
    }

    /** Envoy is linked to the C library: the machine's. */
    private static void libraries(List<Bind> binds, Map<String, String> links) {
        for (String folder : List.of("/usr/lib", "/usr/lib64", "/lib", "/lib64")) {
            Path path = Path.of(folder);
            try {
                if (Files.isSymbolicLink(path)) {
                    links.put(folder, Files.readSymbolicLink(path).toString());
                } else if (Files.isDirectory(path)) {
                    binds.add(bind(path, folder));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + path, e);
            }
        }
    }
}
