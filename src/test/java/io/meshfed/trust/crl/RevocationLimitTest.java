package io.meshfed.trust.crl;

import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Trust;
import io.meshfed.trust.TestCa;
import io.meshfed.trust.Worlds;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What another mesh shows is read as far as it can need to be. */
class RevocationLimitTest {
    private static String told(int certificates) {
        return Worlds.managed()
                .issuer(issuer(ROOT))
                .crl(new Trust.Crl(null, null, null))
                .remote("west", ROOT)
                .shown(Map.of(
                        "west", TestCa.pem("CERTIFICATE", new byte[] {1, 2, 3}).repeat(certificates)))
                .applied()
                .reloaded()
                .plan()
                .trustReady()
                .message();
    }

    @Test
    void moreThanSixteenCertificatesOfAMeshAreTold() {
        assertThat(told(17)).contains("TooLarge: RemoteMesh west, its catalogue has more than 16 certificates");
        assertThat(told(16)).doesNotContain("more than 16");
    }
}
