package io.meshfed.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** CRD manifests: taken out of the Go modules that publish them, and read for a cluster to install. */
final class CrdFiles {

    private static final String ISTIO = "istio.io/api";
    private static final String GATEWAY_API = "sigs.k8s.io/gateway-api";
    private static final String CERT_MANAGER = "github.com/cert-manager/cert-manager";

    private CrdFiles() {}

    /** Writes one JSON file per CRD: JSON because the API server takes it as it is, and starting is to be quick. */
    static void extract(GoModule module, Path into) throws IOException {
        Map<String, Path> modules = module.download(List.of(ISTIO, GATEWAY_API));
        write(
                List.of(modules.get(ISTIO).resolve("kubernetes/customresourcedefinitions.gen.yaml")),
                into.resolve("istio"));
        write(filesIn(modules.get(GATEWAY_API).resolve("config/crd/standard"), ".yaml"), into.resolve("gateway-api"));
    }

    /** The CRDs that a cluster with these options gets, as JSON documents. */
    static List<JsonNode> wantedBy(ClusterOptions options, Path extracted) throws IOException {
        List<Path> files = new ArrayList<>();
        if (options.istioCrds()) {
            files.addAll(filesIn(extracted.resolve("istio"), ".json"));
        }
        if (options.gatewayApiCrds()) {
            files.addAll(filesIn(extracted.resolve("gateway-api"), ".json"));
        }
        if (options.meshfedCrds()) {
            files.addAll(ofMeshfed());
        }
        List<JsonNode> crds = new ArrayList<>();
        for (Path file : files) {
            crds.addAll(crdsIn(file));
        }
        return crds;
    }

    /** Our own. */
    static List<Path> ofMeshfed() throws IOException {
        return filesIn(Repository.root().resolve("crds"), ".yaml");
    }

    /** Those of cert-manager: its module is the one that its controllers are built from. */
    static List<JsonNode> ofCertManager(GoModule module) throws IOException {
        List<JsonNode> crds = new ArrayList<>();
        for (Path file :
                filesIn(module.download(List.of(CERT_MANAGER)).get(CERT_MANAGER).resolve("deploy/crds"), ".yaml")) {
            crds.addAll(crdsIn(file));
        }
        return crds;
    }

    private static void write(List<Path> manifests, Path into) throws IOException {
        Files.createDirectories(into);
        for (Path manifest : manifests) {
            for (JsonNode crd : crdsIn(manifest)) {
                Files.writeString(
                        into.resolve(crd.at("/metadata/name").asText() + ".json"),
                        Serialization.jsonMapper().writeValueAsString(crd));
            }
        }
    }

    private static List<JsonNode> crdsIn(Path file) throws IOException {
        return Documents.in(Files.readString(file)).stream()
                .filter(document -> document.path("kind").asText().equals("CustomResourceDefinition"))
                .toList();
    }

    private static List<Path> filesIn(Path folder, String suffix) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }
}
