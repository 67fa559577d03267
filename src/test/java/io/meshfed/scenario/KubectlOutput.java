package io.meshfed.scenario;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.condition.Condition;
import io.meshfed.testbed.Mesh;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What kubectl prints for a user: the tables of {@code kubectl get}, and the conditions as {@code kubectl describe} lists them. */
final class KubectlOutput {
    private static final Path FOLDER = Path.of("target/output");
    private static final String API = "/apis/meshfed.io/v1alpha1/";
    private static final int WIDTH = 110;

    private final Mesh mesh;

    KubectlOutput(Mesh mesh) {
        this.mesh = mesh;
    }

    /** All resources of meshfed's API; also written to {@code target/output/<file>}. */
    String show(String file) {
        StringBuilder text = new StringBuilder("$ kubectl get mfed,rmesh,imps -A\n");
        for (String kind : List.of("meshfederations", "remotemeshes")) {
            text.append(mesh.kubectl().get(API + kind)).append("\n\n");
        }
        text.append(mesh.kubectl().getInAllNamespaces(API + "importedservices")).append("\n\n");
        text.append("$ kubectl describe ... (Conditions)\n");
        for (HasMetadata resource : resources()) {
            text.append(resource.getKind())
                    .append(' ')
                    .append(Optional.ofNullable(resource.getMetadata().getNamespace())
                            .map(n -> n + "/")
                            .orElse(""))
                    .append(resource.getMetadata().getName())
                    .append('\n');
            Mesh.conditions(resource).forEach(c -> text.append(line(c)));
        }
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(FOLDER.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private List<HasMetadata> resources() {
        var client = mesh.cluster().adminClient();
        List<HasMetadata> all = new ArrayList<>();
        all.addAll(client.resources(MeshFederation.class).list().getItems());
        all.addAll(client.resources(RemoteMesh.class).list().getItems());
        all.addAll(
                client.resources(ImportedService.class).inAnyNamespace().list().getItems());
        return all;
    }

    private static String line(Condition c) {
        StringBuilder text = new StringBuilder("  %-16s %-7s %s%n".formatted(c.type(), c.status(), c.reason()));
        StringBuilder line = new StringBuilder("     ");
        for (String word : c.message().split(" ")) {
            if (line.length() + word.length() > WIDTH) {
                text.append(line).append('\n');
                line = new StringBuilder("     ");
            }
            line.append(' ').append(word);
        }
        return text.append(line).append('\n').toString();
    }
}
