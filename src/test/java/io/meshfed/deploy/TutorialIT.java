package io.meshfed.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshfed.deploy.Tutorial.Block;
import io.meshfed.testbed.ChartTools;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.IstioSources;
import io.meshfed.testbed.LongRunning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tutorial, run: its shell blocks one after the other, with the real kubectl, helm, charts and operator, on two real
 * control planes. Where it shows what is printed, that is compared.
 */
@LongRunning
class TutorialIT {
    private static final Pattern METAL_LB = Pattern.compile("https://\\S+metallb-native.yaml");

    private final IstioSources sources = IstioSources.ensure();

    @TempDir
    private Path folder;

    static Stream<String> trustModels() {
        return Tutorial.TRUST_MODELS.stream();
    }

    @ParameterizedTest
    @MethodSource("trustModels")
    void everyCommandHasTheDocumentedResult(String trustModel) throws IOException {
        Tutorial tutorial = Tutorial.read();
        List<Cluster> clusters = Cluster.startAll(asKindMakesIt("east"), asKindMakesIt("west"));
        try (TutorialCluster east = new TutorialCluster(clusters.get(0));
                TutorialCluster west = new TutorialCluster(clusters.get(1));
                TutorialShell shell = TutorialShell.start(desk(), environment(tutorial, east, west))) {
            TutorialOutcomes outcomes = new TutorialOutcomes(east, west, trustModel);
            String printed = "";
            for (Block block : tutorial.walk(trustModel)) {
                System.out.println("# " + block);
                if (block.isShell()) {
                    printed = shell.run(adapted(block));
                    System.out.print(printed);
                    List.of(east, west).forEach(cluster -> play(block, cluster));
                    outcomes.of(block);
                } else {
                    compare(block, printed);
                }
            }
        }
    }

    private static ClusterOptions asKindMakesIt(String name) throws IOException {
        JsonNode config = Chart.documents(Files.readString(Path.of("deploy/kind", name + ".yaml")))
                .get(0);
        return ClusterOptions.named("kind-" + name)
                .withServiceCidr(config.at("/networking/serviceSubnet").asText())
                .withoutIstioCrds()
                .withoutGatewayApiCrds()
                .withoutMeshfedCrds();
    }

    /** A folder that looks like the root of this repository, for the files that are written on the way. */
    private Path desk() throws IOException {
        Path desk = Files.createDirectory(folder.resolve("desk"));
        Files.copy(Path.of("Dockerfile"), desk.resolve("Dockerfile"));
        for (String name : List.of("deploy", "docs", "helm")) {
            try (Stream<Path> files = Files.walk(Path.of(name))) {
                for (Path file : files.toList()) {
                    Files.copy(file, desk.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        return desk;
    }

    private Map<String, String> environment(Tutorial tutorial, TutorialCluster... clusters) throws IOException {
        TutorialCommands standIns = new TutorialCommands(folder.resolve("bin"), ChartTools.ensure(), sources);
        Path eastern = Files.writeString(folder.resolve("east.kubeconfig"), clusters[0].kubeconfig());
        Path western = Files.writeString(folder.resolve("west.kubeconfig"), clusters[1].kubeconfig());
        Map<String, String> servers = Map.of("east", clusters[0].server(), "west", clusters[1].server());
        return Map.of(
                "PATH",
                standIns.install(found(tutorial, METAL_LB), servers).toString(),
                "HOME",
                Files.createDirectory(folder.resolve("home")).toString(),
                "KUBECONFIG",
                eastern + ":" + western);
    }

    private static String found(Tutorial tutorial, Pattern pattern) {
        return tutorial.shell()
                .map(block -> pattern.matcher(block.text()))
                .filter(Matcher::find)
                .map(Matcher::group)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the tutorial has no " + pattern));
    }

    /**
     * The block for this machine: in kind every API server has port 6443, here the stand-in for docker tells the port with
     * the address; and Istio's release is the pinned sources.
     */
    private Block adapted(Block block) {
        String text = block.text()
                .replace("-control-plane):6443", "-control-plane)")
                .replaceAll("export ISTIO=\\S+", "export ISTIO=" + sources.istio());
        return new Block(block.heading(), block.headings(), block.language(), block.line(), text);
    }

    /** What starts to run by itself, after what was installed. */
    private static void play(Block block, TutorialCluster cluster) {
        if (block.text().contains("address-pool.sh")) {
            cluster.loadBalancerRuns();
        } else if (block.text().contains("helm install meshfed")) {
            cluster.operatorRuns();
        } else if (block.text().contains("helm install istiod")) {
            cluster.istiodRuns();
        }
    }

    /** Each line that is shown is one that was printed, but for columns that are left out. */
    private static void compare(Block shown, String printed) {
        for (String line : shown.text().split("\n")) {
            assertThat(printed.lines())
                    .as("%s shows a line that was not printed: %s%nbut%n%s", shown, line, printed)
                    .anyMatch(real -> containsInOrder(words(real), words(line)));
        }
    }

    private static List<String> words(String line) {
        return Arrays.asList(line.trim().split("\\s+"));
    }

    private static boolean containsInOrder(List<String> all, List<String> some) {
        int found = 0;
        for (String word : all) {
            if (found < some.size() && word.equals(some.get(found))) {
                found++;
            }
        }
        return found == some.size();
    }
}
