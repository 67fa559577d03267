package io.meshfed.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.WithClusters;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real API server makes of the accepted and rejected cases, and of every mechanical breach of the schemas. */
@WithClusters("east")
class CrdValidationIT {
    private static final String DRY = "?fieldValidation=Strict&dryRun=All";
    private static final int UNPROCESSABLE = 422;

    private static KubernetesClient client;

    @BeforeAll
    static void createTheFullObjects(Clusters clusters) {
        client = clusters.get("east").adminClient();
        plurals().forEach(plural -> {
            ObjectNode full = CrdCase.full(plural);
            client.raw(collection(plural, full) + "?fieldValidation=Strict", "POST", full);
        });
    }

    @AfterAll
    static void removeTheFullObjects() {
        plurals().forEach(plural -> client.raw(object(plural, CrdCase.full(plural)), "DELETE", null));
    }

    static Stream<String> plurals() {
        return CrdYaml.crds().values().stream()
                .map(crd -> crd.at("/spec/names/plural").asText());
    }

    static Stream<CrdCase> acceptedCases() {
        return plurals().flatMap(plural -> CrdCase.accepted(plural).stream());
    }

    static Stream<CrdCase> rejectedCases() {
        return plurals().flatMap(plural -> CrdCase.rejected(plural).stream());
    }

    static Stream<CrdConstraint> mechanicalConstraints() {
        return CrdCasesTest.mechanicalConstraints();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("acceptedCases")
    void acceptedCaseIsStoredWithTheDefaultsOfTheJavaTypes(CrdCase accepted) throws IOException {
        ObjectNode document = accepted.document();
        ((ObjectNode) document.get("metadata")).put("name", "accepted-" + accepted.name());

        String stored = client.raw(collection(accepted.plural(), document) + DRY, "POST", document);

        assertThat(spec(Serialization.jsonMapper().readTree(stored)))
                .as("defaults of the API server and of the Java type differ")
                .isEqualTo(spec(document));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rejectedCases")
    void rejectedCaseIsRefusedWithItsWords(CrdCase rejected) {
        String path = collection(rejected.plural(), rejected.document());
        KubernetesClientException refusal = rejected.before().isEmpty()
                ? refused(path + DRY, "POST", rejected.document())
                : refusedChange(rejected);

        assertThat(refusal).as("the API server took it").isNotNull();
        assertThat(refusal.getCode()).isEqualTo(UNPROCESSABLE);
        assertThat(refusal.getMessage()).contains(rejected.expect());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mechanicalConstraints")
    void breachIsRefusedWithTheNameOfTheField(CrdConstraint constraint) {
        ObjectNode full = CrdCase.full(constraint.plural());
        CrdBreaker.Broken broken = CrdBreaker.breakOne(constraint, full).orElseThrow();

        KubernetesClientException refusal;
        if (constraint.path().startsWith("status")) {
            ObjectNode status = broken.document().put("apiVersion", Names.GROUP + "/" + Names.VERSION);
            refusal = refused(
                    object(constraint.plural(), full) + "/status" + DRY, "PUT", current(constraint.plural(), status));
        } else {
            ((ObjectNode) broken.document().get("metadata")).put("name", "breach");
            refusal = refused(collection(constraint.plural(), full) + DRY, "POST", broken.document());
        }

        assertThat(refusal).as("the API server took it").isNotNull();
        assertThat(refusal.getCode()).isEqualTo(UNPROCESSABLE);
        assertThat(refusal.getMessage()).contains(broken.expected());
    }

    private static KubernetesClientException refusedChange(CrdCase pair) {
        JsonNode before = pair.before().get(0);
        client.raw(collection(pair.plural(), before), "POST", before);
        try {
            return refused(object(pair.plural(), before) + DRY, "PUT", current(pair.plural(), pair.document()));
        } finally {
            client.raw(object(pair.plural(), before), "DELETE", null);
        }
    }

    /** The document with the resourceVersion that the stored object has, as an update needs it. */
    private static ObjectNode current(String plural, ObjectNode document) {
        JsonNode stored = Serialization.unmarshal(client.raw(object(plural, document)), JsonNode.class);
        ((ObjectNode) document.get("metadata")).set("resourceVersion", stored.at("/metadata/resourceVersion"));
        return document;
    }

    private static KubernetesClientException refused(String path, String method, JsonNode document) {
        return catchThrowableOfType(KubernetesClientException.class, () -> client.raw(path, method, document));
    }

    private static String collection(String plural, JsonNode document) {
        String namespace = document.at("/metadata/namespace").asText();
        return "/apis/" + Names.GROUP + "/" + Names.VERSION + "/"
                + (namespace.isEmpty() ? "" : "namespaces/" + namespace + "/")
                + plural;
    }

    private static String object(String plural, JsonNode document) {
        return collection(plural, document) + "/"
                + document.at("/metadata/name").asText();
    }

    private static Object spec(JsonNode document) throws IOException {
        Class<?> kind = CrdYaml.KINDS.stream()
                .filter(each -> each.getSimpleName().equals(document.get("kind").asText()))
                .findFirst()
                .orElseThrow();
        Object resource = Serialization.jsonMapper().treeToValue(document, kind);
        return ((CustomResource<?, ?>) resource).getSpec();
    }
}
