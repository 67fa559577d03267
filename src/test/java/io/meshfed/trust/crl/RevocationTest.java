package io.meshfed.trust.crl;

import static io.meshfed.trust.BadInputs.MID;
import static io.meshfed.trust.BadInputs.OTHER;
import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.NOW;
import static io.meshfed.trust.TestCa.root;
import static io.meshfed.trust.crl.CrlWorlds.A_DAY;
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

import io.meshfed.api.MeshFederationStatus.CrlRecord;
import io.meshfed.api.Trust;
import io.meshfed.trust.BadInputs;
import io.meshfed.trust.TestCa;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.Worlds;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.RevocationList;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.junit.jupiter.api.Test;

/** A list of every CA that may have signed a workload, or none; what is in force stays so. */
class RevocationTest {
    // ---- what is written

    @Test
    void withoutTheWishThereAreNoLists() {
        Worlds world = settled(Worlds.managed().issuer(issuer(ROOT)));

        assertThat(world.data()).doesNotContainKeys("ca-crl.pem", "own-crl.pem");
        assertThat(world.plan().revocation()).isEmpty();
    }

    @Test
    void firstCacertsComesWithAListOfTheIntermediateAndOfTheRoot() {
        Worlds world = Worlds.managed().issuer(issuer(ROOT)).crl(crl()).applied();

        assertHasListsOf(world, world.verified().signing(), ROOT.certificate());
        assertThat(world.plan().action()).as("zero writes at rest").isEqualTo(LEAVE);
        assertThat(ready(world).holds()).isTrue();
    }

    @Test
    void listsAreAddedToAStandingCacertsThatStaysAsItIs() {
        Worlds before = settled(Worlds.managed().issuer(issuer(ROOT)));

        Worlds soon = before.crl(crl());
        assertThat(soon.applied().data())
                .as("workloads may have certificates of an intermediate of which nobody knows")
                .doesNotContainKey("ca-crl.pem");
        Instant begin = NOW.plus(Duration.ofHours(24)).plus(Duration.ofMinutes(10));
        assertThat(ready(soon).holds()).isTrue();
        assertThat(ready(soon).message()).contains("Proxies check revocation from " + begin);

        Worlds after = settled(soon.at(begin));

        assertThat(after.data()).containsAllEntriesOf(before.data());
        assertHasListsOf(after, after.verified().signing(), ROOT.certificate());
    }

    @Test
    void listsLeaveWithTheWish() {
        Worlds world = alone().crl(null);

        assertThat(world.applied().data()).doesNotContainKeys("ca-crl.pem", "own-crl.pem");
    }

    @Test
    void listsOfTheOtherMeshComeFromItsCatalogue() {
        Worlds world = pair();

        assertHasListsOf(
                world, world.verified().signing(), ROOT.certificate(), OTHER.certificate(), WEST.certificate());
        assertThat(world.plan().status().orElseThrow().crl())
                .extracting(CrlRecord::issuer)
                .containsExactlyInAnyOrder(
                        world.verified().signing().subject(),
                        "CN=root,O=test",
                        "CN=other,O=test",
                        "CN=west-signing,O=test");
        assertThat(world.plan().status().orElseThrow().crl())
                .filteredOn(record -> record.issuer().equals("CN=other,O=test"))
                .extracting(CrlRecord::nextUpdate)
                .containsExactly(NOW.plus(Duration.ofDays(60)).toString());
    }

    @Test
    void statusTellsCasOfOneNameApartAndWhichListNeedsASuccessor() {
        Ca twin = root("west-signing")
                .issuedBy(OTHER)
                .pathlen(0)
                .from(NOW.minus(Duration.ofDays(2)))
                .make();
        String both = west().get("west") + twin.pem() + TestCrl.of(twin).pem();
        Worlds world = settled(Worlds.managed()
                .issuer(issuer(ROOT))
                .crl(crl())
                .remote("west", OTHER)
                .shown(Map.of("west", both)));
        List<CrlRecord> named = world.plan().status().orElseThrow().crl().stream()
                .filter(record -> record.issuer().equals("CN=west-signing,O=test"))
                .toList();
        assertThat(named).extracting(CrlRecord::key).doesNotHaveDuplicates().hasSize(2);
        assertThat(named)
                .extracting(CrlRecord::neededUntil)
                .containsOnly(NOW.plus(Duration.ofDays(57)).toString());

        Worlds without = settled(world.shown(west()));

        assertThat(without.plan().status().orElseThrow().crl())
                .hasSize(5)
                .filteredOn(record -> record.neededUntil() == null)
                .extracting(CrlRecord::key)
                .containsExactly(HexFormat.of()
                        .formatHex(SubjectKeyIdentifier.fromExtensions(
                                        twin.holder().getExtensions())
                                .getKeyIdentifier()));
    }

    @Test
    void eachMeshShowsWhatTheOtherNeeds() {
        Worlds east = settled(Worlds.managed().issuer(issuer(ROOT)).crl(crl()).remote("west", OTHER));
        Worlds west = settled(Worlds.managed().issuer(issuer(OTHER)).crl(crl()).remote("east", ROOT));
        assertThat(lists(east)).as("nothing is checked before both know").isEmpty();

        Worlds after =
                settled(east.shown(Map.of("west", west.plan().revocation().orElseThrow()))
                        .later(A_DAY));

        assertHasListsOf(
                after,
                after.verified().signing(),
                ROOT.certificate(),
                OTHER.certificate(),
                west.verified().signing());
    }

    @Test
    void listsOfAMeshWithoutCatalogueComeFromTheConfigMap() {
        Worlds world = settled(Worlds.managed()
                .issuer(issuer(ROOT))
                .crl(crl())
                .remote("west", OTHER)
                .lists(Map.of("west.pem", west().get("west"))));

        assertHasListsOf(
                world, world.verified().signing(), ROOT.certificate(), OTHER.certificate(), WEST.certificate());
    }

    @Test
    void listsFollowTheConfigMap() {
        Worlds world = settled(Worlds.managed()
                .issuer(issuer(ROOT))
                .crl(crl())
                .remote("west", OTHER)
                .shown(west())
                .lists(Map.of("other", TestCrl.of(OTHER).number(2).pem())));

        Worlds after = settled(world.lists(Map.of(
                "other", TestCrl.of(OTHER).number(3).revoking(BigInteger.TEN).pem())));

        assertThat(listOf(after, OTHER.certificate()).revoked()).containsOnlyKeys(BigInteger.TEN);
    }

    // ---- all or nothing

    @Test
    void noListIsWrittenWhileTheOtherMeshHasNone() {
        Worlds world = settled(Worlds.managed()
                .issuer(issuer(ROOT))
                .crl(crl())
                .remote("west", OTHER)
                .shown(Map.of("west", "")));

        assertThat(world.data()).doesNotContainKey("ca-crl.pem").containsKey("own-crl.pem");
        assertThat(ready(world).reason()).isEqualTo("CrlIncomplete");
        assertThat(ready(world).message())
                .contains(
                        "CN=other",
                        "ConfigMap mesh-crls",
                        "RemoteMesh west",
                        "west.pem",
                        "the operator does not write ca-crl.pem");
    }

    @Test
    void meshUnderTheSameRootNeedsAListOfItsIntermediateToo() {
        Worlds without =
                settled(Worlds.managed().issuer(issuer(ROOT)).crl(crl()).sibling("west", Set.of(), Optional.empty()));
        assertThat(lists(without)).isEmpty();
        assertThat(ready(without).message()).contains("RemoteMesh west");

        Worlds with = settled(
                without.shown(Map.of("west", SIBLING.pem() + TestCrl.of(SIBLING).pem()))
                        .later(A_DAY));

        assertHasListsOf(with, with.verified().signing(), ROOT.certificate(), SIBLING.certificate());
    }

    @Test
    void rootWithoutItsKeyHereNeedsItsListFromTheConfigMap() {
        Worlds world = settled(Worlds.managed()
                .issuer(BadInputs.tls(MID.pem(), MID.keyPem(), ROOT.pem()))
                .crl(crl()));
        assertThat(lists(world)).isEmpty();
        assertThat(ready(world).message()).contains("CN=root,O=test");

        Worlds after = settled(
                world.lists(Map.of("company-root", TestCrl.of(ROOT).pem())).later(A_DAY));

        assertHasListsOf(after, after.verified().signing(), MID.certificate(), ROOT.certificate());
        assertThat(after.plan().revocation().orElseThrow())
                .as("the other meshes need the list of the CA between")
                .contains(MID.pem());
    }

    @Test
    void caThatMayNotSignListsIsNamed() {
        Ca mute = root("mute").usage(KeyUsage.keyCertSign).make();
        Worlds world = settled(Worlds.managed().issuer(issuer(mute)).crl(crl()));

        assertThat(lists(world)).isEmpty();
        assertThat(ready(world).message()).contains("CN=mute", "lacks cRLSign");
    }

    @Test
    void oneBadListStopsNeitherTheOthersNorTheRenewalOfOurOwn() {
        Worlds world = pair().lists(Map.of(
                "a",
                "-----BEGIN X509 CRL-----\n?\n-----END X509 CRL-----\n",
                "b",
                TestCrl.of(OTHER).delta().pem()));
        assertThat(ready(world).holds()).isTrue();
        assertThat(ready(world).message())
                .contains("MalformedPem: ConfigMap mesh-crls, key a", "DeltaCrl: ConfigMap mesh-crls, key b");

        Worlds later = settled(world.later(Duration.ofDays(16)));

        assertThat(listOf(later, ROOT.certificate()).thisUpdate()).isAfter(NOW.plus(Duration.ofDays(15)));
        assertThat(lists(later)).hasSize(4);
    }

    @Test
    void cacertsInTheFormOfATlsSecretGetsNoListsAndThatIsSaid() {
        Ca signing = root("signing").issuedBy(ROOT).pathlen(0).make();
        Worlds world = Worlds.managed()
                .issuer(issuer(ROOT))
                .crl(crl())
                .adoptedCacerts(BadInputs.tls(signing.pem(), signing.keyPem(), ROOT.pem()))
                .published(ROOT.pem());

        assertThat(world.plan().trustReady().message()).contains("tls.crt");
        assertThat(world.plan().action()).isEqualTo(LEAVE);
    }

    // ---- the CAs change

    @Test
    void renewalKeepsTheKeySoThatEveryListOfItStaysGood() {
        Worlds world = pair();
        RevocationList before = listOf(world, world.verified().signing());

        Worlds renewed = world.at(NOW.plus(Duration.ofDays(61)));
        TrustAction.WriteCacerts write =
                (TrustAction.WriteCacerts) renewed.plan().action();

        assertThat(write.why()).isEqualTo("renewal");
        CaCertificate signing = renewed.ourCacerts(write.data()).verified().signing();
        assertThat(signing).isNotEqualTo(world.verified().signing());
        assertThat(signing.x509().getPublicKey())
                .isEqualTo(world.verified().signing().x509().getPublicKey());
        assertThat(before.isSignedBy(signing)).isTrue();
        assertThat(signing.x509().getSerialNumber())
                .isNotEqualTo(world.verified().signing().x509().getSerialNumber());
    }

    @Test
    void anotherKeyAlgorithmWaitsWhileRevocationIsChecked() {
        Worlds world = alone().intermediate(Trust.KeyAlgorithm.ECDSA_P384, "2160h", "720h");

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(ready(world).message()).contains("keyAlgorithm");
    }

    @Test
    void rootWithoutAListIsNotAddedWhereRevocationIsChecked() {
        Worlds world = alone().remote("west", OTHER);

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(ready(world).message()).contains("CN=other", "the root is not added");
        Worlds after = settled(world.shown(west()));
        assertHasListsOf(
                after, after.verified().signing(), ROOT.certificate(), OTHER.certificate(), WEST.certificate());
    }

    @Test
    void rotationTakesTheListsOfBothRootsAlong() {
        Worlds world = alone().reported().issuer("mesh-root-2027", issuer(OTHER));

        Worlds added = world.applied().reloaded();

        assertThat(added.verified().roots()).containsExactly(ROOT.certificate(), OTHER.certificate());
        assertHasListsOf(added, added.verified().signing(), ROOT.certificate(), OTHER.certificate());
        Worlds signed = settled(added.reported().later(Duration.ofHours(25)));
        assertThat(signed.verified().ownRoot()).isEqualTo(OTHER.certificate());
        assertHasListsOf(signed, signed.verified().signing(), OTHER.certificate(), ROOT.certificate());
    }

    @Test
    void rotationToARootWithoutAListWaitsAndSaysSo() {
        Ca mute = root("mute").usage(KeyUsage.keyCertSign).make();
        Worlds world = alone().reported().issuer("mesh-root-2027", issuer(mute));

        assertThat(world.plan().action()).isEqualTo(LEAVE);
        assertThat(ready(world).reason()).isEqualTo("CrlIncomplete");
        assertThat(ready(world).message()).contains("CN=mute");
    }

    @Test
    void anotherIssuerUnderTheSameRootSignsOnlyWhenItsListIsEverywhere() {
        Ca next = root("next-mid").issuedBy(ROOT).make();
        Worlds world = settled(Worlds.managed()
                .issuer(BadInputs.tls(MID.pem(), MID.keyPem(), ROOT.pem()))
                .crl(crl())
                .lists(Map.of("root", TestCrl.of(ROOT).pem())));

        Worlds changed = settled(world.issuer(BadInputs.tls(next.pem(), next.keyPem(), ROOT.pem())));
        assertThat(changed.verified().path()).contains(MID.certificate());
        listOf(changed, next.certificate());

        Instant when = NOW.plus(Duration.ofMinutes(10));
        assertThat(changed.plan().wakeAt()).contains(when);
        Worlds signed = settled(changed.at(when));
        assertThat(signed.verified().path()).contains(next.certificate());
        listOf(signed, MID.certificate());
    }

    @Test
    void aRootThatSignsWorkloadsItselfGetsNoLists() {
        Worlds world = Worlds.managed()
                .issuer(issuer(OTHER))
                .existingCA(Trust.ExistingCa.Migrate)
                .selfSigned(ROOT)
                .crl(crl());

        Worlds taken = world.applied().reloaded();

        assertThat(taken.verified().ownRoot()).isEqualTo(ROOT.certificate());
        assertThat(taken.data()).doesNotContainKey("ca-crl.pem");
    }

    // ---- what is revoked

    @Test
    void serialsOfTheSpecAreRevokedAndStayWithTheirDate() {
        Worlds world = settled(alone().crl(crl("ab12")).later(Duration.ofHours(1)));
        RevocationList list = listOf(world, ROOT.certificate());
        assertThat(list.revoked()).containsOnlyKeys(new BigInteger("ab12", 16));
        assertThat(listOf(world, world.verified().signing()).revoked()).isEmpty();

        Worlds renewed = settled(world.later(Duration.ofDays(20)));

        assertThat(listOf(renewed, ROOT.certificate()).revoked()).isEqualTo(list.revoked());
    }

    @Test
    void whatAGivenListOfOurIssuerRevokesIsRevokedInOurs() {
        Worlds world = settled(alone().crl(crl("ab"))
                .lists(Map.of(
                        "root",
                        TestCrl.of(ROOT)
                                .number(1L << 40)
                                .revoking(BigInteger.TEN)
                                .pem())));

        RevocationList list = listOf(world, ROOT.certificate());
        assertThat(list.revoked()).containsOnlyKeys(BigInteger.TEN, new BigInteger("ab", 16));
        assertThat(list.number()).isGreaterThan(BigInteger.valueOf(1L << 40));
    }

    @Test
    void ourOwnIntermediateIsNotRevokedBySpec() {
        Worlds world = alone();
        String serial = world.plan().status().orElseThrow().intermediateSerial();

        Worlds revoked = world.crl(crl(serial));

        assertThat(revoked.plan().action()).isEqualTo(LEAVE);
        assertThat(ready(revoked).message()).contains("OwnCaRevoked", serial);
    }

    @Test
    void listThatRevokesOurOwnCaIsNotTaken() {
        Worlds world = settled(Worlds.managed()
                .issuer(BadInputs.tls(MID.pem(), MID.keyPem(), ROOT.pem()))
                .crl(crl())
                .lists(Map.of("root", TestCrl.of(ROOT).pem())));

        Worlds revoked = world.lists(
                Map.of("root", TestCrl.of(ROOT).number(2).revoking(MID).pem()));

        assertThat(revoked.plan().action()).isEqualTo(LEAVE);
        assertThat(ready(revoked).message()).contains("OwnCaRevoked", "key root", "CN=mid");
    }

    @Test
    void revokedCaOfAnotherMeshNeedsNoListAndCannotEndTheCheck() {
        Worlds world = settled(alone().sibling("west", Set.of(), Optional.empty())
                .shown(Map.of("west", SIBLING.pem() + TestCrl.of(SIBLING).pem())));

        Worlds revoked = settled(
                world.crl(crl(SIBLING.holder().getSerialNumber().toString(16))).shown(Map.of("west", SIBLING.pem())));

        assertThat(ready(revoked).holds()).as(ready(revoked).message()).isTrue();
        assertThat(listOf(revoked, ROOT.certificate()).revokes(SIBLING.certificate()))
                .isTrue();
    }

    @Test
    void olderListThanTheOneInForceIsNotTakenBack() {
        Worlds world = settled(pair().lists(Map.of(
                "other", TestCrl.of(OTHER).number(7).revoking(WEST).pem())));

        Worlds older = world.lists(Map.of("other", TestCrl.of(OTHER).number(6).pem()));

        assertThat(older.plan().action()).isEqualTo(LEAVE);
        assertThat(ready(older).message()).contains("OlderCrl: ConfigMap mesh-crls, key other");
    }

    // ---- External

    @Test
    void externalListsAreVerifiedAndReportedAndNeverWritten() {
        Map<String, byte[]> data = new HashMap<>(BadInputs.cacerts());
        String ofTwo = TestCrl.of(BadInputs.SIGNING).pem() + TestCrl.of(MID).pem();
        data.put("ca-crl.pem", TestCa.bytes(ofTwo));
        Worlds world = Worlds.external().foreignCacerts(data).published(ROOT.pem());

        assertThat(ready(world).reason()).isEqualTo("CrlIncomplete");
        assertThat(ready(world).message()).contains("CN=root,O=test");
        assertThat(world.plan().action()).isEqualTo(LEAVE);

        data.put("ca-crl.pem", TestCa.bytes(ofTwo + TestCrl.of(ROOT).pem()));
        Worlds complete = world.foreignCacerts(data);
        assertThat(ready(complete).holds()).isTrue();
        assertThat(complete.plan().status().orElseThrow().crl()).hasSize(3);
        assertThat(complete.plan().action()).isEqualTo(LEAVE);
    }

    @Test
    void whereTheKeyIsNotOursTheWishIsRefusedAndSaid() {
        Worlds world = Worlds.external()
                .foreignCacerts(BadInputs.cacerts())
                .published(ROOT.pem())
                .crl(crl());

        assertThat(ready(world).reason()).isEqualTo("CrlIncomplete");
        assertThat(ready(world).message()).contains("type: Managed only");
    }
}
