package io.meshfed.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

class FailureMessageTest {
    @Test
    void theTextOfAnExceptionIsNotRepeated() {
        String message = FailureMessage.of(new IllegalStateException("-----BEGIN PRIVATE KEY-----"));

        assertThat(message)
                .startsWith("the reconciliation failed (IllegalStateException in FailureMessageTest:")
                .doesNotContain("PRIVATE");
    }

    @Test
    void aFinalAnswerOfTheApiServerIsQuoted() {
        String message = FailureMessage.of(new RuntimeException(answer(403, "secrets is forbidden")));

        assertThat(message).contains("the API server answered HTTP 403: secrets is forbidden");
    }

    /** It names addresses and times, so each attempt would write another status. */
    @Test
    void anAnswerThatMayChangeIsNotQuoted() {
        assertThat(FailureMessage.of(answer(500, "dial tcp 10.0.0.1:443: timeout")))
                .contains("the API server answered HTTP 500")
                .doesNotContain("10.0.0.1");
    }

    @Test
    void theSameFailureHasTheSameMessage() {
        assertThat(FailureMessage.of(failure("one"))).isEqualTo(FailureMessage.of(failure("other")));
    }

    private static Exception failure(String text) {
        return new IllegalStateException(text);
    }

    private static KubernetesClientException answer(int code, String message) {
        return new KubernetesClientException(
                message,
                code,
                new StatusBuilder().withCode(code).withMessage(message).build());
    }
}
