package io.meshfed.trust.crl;

import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.root;
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
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.Worlds;
import io.meshfed.trust.x509.CaCertificate;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** However the lists of one mesh grow or end, they neither end the check nor take the place of another's. */
class CrlQuotaTest {
    /** Each revokes 30 KiB in PEM, or a little more. */
    private static final int ENTRIES = 430;

    private static TestCrl many(Ca ca, int entries) {
        TestCrl list = TestCrl.of(ca);
        for (int i = 0; i < entries; i++) {
            list.revoking(BigInteger.ONE.shiftLeft(127).add(BigInteger.valueOf(i)));
        }
        return list;
    }

    private static Ca caOf(String name) {
        return root(name)
                .issuedBy(ROOT)
                .pathlen(0)
                .from(NOW.minus(Duration.ofDays(2)))
                .make();
    }

    private static Worlds siblings(Worlds world, Map<String, String> shown) {
        Worlds with = world;
        for (String name : shown.keySet()) {
            with = with.sibling(name, Set.of(), Optional.empty());
        }
        return with.shown(shown);
    }

    @Test
    void listsThatGrowTooLargeAreNamedAndTheOthersGoOn() {
        Ca north = caOf("north-ca");
        Ca south = caOf("south-ca");
        Worlds world = settled(siblings(
                alone(),
                Map.of(
                        "north", north.pem() + TestCrl.of(north).pem(),
                        "south", south.pem() + TestCrl.of(south).pem(),
                        "west", SIBLING.pem() + TestCrl.of(SIBLING).pem())));
        assertThat(lists(world)).hasSize(5);

        Worlds grown = settled(world.shown(Map.of(
                "north", north.pem() + many(north, 2300).number(2).pem(),
                "south", south.pem() + many(south, 2300).number(2).pem(),
                "west",
                        SIBLING.pem()
                                + TestCrl.of(SIBLING).number(2).revoking(north).pem())));

        assertHasListsOf(
                grown,
                grown.verified().signing(),
                ROOT.certificate(),
                north.certificate(),
                south.certificate(),
                SIBLING.certificate());
        assertThat(listOf(grown, SIBLING.certificate()).number()).isEqualTo(BigInteger.TWO);
        assertThat(listOf(grown, north.certificate()).revoked()).isEmpty();
        assertThat(ready(grown).message())
                .contains("TooLarge: RemoteMesh north", "TooLarge: RemoteMesh south", "CN=north-ca")
                .contains("32768 bytes", "Revoke fewer", "ConfigMap")
                .doesNotContain("RemoteMesh west");
    }

    /** The root's list too is of that mesh; and what is not read at all is as if it did not fit. */
    @Test
    void listOfAnotherMeshsRootThatGrowsTooLargeShutsOutThatMeshAlone() {
        for (int entries : List.of(2300, 5000)) {
            Worlds world = at(
                    Duration.ofDays(58),
                    pair().shown(Map.of(
                            "west",
                            WEST.pem()
                                    + TestCrl.of(WEST)
                                            .number(2)
                                            .to(NOW.plus(Duration.ofDays(200)))
                                            .pem()
                                    + many(OTHER, entries)
                                            .number(2)
                                            .to(NOW.plus(Duration.ofDays(200)))
                                            .pem())));

            assertThat(world.data()).as(ready(world).message()).containsKey("ca-crl.pem");
            assertThat(ready(world).reason()).isEqualTo("CrlIncomplete");
            assertThat(ready(world).message()).contains("CN=other", "remains in use", "RemoteMesh west", "TooLarge");
            Worlds ended = at(Duration.ofDays(61), world);
            assertHasListsOf(ended, listed(ended, entries));
            assertThat(ready(ended).reason()).isEqualTo("CrlIncomplete");
        }
    }

    private static CaCertificate[] listed(Worlds world, int entries) {
        List<CaCertificate> cas = new ArrayList<>(List.of(world.verified().signing(), ROOT.certificate()));
        if (entries < 5000) {
            cas.add(WEST.certificate());
        }
        return cas.toArray(new CaCertificate[0]);
    }

    @Test
    void aMeshThatChangesItsCasAgainAndAgainFillsItsOwnShare() {
        Worlds world = alone();
        Worlds with = world;
        for (int round = 0; round < 12; round++) {
            StringBuilder shown = new StringBuilder();
            for (int i = 0; i < 14; i++) {
                Ca ca = caOf("r" + round + "-" + i);
                shown.append(ca.pem()).append(TestCrl.of(ca).pem());
            }
            with = settled(
                    siblings(world.ourCacerts(with.data()), Map.of("aaa", shown.toString(), "west", sibling(round))));
        }

        assertThat(lists(with)).hasSize(2 + 16 + 1);
        assertThat(listOf(with, SIBLING.certificate()).number()).isEqualTo(BigInteger.valueOf(12));
        assertThat(ready(with).message()).contains("TooLarge: RemoteMesh aaa", "16 lists");
    }

    private static String sibling(int round) {
        return SIBLING.pem() + TestCrl.of(SIBLING).number(round + 1).pem();
    }

    @Test
    void sharesThatBecomeSmallerLeaveWhatIsInForceAsLongAsItFits() {
        Map<String, String> shown = new HashMap<>();
        List<Ca> large = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            large.add(caOf("large-" + i));
            shown.put("a" + i, large.get(i).pem() + many(large.get(i), ENTRIES).pem());
        }
        Worlds eight = settled(siblings(alone(), shown));
        assertThat(lists(eight)).hasSize(10);
        for (int i = 0; i < 4; i++) {
            Ca small = caOf("small-" + i);
            shown.put("b" + i, small.pem() + TestCrl.of(small).pem());
        }
        Worlds twelve = settled(siblings(eight, shown));
        assertThat(lists(twelve)).hasSize(14);
        for (int i = 0; i < 4; i++) {
            Ca middling = caOf("middling-" + i);
            shown.put("c" + i, middling.pem() + many(middling, 200).pem());
        }

        Worlds sixteen = settled(siblings(twelve, shown));

        assertThat(sixteen.data().get("ca-crl.pem").length).isLessThan(300 * 1024);
        assertThat(lists(sixteen)).hasSizeBetween(15, 17);
        for (int i = 0; i < 4; i++) {
            String name = "CN=middling-" + i;
            assertThat(lists(sixteen)).anyMatch(list -> list.subject().startsWith(name));
        }
        assertThat(ready(sixteen).message()).contains("TooLarge", "CN=large-", "each RemoteMesh may fill");
    }

    // ---- nobody can tell

    @Test
    void aMeshWhoseListEndsWhileItsCatalogueCannotBeReadIsSaid() {
        Worlds world = settled(Worlds.managed()
                .issuer(issuer(ROOT))
                .crl(crl())
                .remote("west", OTHER)
                .shown(Map.of(
                        "west",
                        WEST.pem()
                                + TestCrl.of(WEST).pem()
                                + TestCrl.of(OTHER)
                                        .to(NOW.plus(Duration.ofDays(300)))
                                        .pem())));
        Worlds silent = at(Duration.ofDays(56), world.shown(Map.of()));
        assertThat(ready(silent).holds()).as(ready(silent).message()).isTrue();
        assertThat(silent.plan().wakeAt().orElseThrow()).isBeforeOrEqualTo(NOW.plus(Duration.ofDays(57)));

        Worlds ending = at(Duration.ofDays(58), silent);
        assertThat(ready(ending).reason()).isEqualTo("CrlIncomplete");
        assertThat(ready(ending).message())
                .contains(
                        "RemoteMesh west",
                        "catalogue",
                        "CN=west-signing",
                        "expires at " + NOW.plus(Duration.ofDays(60)));
        assertThat(lists(ending)).hasSize(4);

        Worlds ended = at(Duration.ofDays(61), ending);
        assertThat(ready(ended).reason()).isEqualTo("CrlIncomplete");
        assertThat(ready(ended).message()).contains("RemoteMesh west", "catalogue cannot be read", "remains in use");
        assertThat(lists(ended)).hasSize(3);
    }

    /** As often looked at as it needs. */
    private static Worlds at(Duration sinceNow, Worlds world) {
        Worlds then = settled(world);
        while (then.now().isBefore(NOW.plus(sinceNow))) {
            Instant next = then.now().plus(Duration.ofDays(10));
            then = settled(then.at(next.isBefore(NOW.plus(sinceNow)) ? next : NOW.plus(sinceNow)));
        }
        return then;
    }
}
