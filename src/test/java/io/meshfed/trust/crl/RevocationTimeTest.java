package io.meshfed.trust.crl;

import static io.meshfed.trust.BadInputs.MID;
import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.root;
import static io.meshfed.trust.crl.CrlWorlds.LEAVE;
import static io.meshfed.trust.crl.CrlWorlds.SIBLING;
import static io.meshfed.trust.crl.CrlWorlds.WEST;
import static io.meshfed.trust.crl.CrlWorlds.alone;
import static io.meshfed.trust.crl.CrlWorlds.assertHasListsOf;
import static io.meshfed.trust.crl.CrlWorlds.crl;
import static io.meshfed.trust.crl.CrlWorlds.listOf;
import static io.meshfed.trust.crl.CrlWorlds.lists;
import static io.meshfed.trust.crl.CrlWorlds.pair;
import static io.meshfed.trust.crl.CrlWorlds.ready;
import static io.meshfed.trust.crl.CrlWorlds.settled;
import static io.meshfed.trust.crl.CrlWorlds.west;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Trust;
import io.meshfed.trust.BadInputs;
import io.meshfed.trust.TestCa;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.Worlds;
import io.meshfed.trust.x509.RevocationList;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Lists that begin and end, clocks that are wrong, certificates that are renewed often. */
class RevocationTimeTest {
    // ---- time

    @Test
    void ownListsAreRenewedInTheMiddleOfTheirLife() {
        Worlds world = alone();
        Instant due = NOW.plus(Duration.ofDays(15));
        assertThat(world.later(Duration.ofDays(2)).plan().wakeAt()).contains(due);
        assertThat(world.at(due.minusSeconds(1)).plan().action()).isEqualTo(LEAVE);

        Worlds renewed = world.at(due).applied();

        RevocationList list = listOf(renewed, ROOT.certificate());
        assertThat(list.nextUpdate()).isEqualTo(due.plus(Duration.ofDays(30)));
        assertThat(list.number())
                .isGreaterThan(listOf(world, ROOT.certificate()).number());
        assertThat(renewed.plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void givenListIsMissedBeforeItEndsAndTheMessageSaysWhose() {
        Instant end = NOW.plus(Duration.ofDays(10));
        Map<String, String> shown = Map.of(
                "west",
                WEST.pem() + TestCrl.of(WEST).pem() + TestCrl.of(OTHER).to(end).pem());
        Worlds world = settled(Worlds.managed()
                .issuer(issuer(ROOT))
                .crl(crl())
                .remote("west", OTHER)
                .shown(shown));
        Instant missed = world.later(Duration.ofDays(2)).plan().wakeAt().orElseThrow();
        assertThat(missed).isBetween(end.minus(Duration.ofDays(3)), end.minus(Duration.ofDays(2)));
        assertThat(ready(world.at(missed.minusSeconds(1))).holds()).isTrue();

        Worlds ending = world.at(missed);

        assertThat(ready(ending).reason()).isEqualTo("CrlIncomplete");
        assertThat(ready(ending).message()).contains("CN=other", "expires at " + end, "keeps distributing it");
        assertThat(ending.applied().data()).doesNotContainKey("ca-crl.pem");
    }

    @Test
    void listsInForceStayWhileNoCatalogueCanBeRead() {
        Worlds world = pair().shown(Map.of());

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(ready(world).holds()).isTrue();
        Worlds later = settled(world.later(Duration.ofDays(16)));
        listOf(later, WEST.certificate());
    }

    @Test
    void listsInForceStayWhileTheConfigMapIsBroken() {
        Worlds world = settled(Worlds.managed()
                .issuer(issuer(ROOT))
                .crl(crl())
                .remote("west", OTHER)
                .lists(Map.of("west.pem", west().get("west"))));

        Worlds broken = world.lists(Map.of("west.pem", "-----BEGIN X509 CRL-----\nbroken\n-----END X509 CRL-----\n"));

        assertThat(broken.plan().action()).isEqualTo(LEAVE);
        assertThat(ready(broken).holds()).as(ready(broken).message()).isTrue();
        assertThat(ready(broken).message()).contains("key west.pem");
    }

    @Test
    void meshThatShowsTooMuchTakesNoOthersPlace() {
        String many = TestCa.pem("X509 CRL", new byte[] {1, 2, 3, 4, 5}).repeat(200);
        Worlds world = settled(Worlds.managed()
                .issuer(issuer(ROOT))
                .crl(crl())
                .remote("aaa", ROOT)
                .remote("west", OTHER)
                .shown(Map.of("aaa", many, "west", west().get("west"))));

        assertThat(ready(world).message())
                .contains(
                        "TooLarge: RemoteMesh aaa, its catalogue has more than 32 lists",
                        "RemoteMesh aaa: the operator knows no CA")
                .doesNotContain("RemoteMesh west");
    }

    /** It may not know yet what is revoked here. */
    @Test
    void meshUnderTheSameRootDoesNotSpeakForItWhenItsKeyIsGone() {
        Worlds world = settled(Worlds.managed().issuer(issuer(ROOT)).crl(crl("7c1e0f")));
        String theirs = SIBLING.pem()
                + TestCrl.of(SIBLING).pem()
                + TestCrl.of(ROOT).number(Long.MAX_VALUE).pem();

        Worlds after = settled(world.withoutIssuer().remote("west", ROOT).shown(Map.of("west", theirs)));

        assertThat(listOf(after, ROOT.certificate()).revoked().keySet()).containsExactly(new BigInteger("7c1e0f", 16));
    }

    @Test
    void aNewMeshWithoutListsTakesNothingOutOfForce() {
        Worlds world =
                settled(alone().sibling("south", Set.of(), Optional.empty()).shown(Map.of("south", "")));

        assertHasListsOf(world, world.verified().signing(), ROOT.certificate());
        assertThat(ready(world).reason()).isEqualTo("CrlIncomplete");
        assertThat(ready(world).message()).contains("RemoteMesh south", "remains in use");
    }

    @Test
    void unreadableListsInForceDoNotKeepTheIntermediateFromRenewal() {
        Worlds world = alone();
        Map<String, byte[]> data = new HashMap<>(world.data());
        data.put("ca-crl.pem", TestCa.bytes("no list at all"));

        Worlds renewed =
                world.ourCacerts(data).at(NOW.plus(Duration.ofDays(70))).applied();

        assertThat(renewed.verified().notAfter()).isAfter(world.verified().notAfter());
        assertHasListsOf(renewed, renewed.verified().signing(), ROOT.certificate());
    }

    // ---- clocks

    @Test
    void aClockThatIsSetBackTakesNothingOutOfForce() {
        Worlds world = settled(pair().later(Duration.ofDays(16)));

        Worlds back = settled(world.later(Duration.ofHours(-2)));

        assertThat(lists(back)).hasSize(4);
        assertThat(ready(back).holds()).as(ready(back).message()).isTrue();
        RevocationList list = listOf(back, ROOT.certificate());
        assertThat(list.thisUpdate()).as("a list that is valid by either clock").isBefore(back.now());
        assertThat(list.number())
                .isGreaterThan(listOf(world, ROOT.certificate()).number());
        Worlds right = back.later(Duration.ofHours(2));
        assertThat(right.plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void theNumberNeverFallsHoweverFarAClockIsSetBack() {
        Worlds world = settled(alone().later(Duration.ofDays(16)));
        RevocationList before = listOf(world, ROOT.certificate());

        Worlds back = settled(world.later(Duration.ofDays(-3)));

        RevocationList after = listOf(back, ROOT.certificate());
        assertThat(after.thisUpdate()).isBefore(before.thisUpdate());
        assertThat(after.number()).isGreaterThan(before.number());
    }

    @Test
    void listThatBeginsSoonIsTakenInThatMoment() {
        Instant begin = NOW.plusSeconds(300);
        Worlds world = settled(pair().lists(Map.of(
                "other", TestCrl.of(OTHER).number(2).from(begin).revoking(WEST).pem())));
        assertThat(ready(world).message()).contains("NotYetValid");
        assertThat(world.plan().wakeAt()).contains(begin);

        Worlds after = settled(world.at(begin));

        assertThat(listOf(after, OTHER.certificate()).revokes(WEST.certificate()))
                .isTrue();
    }

    @Test
    void externalListThatHasNotBegunIsMissedUntilThen() {
        Instant begin = NOW.plusSeconds(300);
        Map<String, byte[]> data = new HashMap<>(BadInputs.cacerts());
        String soonMissed = TestCrl.of(MID).to(NOW.plusSeconds(600)).pem();
        data.put(
                "ca-crl.pem",
                TestCa.bytes(TestCrl.of(BadInputs.SIGNING).pem()
                        + soonMissed
                        + TestCrl.of(ROOT).from(begin).pem()));
        Worlds world = Worlds.external().foreignCacerts(data).published(ROOT.pem());

        assertThat(ready(world).message()).contains("CN=root,O=test");
        assertThat(world.plan().wakeAt()).contains(begin);
        assertThat(ready(world.at(begin)).message()).doesNotContain("CN=root,O=test");
    }

    // ---- renewals

    /** What begins is the CA, not each of its certificates. */
    @Test
    void meshesThatRenewEachDayBeginToCheckAfterOneWait() {
        Worlds east = daily(Worlds.managed().issuer(issuer(ROOT)).crl(crl()).remote("west", OTHER));
        Worlds west = daily(Worlds.managed().issuer(issuer(OTHER)).crl(crl()).remote("first", ROOT));
        Instant end = NOW.plus(Duration.ofDays(3));

        Instant moment = NOW;
        while (moment.isBefore(end)) {
            moment = moment.plus(Duration.ofHours(9));
            east = settled(east.at(moment)
                    .shown(Map.of("west", west.plan().revocation().orElseThrow())));
            west = settled(west.at(moment)
                    .shown(Map.of("first", east.plan().revocation().orElseThrow())));
        }

        assertThat(east.verified().signing().notBefore()).isAfter(NOW.plus(Duration.ofDays(1)));
        assertHasListsOf(
                east,
                east.verified().signing(),
                ROOT.certificate(),
                OTHER.certificate(),
                west.verified().signing());
        assertThat(lists(west)).hasSize(4);
    }

    private static Worlds daily(Worlds world) {
        return settled(world.intermediate(Trust.KeyAlgorithm.ECDSA_P256, "30h", "16h"));
    }

    @Test
    void aCaWithAnotherKeyIsWaitedFor() {
        Ca young = root("west-signing").issuedBy(OTHER).pathlen(0).from(NOW).make();
        Worlds world = settled(Worlds.managed()
                .issuer(issuer(ROOT))
                .crl(crl())
                .remote("west", OTHER)
                .shown(Map.of(
                        "west",
                        west().get("west") + young.pem() + TestCrl.of(young).pem())));

        assertThat(world.data()).doesNotContainKey("ca-crl.pem");
        assertThat(ready(world).message())
                .contains("Proxies check revocation from "
                        + NOW.plus(Duration.ofHours(24)).plus(Duration.ofMinutes(20)));
    }
}
