package io.meshfed.testbed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.CertificateAuthority;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class IdentityTest {
    private static final String ONE = root();
    private static final String OTHER = root();

    /** All of one name, so that only the key tells them apart. */
    private static String root() {
        return new String(
                Base64.getDecoder()
                        .decode(CertificateAuthority.rootSecret("CN=root").get("tls.crt")),
                StandardCharsets.US_ASCII);
    }

    @Test
    void identityUnderATrustedRootIsAccepted() {
        assertThat(Identity.of("", ONE).accepts(Identity.of(ONE, ""))).isTrue();
        assertThat(Identity.of("", OTHER + ONE).accepts(Identity.of(ONE, ""))).isTrue();
    }

    @Test
    void nameOfATrustedRootIsNotEnough() {
        assertThat(Identity.of("", OTHER).accepts(Identity.of(ONE, ""))).isFalse();
        assertThat(Identity.of("", OTHER).accepts(Identity.of(ONE + OTHER, ""))).isFalse();
    }

    @Test
    void whoeverShowsNothingOrTrustsNothingIsNotAccepted() {
        assertThat(Identity.of("", ONE).accepts(Identity.of("", ONE))).isFalse();
        assertThat(Identity.of(ONE, "").accepts(Identity.of(ONE, ""))).isFalse();
    }
}
