package io.meshfed.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/** What {@code kubectl get} prints: the table comes from the API server, so the columns are those that users see. */
public final class Kubectl {
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

    private final KubernetesClient client;

    /** @param client with it the API server is asked */
    public Kubectl(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The table of a list or an object.
     *
     * @param path in the API, such as {@code /api/v1/namespaces/default/services}
     */
    public String get(String path) {
        return get(path, false);
    }

    /** The same with the option {@code -A}: kubectl itself puts the namespace in front. */
    public String getInAllNamespaces(String path) {
        return get(path, true);
    }

    private String get(String path, boolean namespaces) {
        JsonNode table = Serialization.unmarshal(send(path), JsonNode.class);
        List<Integer> shown = new ArrayList<>();
        List<List<String>> lines = new ArrayList<>();
        lines.add(new ArrayList<>(namespaces ? List.of("NAMESPACE") : List.of()));
        JsonNode columns = table.path("columnDefinitions");
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).path("priority").asInt() == 0) {
                shown.add(i);
                lines.get(0).add(columns.get(i).path("name").asText().toUpperCase());
            }
        }
        for (JsonNode row : table.path("rows")) {
            List<String> line = new ArrayList<>();
            if (namespaces) {
                line.add(row.at("/object/metadata/namespace").asText());
            }
            shown.forEach(i -> line.add(text(row.path("cells").get(i))));
            lines.add(line);
        }
        return lines.size() == 1 ? "No resources found" : aligned(lines);
    }

    private static String text(JsonNode cell) {
        return cell == null || cell.isNull() || cell.asText().isEmpty() ? "<none>" : cell.asText();
    }

    private static String aligned(List<List<String>> lines) {
        int[] widths = IntStream.range(0, lines.get(0).size())
                .map(c -> lines.stream().mapToInt(l -> l.get(c).length()).max().orElse(0))
                .toArray();
        StringBuilder out = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder row = new StringBuilder();
            for (int c = 0; c < widths.length; c++) {
                row.append(line.get(c))
                        .append(" ".repeat(widths[c] - line.get(c).length() + 3));
            }
            out.append(row.toString().stripTrailing()).append('\n');
        }
        return out.toString().stripTrailing();
    }

    private String send(String path) {
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(client.getMasterUrl() + path.substring(1)))
                .header("Accept", TABLE)
                .build();
        try {
            HttpResponse<String> response =
                    client.getHttpClient().sendAsync(request, String.class).get();
            if (!response.isSuccessful()) {
                throw new TestbedException("GET " + path + " answered " + response.code());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while asking " + path, e);
        } catch (ExecutionException e) {
            throw new TestbedException("Cannot ask " + path, e.getCause());
        }
    }

    /** An object as {@code kubectl get -o yaml} shows it, without the bookkeeping. */
    public static String yaml(HasMetadata object) {
        HasMetadata copy = Serialization.clone(object);
        copy.getMetadata().setManagedFields(List.of());
        copy.getMetadata().setOwnerReferences(List.of());
        copy.getMetadata().setUid(null);
        copy.getMetadata().setResourceVersion(null);
        copy.getMetadata().setGeneration(null);
        copy.getMetadata().setCreationTimestamp(null);
        copy.getMetadata().setAnnotations(null);
        return Serialization.asYaml(copy).replaceFirst("^---\\s*", "").stripTrailing();
    }
}
