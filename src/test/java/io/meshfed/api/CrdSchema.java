package io.meshfed.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the generated schemas lack: list types, formats, whole numbers, words beside patterns. Works on the JSON tree,
 * because most of it has no annotation in fabric8's generator (docs/adr/0002-crds-from-code.md).
 */
final class CrdSchema {
    /** Lists that are merged entry by entry, and the field that tells entries apart. */
    private static final Map<String, String> LIST_KEYS =
            Map.of("conditions", "type", "from", "remote", "ports", "port", "roots", "name", "shares", "remote");

    /** Lists of a spec whose entries are unique and whose order says nothing. */
    private static final Set<String> SETS =
            Set.of("addresses", "serviceAccounts", "exportTo", "loadBalancerSourceRanges", "acceptedRoots", "revoked");

    /** Fields that hold a moment. */
    private static final Set<String> TIMES = Set.of(
            "lastTransitionTime",
            "intermediateNotBefore",
            "intermediateNotAfter",
            "intermediateRenewal",
            "rootNotAfter",
            "renewal",
            "rootsSince",
            "since",
            "publishedSince",
            "dwellEnds",
            "idleSince",
            "nextUpdate",
            "thisUpdate",
            "neededUntil",
            "notBefore",
            "notAfter");

    /** Each pattern in words: the API server's own message shows the bare expression, which tells no remedy. */
    private static final Map<String, String> WORDS = words();

    private static final String QUANTITY = "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))"
            + "(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";

    private CrdSchema() {}

    /** Completes the schema of one kind in place; {@code root} is its openAPIV3Schema. */
    static void complete(ObjectNode root) {
        ObjectNode properties = (ObjectNode) root.get("properties");
        describe(properties, "spec", "Desired state, set by the user.");
        describe(properties, "status", "Observed state, written by the operator only.");
        walk((ObjectNode) properties.get("spec"), "spec", true);
        if (properties.get("status") instanceof ObjectNode status) {
            walk(status, "status", false);
        }
        ruleOnce(root);
        standardFields(properties);
    }

    private static void describe(ObjectNode properties, String name, String words) {
        if (properties.get(name) instanceof ObjectNode property && !property.has("description")) {
            property.put("description", words);
        }
    }

    private static void standardFields(ObjectNode properties) {
        properties
                .putObject("apiVersion")
                .put("description", "Group and version of this kind: " + Names.GROUP + "/" + Names.VERSION + ".")
                .put("type", "string");
        properties.putObject("kind").put("description", "Name of this kind.").put("type", "string");
        // The API server knows metadata and forbids a description of it.
        properties.putObject("metadata").put("type", "object");
    }

    private static void walk(ObjectNode node, String name, boolean inSpec) {
        wholeNumbers(node, name);
        formats(node, name);
        lists(node, name, inSpec);
        quantities(node);
        ruleOnce(node);
        if (inSpec) {
            inWords(node);
        }
        if (node.get("properties") instanceof ObjectNode properties) {
            properties.fields().forEachRemaining(e -> walk((ObjectNode) e.getValue(), e.getKey(), inSpec));
            if (properties.has("matchExpressions")) {
                // A selector is one thing: merging half of one writer's with half of another's selects nonsense.
                node.put("x-kubernetes-map-type", "atomic");
            }
        }
        if (node.get("items") instanceof ObjectNode items) {
            walk(items, "", inSpec);
        }
        if (node.get("additionalProperties") instanceof ObjectNode values) {
            walk(values, "", inSpec);
        }
    }

    private static void wholeNumbers(ObjectNode node, String name) {
        if (!"integer".equals(node.path("type").asText())) {
            return;
        }
        for (String bound : List.of("minimum", "maximum")) {
            if (node.has(bound)) {
                node.put(bound, node.get(bound).asLong());
            }
        }
        if (name.equals("observedGeneration")) {
            node.put("format", "int64").put("minimum", 0L);
        } else {
            node.put("format", "int32");
        }
    }

    private static void formats(ObjectNode node, String name) {
        if (TIMES.contains(name)) {
            node.put("format", "date-time");
        }
    }

    private static void lists(ObjectNode node, String name, boolean inSpec) {
        if (!"array".equals(node.path("type").asText())) {
            return;
        }
        // A status has one writer: nothing to merge, and a double entry there must not make the write fail.
        boolean merged = inSpec || name.equals("conditions");
        boolean objects = "object".equals(node.path("items").path("type").asText());
        String key = LIST_KEYS.get(name);
        if (merged
                && objects
                && key != null
                && node.path("items").path("properties").has(key)) {
            node.putArray("x-kubernetes-list-map-keys").add(key);
            node.put("x-kubernetes-list-type", "map");
        } else {
            node.put("x-kubernetes-list-type", merged && !objects && SETS.contains(name) ? "set" : "atomic");
        }
    }

    /** A Quantity is a number or a string; without a pattern the string could be anything. */
    private static void quantities(ObjectNode node) {
        if (node.path("x-kubernetes-int-or-string").asBoolean()) {
            node.put("maxLength", 32).put("pattern", QUANTITY);
        }
    }

    /** A record component hands its annotations to its field and to its accessor; the generator reads both. */
    private static void ruleOnce(ObjectNode node) {
        if (node.get("x-kubernetes-validations") instanceof ArrayNode rules) {
            Set<JsonNode> once = new LinkedHashSet<>();
            rules.forEach(once::add);
            rules.removeAll();
            List.copyOf(once).forEach(rules::add);
        }
    }

    private static void inWords(ObjectNode node) {
        if (!"string".equals(node.path("type").asText()) || !node.has("pattern")) {
            return;
        }
        String pattern = node.get("pattern").asText();
        String words = WORDS.get(pattern);
        if (words == null) {
            throw new IllegalStateException("CrdSchema.words() lacks words for the pattern " + pattern);
        }
        List<JsonNode> others = new ArrayList<>();
        node.path("x-kubernetes-validations").forEach(others::add);
        ArrayNode rules = node.putArray("x-kubernetes-validations");
        rules.addObject().put("message", words).put("rule", "self.matches('" + pattern.replace("\\", "\\\\") + "')");
        others.forEach(rules::add);
    }

    private static Map<String, String> words() {
        String ends = "; a letter or digit at both ends";
        Map<String, String> words = new LinkedHashMap<>();
        words.put("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "write lower-case letters, digits and '-'" + ends);
        words.put(
                "^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$",
                "write lower-case letters, digits and '-'" + ends + "; or leave it empty");
        words.put(
                "^[a-z]([-a-z0-9]*[a-z0-9])?$",
                "write a Service name: lower-case letters, digits and '-', a letter first, no '-' at the end");
        words.put("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", "write lower-case letters, digits, '-' and '.'" + ends);
        words.put(
                "^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$",
                "write a trust domain without spiffe://: lower-case letters, digits, '-', '.' and '_'" + ends);
        words.put(
                "^[a-z0-9A-Z]([-a-z0-9A-Z_.]*[a-z0-9A-Z])?$",
                "write a label value: letters, digits, '-', '_' and '.'" + ends);
        words.put(
                "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
                "write a DNS domain without a dot at its end, such as cluster.local");
        words.put(
                "^[a-z0-9A-Z]([-a-z0-9A-Z_.]*[a-z0-9A-Z])?(/[a-z0-9A-Z]([-a-z0-9A-Z_.]*[a-z0-9A-Z])?){0,2}$",
                "write region, region/zone or region/zone/subzone");
        words.put(
                "^[A-Z][A-Za-z0-9]*$",
                "write a kind, such as Issuer or ClusterIssuer: letters and digits, a capital first");
        words.put("^[-._a-zA-Z0-9]+$", "write a key of a Secret or ConfigMap: letters, digits, '-', '_' and '.'");
        words.put(
                "^\\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----\\s*$",
                "write exactly one PEM block of type CERTIFICATE and nothing else; of several, each in an entry of its own");
        words.put(
                "^([a-f0-9]{64})?$",
                "write 64 lower-case hex digits without colons, as sha256sum prints for the DER form");
        words.put(
                "^[a-f0-9]{64}$",
                "write 64 lower-case hex digits without colons, as sha256sum prints for the DER form");
        words.put("^[0-9a-f]{1,40}$", "write a serial number in lower-case hex without colons, as status shows it");
        words.put(Durations.PATTERN, "write a duration in whole h, m, s or ms, such as 2160h, 5m or 30s");
        words.put(
                "^(\\.|\\*|~|[a-z0-9]([-a-z0-9]*[a-z0-9])?)$",
                "write a namespace, '.' for this one, '*' for all, or '~' for none");
        words.put(
                "^[a-zA-Z0-9]([-a-zA-Z0-9./]*[a-zA-Z0-9])?$",
                "write a protocol such as http, grpc or kubernetes.io/h2c");
        words.put(
                "^([a-z0-9]([-a-z0-9./]*[a-z0-9])?)?$",
                "write a load balancer class, such as example.com/internal; or leave it empty");
        words.put(
                Selector.LABEL_VALUE,
                "write a label value: letters, digits, '-', '_' and '.'" + ends + "; or leave it empty");
        words.put(
                Selector.LABEL_KEY,
                "write a label key: name or prefix/name, the name of at most 63 letters, digits, '-', '_' and '.'");
        return Map.copyOf(words);
    }
}
