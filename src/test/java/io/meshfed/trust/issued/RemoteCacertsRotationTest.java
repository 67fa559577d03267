package io.meshfed.trust.issued;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.bytes;
import static io.meshfed.trust.TestCa.root;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.ADDED;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.DWELL;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.HOME;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.LEAVE;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.NEXT;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.NOT_SEEN;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.SIGNED;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.absent;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.asked;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.first;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.present;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.refused;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.runningOn;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.says;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.text;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.verified;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.west;
import static io.meshfed.trust.issued.RemoteCacertsWorlds.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.trust.BadInputs;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.Worlds;
import io.meshfed.trust.cacerts.PresentCacerts.Origin;
import io.meshfed.trust.world.RemoteCacertsWorld;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What was made for another mesh follows this one to another root. */
class RemoteCacertsRotationTest {
    private static final Ca THIRD = root("third").make();

    @Test
    void rotationTakesTheRemoteAlongStepByStep() {
        Map<String, byte[]> west = first();
        PublicRoot[] atRest = {says(ROOT, true, true)};
        Worlds asked = HOME.issuer("next-root-ca", issuer(NEXT));
        // Before this mesh has the root in its own bundle, the remote does not get it.
        assertThat(west(asked, west, atRest).issue("west").action()).isEqualTo(LEAVE);

        Worlds added = asked.applied().reloaded().reported();
        RemoteCacertsPlan grow = west(added, west, atRest).issue("west");
        Map<String, byte[]> both = written(grow);
        assertThat(text(both, "root-cert.pem")).isEqualTo(ROOT.pem() + NEXT.pem());
        assertThat(both.get("ca-cert.pem")).isEqualTo(west.get("ca-cert.pem"));
        assertThat(both.get("ca-key.pem")).isEqualTo(west.get("ca-key.pem"));
        assertThat(grow.issued().reason()).isEqualTo("Rotating");

        // This mesh does not sign before the remote's workloads accept the root; the remote is not signed before this
        // mesh.
        Worlds waited = added.later(DWELL);
        Worlds westBehind = west(waited, both, says(ROOT, true, true), says(NEXT, false, true));
        assertThat(westBehind.plan().action()).isEqualTo(LEAVE);
        assertThat(westBehind.plan().trustReady().reason()).isEqualTo("WaitingForPeer");
        PublicRoot[] accepts = {says(ROOT, true, true), says(NEXT, true, false)};
        assertThat(west(waited, both, accepts).issue("west").action()).isEqualTo(LEAVE);
        assertThat(west(waited, both, accepts).issue("west").issued().reason()).isEqualTo("Rotating");

        Worlds signed = west(waited, both, accepts).applied().reported();
        assertThat(signed.verified().ownRoot()).isEqualTo(NEXT.certificate());
        // The remote's catalogue may change its word until the last moment.
        assertThat(west(signed, both, says(ROOT, true, true), says(NEXT, false, true))
                        .issue("west")
                        .action())
                .isEqualTo(LEAVE);
        Map<String, byte[]> moved = written(west(signed, both, accepts).issue("west"));
        assertThat(verified(moved, signed.now()).ownRoot()).isEqualTo(NEXT.certificate());
        assertThat(moved.get("root-cert.pem")).isEqualTo(both.get("root-cert.pem"));

        // The old root stays in both as long as either may use it, and leaves the remote first.
        Worlds renewed = signed.later(DWELL);
        PublicRoot[] stillUses = {says(ROOT, true, true), says(NEXT, true, true)};
        PublicRoot[] doesNot = {says(ROOT, true, false), says(NEXT, true, true)};
        assertThat(west(renewed, moved, stillUses).issue("west").action()).isEqualTo(LEAVE);
        assertThat(west(signed, moved, doesNot).issue("west").action()).isEqualTo(LEAVE);
        Worlds homeWaits = west(renewed, moved, doesNot);
        assertThat(homeWaits.plan().action()).isEqualTo(LEAVE);
        assertThat(homeWaits.plan().status().orElseThrow().rotation().waitingFor())
                .contains("RemoteMesh west");
        Map<String, byte[]> last = written(homeWaits.issue("west"));
        assertThat(text(last, "root-cert.pem")).isEqualTo(NEXT.pem());
        assertThat(last.get("ca-cert.pem")).isEqualTo(moved.get("ca-cert.pem"));

        Worlds end =
                west(renewed, last, says(NEXT, true, true)).applied().reloaded().reported();
        assertThat(end.rootPem()).isEqualTo(NEXT.pem());
        assertThat(end.issue("west").action()).isEqualTo(LEAVE);
        assertThat(end.issue("west").issued().reason()).isEqualTo("Issued");
    }

    @Test
    void oldRootStaysHereWhileTheRemotesCacertsCannotBeRead() {
        Worlds signed = ADDED.later(DWELL).applied().reported().later(DWELL);
        Worlds blind = signed.issuing("west", catalogueWithout(ROOT), RemoteCacertsWorld.UNREADABLE);

        assertThat(blind.plan().action()).isEqualTo(LEAVE);
        assertThat(blind.plan().trustReady().reason()).isEqualTo("PeerNotKnown");
        assertThat(signed.plan().action()).isNotEqualTo(LEAVE);
    }

    private static Optional<List<PublicRoot>> catalogueWithout(Ca unused) {
        return Optional.of(List.of(says(unused, true, false), says(NEXT, true, true)));
    }

    @Test
    void firstOneWaitsForTheEndOfARotationsFirstHalf() {
        refused(absent(ADDED, NOT_SEEN), "Issuing");
    }

    @Test
    void istiodThatSignsUnderTheOldRootGetsNothingFromTheNewOne() {
        refused(absent(SIGNED, runningOn(ROOT, NEXT)), "RunningOnOtherRoot");
        assertThat(text(written(asked(SIGNED, runningOn(NEXT, ROOT)).issue("west")), "root-cert.pem"))
                .isEqualTo(NEXT.pem() + ROOT.pem());
    }

    @Test
    void rootThatIsNoneOfThisMeshsOwnStays() {
        Map<String, byte[]> more = new HashMap<>(first());
        more.put("root-cert.pem", bytes(ROOT.pem() + OTHER.pem()));

        RemoteCacertsPlan plan = present(HOME, Origin.OURS, more, NOT_SEEN).issue("west");

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.issued().holds()).isTrue();
        // Not even when this mesh knew it, and gives it up.
        Worlds givingUp =
                HOME.remote("north", OTHER).applied().reloaded().reported().remotes(List.of());
        assertThat(givingUp.plan().action()).isNotEqualTo(LEAVE);
        assertThat(west(givingUp, more, says(ROOT, true, true)).issue("west").action())
                .isEqualTo(LEAVE);
    }

    @Test
    void nothingIsWrittenThatIstiodWouldSeeAsAddingAndRemoving() {
        RemoteCacertsPlan plan =
                present(ADDED, Origin.OURS, first(), runningOn(ROOT, OTHER)).issue("west");

        assertThat(plan.action()).isEqualTo(LEAVE);
        assertThat(plan.issued().holds()).isTrue();
        assertThat(plan.issued().message())
                .contains("once the remote's catalogue reports that istiod has read the last change");
    }

    /** On the new root for long, and asked to go on to yet another one. */
    private static Worlds goingOn() {
        return SIGNED.later(DWELL)
                .issuer("third-root-ca", issuer(THIRD))
                .applied()
                .reloaded()
                .reported();
    }

    private static Map<String, byte[]> on(Ca signer, Ca... roots) {
        Ca signing = root("west").issuedBy(signer).pathlen(0).make();
        return BadInputs.cacerts(
                signing, signing.pem(), Stream.of(roots).map(Ca::pem).collect(Collectors.joining()));
    }

    /** The kubelet there may show both as one change, which istiod refuses. */
    @Test
    void nothingShrinksOnTopOfAGrowthThatNobodySawIstiodTake() {
        Worlds home = goingOn();
        PublicRoot[] page = {says(ROOT, true, false), says(NEXT, true, true)};
        Map<String, byte[]> west = on(NEXT, NEXT, ROOT);
        RemoteCacertsPlan grow = west(home, west, page).issue("west");
        Map<String, byte[]> grown = written(grow);
        assertThat(text(grown, "root-cert.pem")).isEqualTo(NEXT.pem() + ROOT.pem() + THIRD.pem());

        Worlds next = west(home.later(Duration.ofSeconds(1)), grown, grow.status(), page);
        RemoteCacertsPlan held = next.issue("west");
        assertThat(held.action()).isEqualTo(LEAVE);
        assertThat(held.issued().holds()).isTrue();
        assertThat(held.issued().message()).contains("root removed at", "are not known");
        Instant at = next.now().plus(Duration.ofMinutes(10));
        assertThat(held.wakeAt()).contains(at);
        // Whoever lost the report waits anew.
        assertThat(west(home.at(at), grown, Optional.empty(), page)
                        .issue("west")
                        .action())
                .isEqualTo(LEAVE);
        assertThat(west(home.at(at.minusSeconds(1)), grown, held.status(), page)
                        .issue("west")
                        .action())
                .isEqualTo(LEAVE);
        Map<String, byte[]> shrunk =
                written(west(home.at(at), grown, held.status(), page).issue("west"));
        assertThat(text(shrunk, "root-cert.pem")).isEqualTo(NEXT.pem() + THIRD.pem());
    }

    @Test
    void nothingGrowsOnTopOfAShrinkingThatNobodySawIstiodTake() {
        Worlds home = goingOn();
        PublicRoot[] page = {says(NEXT, true, true)};
        Map<String, byte[]> west = on(NEXT, NEXT);
        RemoteCacertsPlan held = west(home, west, Optional.empty(), page).issue("west");
        assertThat(held.action()).isEqualTo(LEAVE);
        assertThat(held.issued().message()).contains("root added at");
        Instant at = home.now().plus(Duration.ofMinutes(10));
        assertThat(held.wakeAt()).contains(at);

        assertThat(text(written(west(home.at(at), west, held.status(), page).issue("west")), "root-cert.pem"))
                .isEqualTo(NEXT.pem() + THIRD.pem());
    }

    /** What waits for an istiod that nobody sees must not let the intermediate end. */
    @Test
    void renewalDoesNotWaitForAGrowth() {
        Worlds back = SIGNED.issuer("mesh-root-ca", issuer(ROOT)).later(Duration.ofDays(80));
        Map<String, byte[]> west = first();
        Worlds behind = present(back, Origin.OURS, west, runningOn(ROOT, OTHER));

        assertThat(verified(west, back.now()).roots()).containsExactly(ROOT.certificate());
        Map<String, byte[]> renewed = written(behind.issue("west"));
        assertThat(renewed.get("root-cert.pem")).isEqualTo(west.get("root-cert.pem"));
        assertThat(renewed.get("ca-cert.pem")).isNotEqualTo(west.get("ca-cert.pem"));
    }

    /** cert-manager's issuer signs for nobody else, so the remote would never accept the new root. */
    @Test
    void rotationOfAMeshThatNoLongerSignsForTheRemoteSaysSo() {
        Ca delivered = root("delivered")
                .issuedBy(NEXT)
                .from(HOME.now())
                .to(HOME.now().plus(Duration.ofDays(90)))
                .make();
        Worlds changed = HOME.certManager("mesh-ca", Optional.of(NEXT))
                .issuer(BadInputs.tls(delivered.pem(), delivered.keyPem(), NEXT.pem()))
                .applied()
                .reloaded()
                .reported()
                .later(DWELL);
        Worlds west = west(changed, first(), says(ROOT, true, true));

        refused(west, "NotManaged");
        assertThat(west.issue("west").issued().message()).contains("not renewed", "remove spec.trust.issueCacerts");
        assertThat(west.plan().action()).isEqualTo(LEAVE);
        assertThat(west.plan().trustReady().reason()).isEqualTo("NotManaged");
        assertThat(west.plan().trustReady().holds()).isFalse();
        assertThat(west.plan().trustReady().message()).contains("RemoteMesh west", "remove spec.trust.issueCacerts");
    }

    @Test
    void endThatComesBeforeTheNewRootIsTold() {
        Map<String, byte[]> both = new HashMap<>(first());
        both.put("root-cert.pem", bytes(ROOT.pem() + NEXT.pem()));
        Worlds late = west(ADDED.later(Duration.ofDays(80)), both, says(ROOT, true, true));

        refused(late, "IssuerChanged");
    }
}
