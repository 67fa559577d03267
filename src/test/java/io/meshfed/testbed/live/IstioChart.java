package io.meshfed.testbed.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.ChartTools;
import io.meshfed.testbed.Documents;
import io.meshfed.testbed.Processes;
import io.meshfed.testbed.Repository;
import io.meshfed.testbed.TestbedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Istio's own charts, rendered by helm for one mesh: {@code base} without its CRDs, and {@code istiod}. */
final class IstioChart {
    private static final String VANILLA_ENVOY = "src/test/resources/live/istio-vanilla-envoy.yaml";

    private final Path helm;
    private final Path charts;

    IstioChart(ChartTools tools, IstioBinaries istio) {
        this.helm = tools.helm();
        this.charts = istio.charts();
    }

    /**
     * Everything that {@code helm install} would put into the namespace {@code istio-system}.
     *
     * @param values files, as for {@code helm --values}
     * @param more values on top of them, as a tree
     * @param webhookPort where on this machine istiod's webhooks will answer
     * @param folder for the values that are made here
     */
    List<JsonNode> render(List<Path> values, Map<String, Object> more, int webhookPort, Path folder) {
        String webhooks = "https://localhost:" + webhookPort;
        try {
            List<String> files = new ArrayList<>();
            values.forEach(file -> files.add("--values=" + file));
            files.add("--values=" + Repository.root().resolve(VANILLA_ENVOY));
            if (!more.isEmpty()) {
                files.add("--values="
                        + Files.writeString(folder.resolve("istio-values.yaml"), Serialization.asYaml(more)));
            }
            files.add("--set=istiodRemote.injectionURL=" + webhooks + "/inject");
            files.add("--set=base.validationURL=" + webhooks + "/validate");
            String istiod = template("istiod", "istio-control/istio-discovery", files);
            String base = template(
                    "istio-base",
                    "base",
                    List.of(
                            // The clusters have the CRDs already.
                            "--set=base.enableCRDTemplates=false",
                            "--show-only=templates/defaultrevision-validatingwebhookconfiguration.yaml",
                            "--show-only=templates/reader-serviceaccount.yaml",
                            "--set=base.validationURL=" + webhooks + "/validate"));
            return Stream.of(base, istiod)
                    .flatMap(text -> Documents.in(text).stream())
                    .toList();
        } catch (IOException e) {
            throw new TestbedException("helm cannot be run", e);
        }
    }

    private String template(String release, String chart, List<String> flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                helm.toString(), "template", release, charts.resolve(chart).toString(), "--namespace=istio-system"));
        command.addAll(flags);
        Path errors = Files.createTempFile("helm", ".err");
        try {
            Process process = Processes.track(
                    new ProcessBuilder(command).redirectError(errors.toFile()).start());
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new TestbedException("Istio's chart " + chart + ": " + Files.readString(errors));
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while waiting for helm", e);
        } finally {
            Files.delete(errors);
        }
    }
}
