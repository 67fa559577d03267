package io.meshfed.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshfed.testbed.ChartTools;
import io.meshfed.testbed.IstioSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The commands that the tutorial calls. kubectl and helm are the real ones; what kubectl would fetch comes from the pinned
 * sources, and what needs a node ({@code exec}) is not done. kind is real too, up to where docker should make something.
 */
final class TutorialCommands {
    /** The parts of MetalLB that the tutorial reads; its webhook would have no pod. */
    private static final Set<String> OF_METAL_LB = Set.of("Namespace", "CustomResourceDefinition", "Deployment");

    private final Path folder;
    private final ChartTools tools;
    private final IstioSources sources;

    TutorialCommands(Path folder, ChartTools tools, IstioSources sources) {
        this.folder = folder;
        this.tools = tools;
        this.sources = sources;
    }

    /**
     * Makes them.
     *
     * @param fetched the URLs that kubectl fetches in the tutorial: MetalLB's manifests
     * @param servers address of each cluster's API server, by its name
     * @return where they are, for the search path
     */
    Path install(String fetched, Map<String, String> servers) throws IOException {
        Files.createDirectories(folder);
        command("helm", "exec '" + tools.helm() + "' \"$@\"\n");
        Path metalLb = Files.writeString(folder.resolve("metallb.yaml"), metalLb());
        String gatewayApi = "github.com/kubernetes-sigs/gateway-api/config/crd?ref=" + sources.gatewayApiVersion();
        command(
                "kubectl",
                """
                arguments=()
                for argument in "$@"; do
                    case $argument in
                    exec) echo "a pod's answer"; exit ;;
                    '%s') argument='%s' ;;
                    '%s') argument='%s' ;;
                    http*://* | github.com/*) echo "nothing stands in for $argument" >&2; exit 1 ;;
                    esac
                    arguments+=("$argument")
                done
                exec '%s' "${arguments[@]}"
                """
                        .formatted(
                                fetched,
                                metalLb,
                                gatewayApi,
                                sources.gatewayApi().resolve("config/crd"),
                                tools.kubectl()));
        command(
                "docker",
                """
                case "$1 $2" in
                "network inspect") echo '[{fc00:f853:ccd:e793::/64   map[]} {172.18.0.0/16  172.18.0.1 map[]}]' ;;
                "build -t") test -f "$4/Dockerfile" ;;
                "-v " | ps*) ;;
                info*) echo '{}' ;;
                inspect*) case ${!#} in
                %s
                kindest/node*) ;;
                *) exit 1 ;;
                esac ;;
                *) exit 1 ;;
                esac
                """
                        .formatted(new TreeMap<>(servers)
                                .entrySet().stream()
                                        .map(server ->
                                                server.getKey() + "-control-plane) echo " + server.getValue() + " ;;")
                                        .collect(Collectors.joining("\n"))));
        command(
                "kind",
                """
                case "$1 $2" in
                "create cluster")
                    # It takes the cluster that it cannot make out of the kubeconfig.
                    output=$(KUBECONFIG=$HOME/of-kind '%s' "$@" 2>&1)
                    echo "$output"
                    grep -q 'failed to ensure docker network' <<<"$output" ;;
                "load docker-image") test "$3 $4" = "meshfed/meshfed:0.1.0 --name" ;;
                "delete clusters") ;;
                *) exit 1 ;;
                esac
                """
                        .formatted(tools.kind()));
        command("istioctl", "echo 'endpoints of httpbin'\n");
        return folder;
    }

    private String metalLb() throws IOException {
        List<JsonNode> wanted = Chart.documents(Files.readString(sources.metalLb())).stream()
                .filter(document -> OF_METAL_LB.contains(document.path("kind").asText()))
                .toList();
        return wanted.stream().map(JsonNode::toString).collect(Collectors.joining("\n---\n"));
    }

    private void command(String name, String body) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/bash\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
