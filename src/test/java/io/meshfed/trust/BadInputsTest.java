package io.meshfed.trust;

import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.RANDOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meshfed.api.condition.CaDefect;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.BadInputs.Bad;
import io.meshfed.trust.BadInputs.BadRoot;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.crl.BadCrlsTest;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.world.NamedRoot;
import io.meshfed.trust.x509.PrivateKeys;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Case 33: every unusable CA is refused by name, and nothing is written. */
class BadInputsTest {
    private static final List<Bad> ISSUERS = BadInputs.issuers();
    private static final List<Bad> CACERTS = BadInputs.cacertsInputs();
    private static final List<BadRoot> PEER_ROOTS = BadInputs.peerRoots();

    static List<Bad> issuers() {
        return ISSUERS;
    }

    static List<Bad> cacerts() {
        return CACERTS;
    }

    static List<BadRoot> peerRoots() {
        return PEER_ROOTS;
    }

    @Test
    void soundInputsPass() {
        assertThatCode(() -> Issuer.read(BadInputs.issuer(BadInputs.ROOT), NOW, RANDOM))
                .doesNotThrowAnyException();
        assertThatCode(() -> Cacerts.verify(BadInputs.cacerts(), NOW, RANDOM)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("issuers")
    void badIssuerIsRefusedByNameAndNothingIsWritten(Bad bad) {
        TrustPlan plan = Worlds.managed().issuer(bad.data()).plan();

        assertThat(plan.action()).isEqualTo(new TrustAction.Leave());
        assertThat(plan.trustReady().status()).isEqualTo(Condition.State.False);
        assertThat(plan.trustReady().reason())
                .as(plan.trustReady().message())
                .isEqualTo(bad.defect().name());
        assertThat(plan.trustReady().message()).contains("issuer Secret mesh-root-ca");
    }

    @ParameterizedTest
    @MethodSource("issuers")
    void badIssuerLeavesTheCacertsInForceAlone(Bad bad) {
        Worlds sound = Worlds.managed().issuer(BadInputs.issuer(BadInputs.ROOT)).applied();

        TrustPlan plan = sound.issuer(bad.data()).plan();

        assertThat(plan.action()).isEqualTo(new TrustAction.Leave());
        assertThat(plan.trustReady().reason()).isEqualTo(bad.defect().name());
        assertThat(plan.status()).isPresent();
    }

    @ParameterizedTest
    @MethodSource("cacerts")
    void badExternalCacertsIsRefusedByName(Bad bad) {
        TrustPlan plan = Worlds.external().foreignCacerts(bad.data()).plan();

        assertThat(plan.action()).isEqualTo(new TrustAction.Leave());
        assertThat(plan.trustReady().status()).isEqualTo(Condition.State.False);
        assertThat(plan.trustReady().reason())
                .as(plan.trustReady().message())
                .isEqualTo(bad.defect().name());
        assertThat(plan.status()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("peerRoots")
    void badPeerRootIsRefusedByNameAndNotAdded(BadRoot bad) {
        NamedRoot root = new NamedRoot("west-2026", bad.pem(), bad.sha256());

        Worlds world = Worlds.managed()
                .issuer(BadInputs.issuer(TestCa.root("own").make()))
                .remote(Worlds.roots("west", List.of(root), false));
        TrustPlan first = world.plan();

        assertThat(first.trusted().get("west").status()).isEqualTo(Condition.State.False);
        assertThat(first.trusted().get("west").reason())
                .as(first.trusted().get("west").message())
                .isEqualTo(bad.defect().name());
        assertThat(world.applied().plan().publicRoots()).hasSize(1);
    }

    @Test
    void everyFlawHasAnInputThatShowsIt() {
        Set<CaDefect> shown = EnumSet.noneOf(CaDefect.class);
        issuers().forEach(bad -> shown.add(bad.defect()));
        cacerts().forEach(bad -> shown.add(bad.defect()));
        peerRoots().forEach(bad -> shown.add(bad.defect()));
        shown.addAll(BadCrlsTest.shown());
        // A matter of two meshes and not of one input: PeerRootsTest, PoisoningTest.
        shown.addAll(List.of(CaDefect.EqualTrustDomains, CaDefect.TrustDomainUnknown, CaDefect.AmbiguousRoot));
        // A matter of what cert-manager delivers: CertManagerTrustTest.
        shown.add(CaDefect.SelfSignedIntermediate);

        assertThat(shown).containsExactlyInAnyOrder(CaDefect.values());
    }

    @Test
    void refusalsNeverHoldACause() {
        RefusedMaterialException refused = catchThrowableOfType(
                RefusedMaterialException.class,
                () -> PrivateKeys.read(
                        "tls.key",
                        TestCa.bytes(TestCa.pem("PRIVATE KEY", TestCa.bytes("canary-key-bytes"))),
                        PrivateKeys.LeadingParameters.SKIP));

        assertThat(refused).hasNoCause();
        assertThat(refused.getMessage()).doesNotContain("canary");
    }
}
