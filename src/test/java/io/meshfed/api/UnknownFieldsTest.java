package io.meshfed.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownFieldsTest {
    private final KubernetesSerialization client = client();

    private static KubernetesSerialization client() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.registerModule(new UnknownFields());
        return new KubernetesSerialization(mapper, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{spec: {mode: Mirror}}",
                "{spec: {ports: {http: 80}}}",
                "{spec: {suspend: [yes]}}",
                "{spec: {}, status: {mode: Mirror}}"
            })
    void resourceWithAnUnknownValueIsReadAsItsMetadata(String rest) {
        ImportedService read = read(rest);

        assertThat(UnknownFields.notUnderstood(read)).isTrue();
        assertThat(read.getMetadata().getName()).isEqualTo("web");
        assertThat(read.getMetadata().getGeneration()).isEqualTo(7);
        assertThat(read.getStatus()).isNull();
    }

    /** The SDK copies resources through JSON; a copy without the mark would look like a spec with all defaults. */
    @Test
    void copyKeepsTheMark() {
        ImportedService copy = client.clone(read("{spec: {mode: Mirror}}"));

        assertThat(UnknownFields.notUnderstood(copy)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{spec: {mode: Remote}}",
                "{spec: {added: later}}",
                "{}",
                "{spec: {}, status: {added: later}}",
                "{spec: {}, status: {conditions: [{type: Ready, status: 'True', reason: Ready, message: m, added: later}]}}"
            })
    void resourceWithUnknownFieldsOnlyIsRead(String rest) {
        assertThat(UnknownFields.notUnderstood(read(rest))).isFalse();
    }

    @Test
    void otherItemsOfAListAreRead() {
        ImportedServiceList read = client.unmarshal(
                "---\n{apiVersion: meshfed.io/v1alpha1, kind: ImportedServiceList, items: [%s, %s]}"
                        .formatted(yaml("{spec: {mode: Mirror}}"), yaml("{spec: {mode: Local}}")),
                ImportedServiceList.class);

        assertThat(read.getItems()).extracting(UnknownFields::notUnderstood).isEqualTo(List.of(true, false));
        assertThat(read.getItems().get(1).getSpec().mode()).isEqualTo(ImportedServiceSpec.Mode.Local);
    }

    static final class ImportedServiceList
            extends io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList<ImportedService> {
        private static final long serialVersionUID = 1L;
    }

    private ImportedService read(String rest) {
        return client.unmarshal("---\n" + yaml(rest), ImportedService.class);
    }

    private static String yaml(String rest) {
        String inner = rest.substring(1, rest.length() - 1);
        return "{apiVersion: meshfed.io/v1alpha1, kind: ImportedService, metadata: {name: web, generation: 7}"
                + (inner.isEmpty() ? "" : ", " + inner) + "}";
    }
}
