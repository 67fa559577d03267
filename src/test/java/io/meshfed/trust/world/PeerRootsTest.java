package io.meshfed.trust.world;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.bytes;
import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.Condition.State;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.Worlds;
import io.meshfed.trust.rotation.TrustAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerRootsTest {
    private static final TrustAction LEAVE = new TrustAction.Leave();
    private static final Ca THIRD = root("third").make();

    private final Worlds alone = Worlds.managed().issuer(issuer(ROOT)).applied().reloaded();
    private final Worlds withWest = alone.remote("west", OTHER).applied().reloaded();

    private static Condition trusted(Worlds world, String remote) {
        return world.plan().trusted().get(remote);
    }

    @Test
    void remoteWithoutRootsHasNoCondition() {
        assertThat(alone.remote(Worlds.roots("west", List.of(), false)).plan().trusted())
                .isEmpty();
    }

    @Test
    void rootIsAppendedAndNothingElseChanges() {
        assertThat(withWest.rootPem()).isEqualTo(ROOT.pem() + OTHER.pem());
        for (String key : List.of("ca-cert.pem", "ca-key.pem", "cert-chain.pem")) {
            assertThat(withWest.data().get(key)).isEqualTo(alone.data().get(key));
        }
        assertThat(withWest.plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void trustedFollowsTheRootFromSpecToCacertsToIstiod() {
        Worlds asked = alone.remote("west", OTHER);
        Worlds written = asked.applied();

        assertThat(trusted(asked, "west").reason()).isEqualTo("NotYetInBundle");
        assertThat(trusted(written, "west").reason()).isEqualTo("WaitingForIstiod");
        assertThat(trusted(written.reloaded(), "west").status()).isEqualTo(State.True);
        assertThat(trusted(written.reloaded(), "west").reason()).isEqualTo("RootsTrusted");
    }

    @Test
    void istiodNotSeenIsNotTrusted() {
        Worlds world =
                Worlds.managed().issuer(issuer(ROOT)).remote("west", OTHER).applied();

        assertThat(trusted(world, "west").reason()).isEqualTo("WaitingForIstiod");
    }

    @Test
    void ownRootGivenAsAPeersIsACommonRoot() {
        Worlds world = alone.remote("west", ROOT);

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(trusted(world, "west").reason()).isEqualTo("CommonRoot");
        assertThat(world.remotes(List.of()).plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void bytesThatStandThereStayAsTheBeginning() {
        for (String present : List.of(
                ROOT.pem().stripTrailing(),
                ROOT.pem() + "\n\n",
                ROOT.pem().replace("\n", "\r\n"),
                "subject=CN = root\n" + ROOT.pem())) {
            Worlds world = alone.ourCacerts(replaceRoots(present));

            Worlds grown = world.remote("west", OTHER).applied();

            assertThat(grown.rootPem()).startsWith(present).endsWith(OTHER.pem());
            assertThat(grown.verified().roots()).containsExactly(ROOT.certificate(), OTHER.certificate());
        }
    }

    private java.util.Map<String, byte[]> replaceRoots(String pem) {
        java.util.Map<String, byte[]> data = new java.util.HashMap<>(alone.data());
        data.put("root-cert.pem", bytes(pem));
        return data;
    }

    @Test
    void rootGoesWhenNobodyAsksForItAndTheOthersKeepTheirBytes() {
        Worlds three = withWest.remote("north", THIRD).applied().reloaded();

        Worlds two = three.remotes(three.world().remotes().stream()
                        .filter(remote -> !remote.remote().equals("west"))
                        .toList())
                .applied();

        assertThat(three.rootPem()).isEqualTo(ROOT.pem() + OTHER.pem() + THIRD.pem());
        assertThat(two.rootPem()).isEqualTo(ROOT.pem() + THIRD.pem());
        assertThat(two.data().get("ca-key.pem")).isEqualTo(three.data().get("ca-key.pem"));
    }

    @Test
    void ownRootNeverGoes() {
        assertThat(withWest.remotes(List.of()).applied().rootPem()).isEqualTo(ROOT.pem());
    }

    @Test
    void replacingARootGrowsFirstAndShrinksWhenIstiodHasTakenIt() {
        Worlds replaced = withWest.remote("west", THIRD);

        Worlds grown = replaced.applied();
        Worlds shrunk = grown.reloaded().applied();

        assertThat(grown.rootPem()).isEqualTo(ROOT.pem() + OTHER.pem() + THIRD.pem());
        assertThat(grown.plan().action()).isEqualTo(LEAVE);
        assertThat(shrunk.rootPem()).isEqualTo(ROOT.pem() + THIRD.pem());
        assertThat(shrunk.plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void nothingGoesWhileARemoteIsUnknown() {
        Worlds world = withWest.remotes(List.of(Worlds.roots("west", List.of(), true)));

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(trusted(world, "west").status()).isEqualTo(State.Unknown);
        assertThat(trusted(world, "west").reason()).isEqualTo("RootUnreadable");
        assertThat(world.plan().trustReady().message()).contains("west");
    }

    @Test
    void refusedRootKeepsWhatIsInTheBundleAndStopsNoOther() {
        RemoteRoots bad = Worlds.roots("west", List.of(new NamedRoot("west-2027", "garbage", Optional.empty())), false);

        Worlds world = withWest.remote(bad).remote("north", THIRD).applied().reloaded();

        assertThat(world.rootPem()).isEqualTo(ROOT.pem() + OTHER.pem() + THIRD.pem());
        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(trusted(world, "west").reason()).isEqualTo("NotPem");
        assertThat(trusted(world, "north").status()).isEqualTo(State.True);
    }

    @Test
    void changedFingerprintIsNotTrusted() {
        NamedRoot pinned = new NamedRoot(
                "west", THIRD.pem(), Optional.of(OTHER.certificate().sha256()));

        Worlds world = withWest.remote(Worlds.roots("west", List.of(pinned), false));

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(trusted(world, "west").reason()).isEqualTo("RootMismatch");
        assertThat(trusted(world, "west").message())
                .contains(OTHER.certificate().sha256())
                .contains(THIRD.certificate().sha256());
    }

    @Test
    void matchingFingerprintIsTrustedInAnyCase() {
        NamedRoot pinned = new NamedRoot(
                "west", OTHER.pem(), Optional.of(OTHER.certificate().sha256().toUpperCase(Locale.ROOT)));

        assertThat(trusted(withWest.remote(Worlds.roots("west", List.of(pinned), false)), "west")
                        .holds())
                .isTrue();
    }

    @Test
    void rootThatExpiresStaysAndIsReportedInTime() {
        Ca brief = root("brief").to(NOW.plus(Duration.ofDays(3))).make();
        Worlds world = alone.remote("west", brief).applied().reloaded();

        assertThat(world.reported().later(Duration.ofDays(2)).plan().wakeAt())
                .contains(NOW.plus(Duration.ofDays(3)).plusSeconds(1));
        Worlds later = world.later(Duration.ofDays(4));

        assertThat(trusted(later, "west").reason()).isEqualTo("Expired");
        assertThat(later.plan().trustReady().holds()).isTrue();
        assertThat(later.plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void orderOfRemotesDoesNotChangeTheBundle() {
        List<RemoteRoots> remotes = new ArrayList<>(
                alone.remote("west", OTHER).remote("north", THIRD).world().remotes());
        Worlds one = alone.remotes(remotes).applied();
        Collections.reverse(remotes);

        assertThat(alone.remotes(remotes).applied().data().get("root-cert.pem"))
                .isEqualTo(one.data().get("root-cert.pem"));
    }

    @Test
    void renewalAndNewRootAreTwoWrites() {
        Worlds due = alone.remote("west", OTHER).later(Duration.ofHours(2160 - 720));

        Worlds first = due.applied();
        Worlds second = first.applied();

        assertThat(first.rootPem()).isEqualTo(alone.rootPem());
        assertThat(Arrays.equals(first.data().get("ca-key.pem"), alone.data().get("ca-key.pem")))
                .isFalse();
        assertThat(second.rootPem()).isEqualTo(ROOT.pem() + OTHER.pem());
        assertThat(second.data().get("ca-key.pem")).isEqualTo(first.data().get("ca-key.pem"));
    }

    @Test
    void bundleHasAnEndAndSaysSo() {
        List<RemoteRoots> remotes = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            remotes.add(Worlds.roots(
                    "r%02d".formatted(i),
                    List.of(new NamedRoot("root", root("peer" + i).make().pem(), Optional.empty())),
                    false));
        }

        Worlds world = alone.remotes(remotes).applied().reloaded();

        assertThat(world.verified().roots()).hasSize(64);
        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(trusted(world, "r62").holds()).isTrue();
        assertThat(trusted(world, "r63").reason()).isEqualTo("BundleFull");
    }

    @Test
    void rootsOfOneNameAreToldApart() {
        Ca twin = root("root").make();

        Worlds world = alone.remote("west", twin).applied().reloaded();

        assertThat(world.verified().ownRoot()).isEqualTo(ROOT.certificate());
        assertThat(trusted(world, "west").reason()).isEqualTo("RootsTrusted");
    }

    @Test
    void equalTrustDomainsWithDifferentRootsAreRefusedWithTheReason() {
        RemoteRoots twin = new RemoteRoots(
                "west",
                "east.local",
                List.of(new NamedRoot("west", OTHER.pem(), Optional.empty())),
                false,
                Set.of(),
                Optional.empty(),
                Optional.empty());

        Worlds world = alone.remote(twin);

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(trusted(world, "west").reason()).isEqualTo("EqualTrustDomains");
        assertThat(trusted(world, "west").message()).contains("east.local").contains("common root");
    }

    @Test
    void aRootWaitsWhileThisMeshsTrustDomainIsUnknownForItMayBeEqual() {
        Worlds unknown = alone.withoutTrustDomain();

        Worlds asked = unknown.remote("west", OTHER);
        assertThat(asked.plan().action()).isEqualTo(LEAVE);
        assertThat(trusted(asked, "west").reason()).isEqualTo("TrustDomainUnknown");
        assertThat(trusted(asked, "west").message()).contains("west.local", "MeshConfigured");
        assertThat(trusted(unknown.remote("west", ROOT), "west").reason()).isEqualTo("CommonRoot");
    }

    @Test
    void aRootInTheBundleStaysWhileThisMeshsTrustDomainIsUnknown() {
        Worlds unknown = withWest.withoutTrustDomain();

        assertThat(unknown.plan().action()).isEqualTo(LEAVE);
        assertThat(trusted(unknown, "west").reason()).isEqualTo("RootsTrusted");
    }

    @Test
    void equalTrustDomainsOnOneRootAreFine() {
        RemoteRoots twin = new RemoteRoots(
                "west",
                "east.local",
                List.of(new NamedRoot("west", ROOT.pem(), Optional.empty())),
                false,
                Set.of(),
                Optional.empty(),
                Optional.empty());

        assertThat(trusted(alone.remote(twin), "west").reason()).isEqualTo("CommonRoot");
    }

    @Test
    void pinnedRootThatCannotBeReadIsKnownByItsFingerprintOnceItStandsInTheBundle() {
        RemoteRoots pinned = fromPeer(pin(OTHER), Optional.empty());

        assertThat(trusted(withWest.remote(pinned), "west").reason()).isEqualTo("RootsTrusted");
        assertThat(trusted(alone.remote(pinned), "west").reason()).isEqualTo("RootUnreadable");
    }

    @Test
    void whatAPeersCatalogueLacksIsNamedAndStopsNoOther() {
        PublicRoot nothing = new PublicRoot(null, null, null, null);
        PublicRoot sound = new PublicRoot(OTHER.certificate().sha256(), OTHER.pem(), true, true);
        PublicRoot withoutPem = new PublicRoot(OTHER.certificate().sha256(), null, true, true);
        PublicRoot withoutSha = new PublicRoot(null, OTHER.pem(), true, true);

        assertThat(reason(fromPeer(pin(OTHER), Optional.of(List.of(nothing))))).isEqualTo("FieldMissing");
        assertThat(reason(fromPeer(pin(OTHER), Optional.of(List.of(withoutPem)))))
                .isEqualTo("FieldMissing");
        assertThat(reason(fromPeer(pin(THIRD), Optional.of(List.of(withoutSha)))))
                .isEqualTo("RootMismatch");
        assertThat(reason(fromPeer(pin(OTHER), Optional.of(List.of(nothing, sound)))))
                .isEqualTo("NotYetInBundle");
    }

    @Test
    void rootThatStandsInTheBundleDoesNotNeedThePeersCatalogue() {
        PublicRoot withoutPem = new PublicRoot(OTHER.certificate().sha256(), null, true, true);

        assertThat(trusted(withWest.remote(fromPeer(pin(OTHER), Optional.of(List.of(withoutPem)))), "west")
                        .holds())
                .isTrue();
    }

    /** An API server with an older schema, or none, lets it through. */
    @Test
    void rootThatOnlyThePeerVouchesForIsRefused() {
        PublicRoot sound = new PublicRoot(OTHER.certificate().sha256(), OTHER.pem(), true, true);
        for (Optional<List<PublicRoot>> catalogue :
                List.of(Optional.<List<PublicRoot>>empty(), Optional.of(List.of(sound)))) {
            RemoteRoots unpinned = fromPeer(Optional.empty(), catalogue);

            assertThat(reason(unpinned)).isEqualTo("FieldMissing");
            assertThat(trusted(alone.remote(unpinned), "west").message()).contains("fromPeer requires sha256");
            assertThat(withWest.remote(unpinned).plan().action()).isEqualTo(LEAVE);
        }
    }

    /** Of west, beside a mesh whose root is added all the same. */
    private String reason(RemoteRoots west) {
        Worlds world = alone.remote("north", THIRD).remote(west);
        assertThat(world.applied().verified().roots()).contains(THIRD.certificate());
        return trusted(world, "west").reason();
    }

    private static RemoteRoots fromPeer(Optional<String> sha256, Optional<List<PublicRoot>> catalogue) {
        return new RemoteRoots(
                "west",
                "west.local",
                List.of(NamedRoot.fromPeer("west-2026", sha256, catalogue)),
                false,
                Set.of(),
                catalogue,
                Optional.empty());
    }

    private static Optional<String> pin(Ca root) {
        return Optional.of(root.certificate().sha256());
    }
}
