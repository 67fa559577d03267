package io.meshfed.trust;

import static io.meshfed.trust.Poisons.OWN;
import static io.meshfed.trust.Poisons.WEST;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.Condition.State;
import io.meshfed.trust.Poisons.Poison;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.cacerts.TrustBundle;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.world.NamedRoot;
import io.meshfed.trust.world.PeerRoots;
import io.meshfed.trust.world.RemoteRoots;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever another mesh hands out as its root: it is refused by name, nothing of it is written, and no other mesh suffers. */
class PoisoningTest {
    private static final TrustAction LEAVE = new TrustAction.Leave();
    private static final String NAME = "west-2026";
    private static final Ca NORTH = root("north").make();
    private static final List<Poison> POISONS = Poisons.all();

    /** On its own root, with north's beside it; at rest. */
    private static final Worlds MESH = Worlds.managed()
            .issuer(BadInputs.issuer(OWN))
            .remote("north", NORTH)
            .applied()
            .reloaded();

    /** The same, and west's good root was added some day. */
    private static final Worlds WITH_WEST = MESH.remote("west", WEST).applied().reloaded();

    static List<Poison> poisons() {
        return POISONS;
    }

    private static NamedRoot given(String pem) {
        return new NamedRoot(NAME, pem, Optional.empty());
    }

    private static RemoteRoots west(NamedRoot root, Optional<List<PublicRoot>> catalogue) {
        return new RemoteRoots("west", "west.local", List.of(root), false, Set.of(), catalogue, Optional.empty());
    }

    /** The fingerprint in the spec is that of the good root. */
    private static RemoteRoots published(PublicRoot... roots) {
        Optional<List<PublicRoot>> catalogue = Optional.of(List.of(roots));
        return west(NamedRoot.fromPeer(NAME, Optional.of(WEST.certificate().sha256()), catalogue), catalogue);
    }

    private static void assertRefused(RemoteRoots west, CaDefect... defects) {
        for (Worlds before : List.of(MESH, WITH_WEST)) {
            Worlds world = before.remote(west);
            TrustPlan plan = world.plan();
            Condition trusted = plan.trusted().get("west");

            assertThat(trusted.status()).as(trusted.message()).isEqualTo(State.False);
            assertThat(List.of(defects))
                    .as(trusted.message())
                    .extracting(CaDefect::name)
                    .contains(trusted.reason());
            assertThat(trusted.message()).contains(NAME).matches("[\\x20-\\x7e]{1,1000}");
            assertThat(plan.action()).isEqualTo(LEAVE);
            assertThat(plan.trusted().get("north").holds()).isTrue();
            assertThat(plan.trustReady().holds()).isTrue();
            assertThat(world.applied().data()).isEqualTo(before.data());
        }
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void givenInTheSpecOrAConfigMapItIsRefusedByName(Poison poison) {
        assertRefused(west(given(poison.pem()), Optional.empty()), poison.defect());
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void publishedUnderTheFingerprintThatIsAskedForItIsRefused(Poison poison) {
        assertRefused(
                published(new PublicRoot(WEST.certificate().sha256(), poison.pem(), true, true)),
                poison.defect(),
                CaDefect.RootMismatch);
    }

    private static Condition trusted(Worlds world, String remote) {
        return world.plan().trusted().get(remote);
    }

    @Test
    void catalogueThatOffersMoreThanIsAskedForGivesTheOneThatIsPinned() {
        PublicRoot good = new PublicRoot(WEST.certificate().sha256(), WEST.pem(), true, true);
        Ca evil = root("evil").make();
        PublicRoot other = new PublicRoot(evil.certificate().sha256(), evil.pem(), true, true);

        for (RemoteRoots west : List.of(published(other, good), published(good, other))) {
            assertThat(MESH.remote(west).applied().rootPem()).isEqualTo(WITH_WEST.rootPem());
        }
    }

    @Test
    void catalogueWithAnotherRootThanThePinnedOneIsAMismatch() {
        Ca evil = root("west").make();

        assertRefused(
                published(new PublicRoot(evil.certificate().sha256(), evil.pem(), true, true)), CaDefect.RootMismatch);
        assertRefused(
                published(new PublicRoot(WEST.certificate().sha256(), evil.pem(), true, true)), CaDefect.RootMismatch);
    }

    @Test
    void rootOfOneNameButWithAKeyIdentifierOfItsOwnIsTrusted() {
        assertThat(trusted(MESH.remote("west", root("own").make()).applied().reloaded(), "west")
                        .reason())
                .isEqualTo("RootsTrusted");
    }

    @Test
    void thisMeshsRootUnderANewCertificateIsTrusted() {
        Ca renewed = root("own").keys(OWN.keys()).make();

        assertThat(trusted(MESH.remote("west", renewed).applied().reloaded(), "west")
                        .reason())
                .isEqualTo("RootsTrusted");
    }

    @Test
    void ofTwoMeshesWithRootsThatAreAlikeTheOneThatIsThereStays() {
        Ca twin = Poisons.twin("west", WEST);

        Worlds known = WITH_WEST.remote("south", twin);
        assertThat(trusted(known, "south").reason()).isEqualTo("AmbiguousRoot");
        assertThat(trusted(known, "west").holds()).isTrue();
        assertThat(known.plan().action()).isEqualTo(LEAVE);

        Worlds both = MESH.remote("west", WEST).remote("south", twin).applied().reloaded();
        assertThat(trusted(both, "south").reason()).isEqualTo("RootsTrusted");
        assertThat(trusted(both, "west").reason()).isEqualTo("AmbiguousRoot");
        assertThat(both.verified().roots()).hasSize(3);
    }

    @Test
    void twinsThatAnEarlierVersionLetInStay() {
        Ca twin = Poisons.twin("own", OWN);
        Map<String, byte[]> data = new HashMap<>(MESH.data());
        data.put("root-cert.pem", TestCa.bytes(OWN.pem() + NORTH.pem() + twin.pem()));

        Worlds world = MESH.ourCacerts(data).reloaded().remote("west", twin);

        assertThat(trusted(world, "west").reason()).isEqualTo("RootsTrusted");
        assertThat(world.plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void namesWithControlCharactersAreToldWithoutThem() {
        Ca loud = root("\"\u001b[31mReady\nTrusted\"")
                .to(TestCa.NOW.minusSeconds(1))
                .make();

        assertRefused(west(given(loud.pem()), Optional.empty()), CaDefect.Expired);
    }

    /** Whoever can write cacerts can add a root for a while; nobody asks for it, so it leaves like one given up. */
    @Test
    void rootThatSomebodyAddedToOurCacertsLeavesAgain() {
        Ca evil = root("evil").make();
        Map<String, byte[]> data = new HashMap<>(MESH.data());
        data.put("root-cert.pem", TestCa.bytes(OWN.pem() + evil.pem() + NORTH.pem()));
        PublicRoot north = new PublicRoot(NORTH.certificate().sha256(), NORTH.pem(), true, true);

        Worlds noticed = MESH.ourCacerts(data)
                .remote(new RemoteRoots(
                        "north",
                        "north.local",
                        List.of(new NamedRoot("north", NORTH.pem(), Optional.empty())),
                        false,
                        Set.of(),
                        Optional.of(List.of(north)),
                        Optional.empty()))
                .reloaded()
                .reported();

        assertThat(noticed.later(Duration.ofDays(2)).applied().rootPem()).isEqualTo(OWN.pem() + NORTH.pem());
    }

    /** Whatever a parser of hostile bytes ends in: it is told, and ends no look at the mesh. */
    @Test
    void mutilatedRootsAreRefusedAndNothingElseHappens() {
        Random random = new Random(1);
        byte[] der = WEST.der();
        for (int i = 0; i < 3_000; i++) {
            byte[] mutilated = der.clone();
            for (int bytes = 1 + random.nextInt(3); bytes > 0; bytes--) {
                // Of the signature, the last 70 bytes, one is enough.
                mutilated[random.nextInt(der.length - 70)] = (byte) random.nextInt(256);
            }
            if (!Arrays.equals(der, mutilated)) {
                PeerRoots roots = PeerRoots.verify(
                        List.of(west(given(TestCa.pem("CERTIFICATE", mutilated)), Optional.empty())),
                        new PeerRoots.Context(
                                Optional.empty(), Set.of(), Set.of(), TrustBundle.of(List.of()), TestCa.NOW));

                assertThat(roots.peers().get(0).refused()).hasSize(1);
            }
        }
    }
}
