package io.meshfed.reconcile.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.meshfed.api.Condition;
import io.meshfed.remote.Connection;
import io.meshfed.remote.RemoteSecret;
import io.meshfed.trust.IssuedWorld;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What another cluster's API server answers, and what is made of it. */
class IssuedCacertsTest {
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

    private static IssuedWorld world(RemoteSecret seen) {
        return IssuedCacerts.world(seen, "east-net", Optional.empty());
    }

    @Test
    void valuesThatCannotBeDecodedAreNotReadAndAreTold() {
        for (String value : new String[] {"no base64!", null}) {
            assertThat(world(answered(value))).as("%s", value).isEqualTo(IssuedWorld.UNREADABLE);
            Condition told = IssuedCacerts.refused(answered(value)).orElseThrow();
            assertThat(told.type()).isEqualTo("CacertsIssued");
            assertThat(told.status()).isEqualTo(Condition.State.False);
            assertThat(told.reason()).isEqualTo("CacertsUnreadable");
            assertThat(told.message()).doesNotContain("no base64!");
        }
    }

    @Test
    void valuesThatCanBeDecodedAreRead() {
        assertThat(world(answered("eA==")).cacerts().orElseThrow().data()).containsOnlyKeys("ca-cert.pem");
        assertThat(IssuedCacerts.refused(answered("eA=="))).isEmpty();
    }
}
