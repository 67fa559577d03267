package io.meshfed.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshfed.deploy.Chart;
import io.meshfed.testbed.AuditEvent;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The permissions in the chart's roles, one by one, to compare each with the audit log. */
final class ChartPermissions {
    private static final int CREATED = 201;

    private ChartPermissions() {}

    /**
     * One right.
     *
     * @param namespace empty: in all of them, or cluster-scoped
     * @param name empty: any
     * @param resource with the subresource, if any
     */
    record Grant(String namespace, String verb, String group, String resource, String name)
            implements Comparable<Grant> {
        /** Whether a request needed this right, and had it from here. */
        boolean covers(AuditEvent event, String usedVerb) {
            String asked =
                    event.subresource().isEmpty() ? event.resource() : event.resource() + "/" + event.subresource();
            return verb.equals(usedVerb)
                    && group.equals(event.group())
                    && resource.equals(asked)
                    && (namespace.isEmpty() || namespace.equals(event.namespace()))
                    && (name.isEmpty() || name.equals(event.name()));
        }

        @Override
        public int compareTo(Grant other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return "%s %s%s%s%s"
                    .formatted(
                            verb,
                            group.isEmpty() ? "" : group + "/",
                            resource,
                            name.isEmpty() ? "" : " " + name,
                            namespace.isEmpty() ? "" : " in " + namespace);
        }
    }

    /** All rights of the chart with default values. */
    static Set<Grant> ofChart() {
        return Chart.ensure().render().stream()
                .filter(document -> document.path("kind").asText().endsWith("Role"))
                .flatMap(role -> stream(role, "rules")
                        .flatMap(rule -> grants(role.at("/metadata/namespace").asText(), rule)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Grant> grants(String namespace, JsonNode rule) {
        List<String> names = rule.has("resourceNames") ? texts(rule, "resourceNames") : List.of("");
        return texts(rule, "verbs").stream().flatMap(verb -> texts(rule, "apiGroups").stream()
                .flatMap(group -> texts(rule, "resources").stream().flatMap(resource -> names.stream()
                        .map(name -> new Grant(namespace, verb, group, resource, name)))));
    }

    /** The verbs that a request needed: server-side apply of something new needs create too, which has no event. */
    static List<String> verbs(AuditEvent event) {
        return event.verb().equals("patch") && event.code() == CREATED
                ? List.of("patch", "create")
                : List.of(event.verb());
    }

    private static List<String> texts(JsonNode node, String field) {
        return stream(node, field).map(JsonNode::asText).toList();
    }

    private static Stream<JsonNode> stream(JsonNode node, String field) {
        return StreamSupport.stream(node.path(field).spliterator(), false);
    }
}
