package io.meshfed.reconcile.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.meshfed.remote.Connection;
import io.meshfed.remote.RemoteSecret;
import io.meshfed.trust.world.RemoteCacertsWorld;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RemoteCacertsReaderTest {
    @Test
    void aValueThatCannotBeDecodedMakesTheSecretUnreadable() {
        for (String value : new String[] {"no base64!", null}) {
            assertThat(world(answered(value))).as("%s", value).isEqualTo(RemoteCacertsWorld.UNREADABLE);
            assertThat(RemoteCacertsReader.undecodable(answered(value))).isTrue();
        }
    }

    @Test
    void valuesAreDecoded() {
        assertThat(world(answered("eA==")).cacerts().orElseThrow().data()).containsOnlyKeys("ca-cert.pem");
        assertThat(RemoteCacertsReader.undecodable(answered("eA=="))).isFalse();
    }

    private static RemoteCacertsWorld world(RemoteSecret seen) {
        return RemoteCacertsReader.world(seen, "east-net", Optional.empty(), Optional.empty());
    }

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
}
