package io.meshfed.reconcile.remotemesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.apply.Outcome;
import io.meshfed.remote.Connection;
import io.meshfed.remote.RemoteSecret;
import io.meshfed.trust.issued.RemoteCacertsPlan;
import io.meshfed.trust.rotation.TrustAction;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the condition CacertsIssued reports about the answers of another cluster's API server. */
class RemoteCacertsTest {
    private static RemoteSecret answered(String value) {
        Map<String, String> data = new HashMap<>();
        data.put("ca-cert.pem", value);
        Secret cacerts = new SecretBuilder()
                .withNewMetadata()
                .withName("cacerts")
                .endMetadata()
                .build();
        cacerts.setData(data);
        return new RemoteSecret(new Connection.Connected(), Optional.of(cacerts), Optional.empty());
    }

    @Test
    void valuesThatCannotBeDecodedAreReported() {
        for (String value : new String[] {"no base64!", null}) {
            Condition reported =
                    CacertsIssuedCondition.undecodable(answered(value)).orElseThrow();
            assertThat(reported.type()).isEqualTo("CacertsIssued");
            assertThat(reported.status()).isEqualTo(Condition.State.False);
            assertThat(reported.reason()).isEqualTo("CacertsUnreadable");
            assertThat(reported.message()).doesNotContain("no base64!");
        }
    }

    @Test
    void suspensionReportsTheWriteThatItHoldsBack() {
        RemoteCacertsPlan growth = plan("root added", false);
        assertThat(CacertsIssuedCondition.suspended(growth).holds()).isTrue();
        assertThat(CacertsIssuedCondition.suspended(growth).message())
                .contains("suspended; without spec.suspend the operator would write cacerts: root added");
        Condition due = CacertsIssuedCondition.suspended(plan("renewal", true));
        assertThat(due.status()).isEqualTo(Condition.State.False);
        assertThat(due.reason()).isEqualTo("RemoteSuspended");
        assertThat(due.message()).contains("holds back a write (renewal)");
    }

    @Test
    void eachRefusalOfAWriteHasItsOwnRemedy() {
        assertThat(reported(404).reason()).isEqualTo("NamespaceMissing");
        assertThat(reported(404).message())
                .contains("no namespace mesh-control", "create it there", "controlPlaneNamespace")
                .doesNotContain("grant");
        assertThat(reported(403).reason()).isEqualTo("WriteRefused");
        assertThat(reported(403).message()).contains("grant get, list, watch, create and patch");
        for (int code : new int[] {400, 422}) {
            assertThat(reported(code).reason()).isEqualTo("WriteRefused");
            assertThat(reported(code).message())
                    .contains("invalid (" + code + ")", "immutable", "admission policy or webhook")
                    .doesNotContain("grant");
        }
    }

    @Test
    void aCredentialThatMayNotReadIsNamed() {
        Condition forbidden = CacertsIssuedCondition.notReadable(
                new Connection.Failed(ConnectionReason.Forbidden, "grant something"), "mesh-control");
        assertThat(forbidden.reason()).isEqualTo("Forbidden");
        assertThat(forbidden.message())
                .contains("spec.trust.issueCacerts.kubeconfigSecretRef", "Secret mesh-control/cacerts")
                .contains("grant get, list, watch, create and patch", "controlPlaneNamespace");
        Condition expired = CacertsIssuedCondition.notReadable(
                new Connection.Failed(ConnectionReason.Unauthorized, "renew it"), "mesh-control");
        assertThat(expired.reason()).isEqualTo("Unauthorized");
        assertThat(expired.message())
                .contains("spec.trust.issueCacerts.kubeconfigSecretRef")
                .endsWith(": renew it");
    }

    private static Condition reported(int code) {
        Condition reported = CacertsIssuedCondition.obstacle(
                        new Outcome.Refused("Secret", "mesh-control", "cacerts", code, "words of another cluster"))
                .orElseThrow();
        assertThat(reported.status()).isEqualTo(Condition.State.False);
        assertThat(reported.message()).doesNotContain("words of another cluster");
        return reported;
    }

    private static RemoteCacertsPlan plan(String why, boolean due) {
        return new RemoteCacertsPlan(
                new TrustAction.WriteCacerts(Map.of(), why),
                Condition.yes(ConditionType.CacertsIssued, TrustReason.Issued, "it verifies"),
                Optional.empty(),
                due,
                Optional.empty());
    }

    @Test
    void valuesThatCanBeDecodedAreNotReported() {
        assertThat(CacertsIssuedCondition.undecodable(answered("eA=="))).isEmpty();
    }
}
