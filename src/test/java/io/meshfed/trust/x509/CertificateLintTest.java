package io.meshfed.trust.x509;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.Trust.KeyAlgorithm;
import io.meshfed.trust.CertificateLint;
import io.meshfed.trust.CertificateLint.Finding;
import io.meshfed.trust.CertificateLint.Order;
import io.meshfed.trust.CertificateLint.Rule;
import io.meshfed.trust.Der;
import io.meshfed.trust.Forgery;
import io.meshfed.trust.TestCa;
import io.meshfed.trust.cacerts.Issuance;
import io.meshfed.trust.cacerts.Issuer;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The lint sees what it is there to see: a sound certificate, one thing changed, signed again by its issuer. */
class CertificateLintTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final Duration VALIDITY = Duration.ofDays(90);
    private static final Issuance.Issued ROOT = Issuance.root("east", TestCa.NOW, TestCa.RANDOM);
    private static final Issuance.Issued STRANGER = Issuance.root("east", TestCa.NOW, TestCa.RANDOM);
    private static final Issuance.Issued SOUND = Issuance.intermediate(
            "east",
            KeyAlgorithm.ECDSA_P256,
            VALIDITY,
            new Issuer(List.of(ROOT.certificate()), ROOT.key()),
            TestCa.NOW,
            TestCa.RANDOM);

    record Case(String what, Set<Rule> rules, Forgery.Change change, PrivateKey signer) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Case changed(String what, Rule rule, Forgery.Change change) {
        return new Case(what, EnumSet.of(rule), change, ROOT.key());
    }

    private static Case replaced(String what, Rule rule, int field, String from, String to) {
        return changed(what, rule, fields -> {
            String hex = HEX.formatHex(fields.get(field));
            assertThat(hex).contains(from);
            fields.set(field, HEX.parseHex(hex.replace(from, to)));
        });
    }

    private static Case extension(String what, String from, String to) {
        return changed(what, Rule.EXTENSIONS, Forgery.extension(from, to));
    }

    static List<Case> cases() {
        byte[] other = STRANGER.certificate().x509().getSubjectX500Principal().getEncoded();
        KeyPair p384 = TestCa.ec("secp384r1");
        return List.of(
                new Case(
                        "version 2",
                        EnumSet.of(Rule.VERSION, Rule.EXTENSIONS),
                        fields -> {
                            fields.set(0, HEX.parseHex("a003020101"));
                            fields.remove(7);
                        },
                        ROOT.key()),
                new Case(
                        "a serial of six octets",
                        EnumSet.of(Rule.SERIAL, Rule.SUBJECT),
                        fields -> fields.set(1, Der.encode(Der.INTEGER, HEX.parseHex("7fffffffffff"))),
                        ROOT.key()),
                new Case(
                        "a serial of 21 octets",
                        EnumSet.of(Rule.SERIAL, Rule.SUBJECT),
                        fields -> fields.set(1, Der.encode(Der.INTEGER, HEX.parseHex("7f".repeat(21)))),
                        ROOT.key()),
                new Case(
                        "a negative serial",
                        EnumSet.of(Rule.SERIAL, Rule.SUBJECT),
                        fields -> fields.set(1, Der.encode(Der.INTEGER, HEX.parseHex("80" + "11".repeat(15)))),
                        ROOT.key()),
                new Case("another's signature", EnumSet.of(Rule.SIGNATURE, Rule.PATH), fields -> {}, STRANGER.key()),
                new Case(
                        "SHA-512 over P-256",
                        EnumSet.of(Rule.SIGNATURE_ALGORITHM),
                        fields -> fields.set(2, HEX.parseHex("300a06082a8648ce3d040304")),
                        ROOT.key()),
                new Case(
                        "another issuer's name",
                        EnumSet.of(Rule.ISSUER, Rule.PATH),
                        fields -> fields.set(3, other),
                        ROOT.key()),
                changed("another mesh's name", Rule.SUBJECT, fields -> fields.set(5, other)),
                replaced("a name in TeletexString", Rule.SUBJECT, 5, "0603550403" + "0c", "0603550403" + "14"),
                new Case(
                        "GeneralizedTime before 2050",
                        EnumSet.of(Rule.TIME_FORM),
                        fields -> fields.set(4, life("20260301115000Z", "20260530120000Z")),
                        ROOT.key()),
                changed("begins now", Rule.NOT_BEFORE, fields -> fields.set(4, life("260301120000Z", "260530120000Z"))),
                changed(
                        "a second too long",
                        Rule.NOT_AFTER,
                        fields -> fields.set(4, life("260301115000Z", "260530120001Z"))),
                changed(
                        "outlives its root",
                        Rule.NOT_AFTER,
                        fields -> fields.set(4, life("260301115000Z", "460301115000Z"))),
                new Case(
                        "a key on P-384",
                        EnumSet.of(Rule.KEY, Rule.EXTENSIONS),
                        fields -> fields.set(6, p384.getPublic().getEncoded()),
                        ROOT.key()),
                changed(
                        "a unique identifier",
                        Rule.UNIQUE_IDENTIFIERS,
                        fields -> fields.add(7, Der.encode(0x82, new byte[] {0, 1}))),
                extension("no path length", "30120603551d13", "300f0603551d130101ff040530030101ff"),
                extension("path length 1", "30120603551d13", "30120603551d130101ff040830060101ff020101"),
                extension("basic constraints not critical", "30120603551d13", "300f0603551d13040830060101ff020100"),
                extension("no CA", "30120603551d13", "300c0603551d130101ff04023000"),
                extension("digitalSignature too", "300e0603551d0f", "300e0603551d0f0101ff040403020186"),
                extension("key usage not critical", "300e0603551d0f", "300b0603551d0f040403020106"),
                extension("no key usage", "300e0603551d0f", ""),
                extension("no subject key identifier", "301d0603551d0e", ""),
                extension(
                        "another's subject key identifier",
                        "301d0603551d0e",
                        "301d0603551d0e04160414" + "11".repeat(20)),
                extension("no authority key identifier", "301f0603551d23", ""),
                extension(
                        "a name besides",
                        "301d0603551d0e",
                        "30180603551d110411300f820d6973746" + "96f642e6973746f696f"));
    }

    private static byte[] life(String from, String to) {
        int tag = from.length() == 13 ? Der.UTC_TIME : Der.GENERALIZED_TIME;
        return Der.encode(Der.SEQUENCE, Der.encode(tag, TestCa.bytes(from)), Der.encode(tag, TestCa.bytes(to)));
    }

    private static X509Certificate make(Case change) throws GeneralSecurityException {
        return parse(Forgery.of(SOUND.certificate().der(), change.change(), change.signer()));
    }

    private static X509Certificate parse(byte[] der) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static Order order() throws GeneralSecurityException {
        return new Order(
                "east",
                KeyAlgorithm.ECDSA_P256,
                TestCa.NOW,
                VALIDITY,
                List.of(parse(ROOT.certificate().der())));
    }

    private static Set<Rule> rules(List<Finding> findings) {
        return findings.stream().map(Finding::rule).collect(Collectors.toSet());
    }

    @Test
    void soundCertificateSignedAgainIsSound() throws Exception {
        X509Certificate again = make(new Case("unchanged", Set.of(), fields -> {}, ROOT.key()));

        assertThat(CertificateLint.of(order(), again)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void oneThingChangedIsFoundByName(Case change) throws Exception {
        assertThat(rules(CertificateLint.of(order(), make(change)))).isEqualTo(change.rules());
    }

    @Test
    void everyRuleForOneCertificateIsShown() {
        Set<Rule> shown = EnumSet.noneOf(Rule.class);
        cases().forEach(each -> shown.addAll(each.rules()));

        assertThat(shown).containsExactlyInAnyOrderElementsOf(EnumSet.range(Rule.VERSION, Rule.PATH));
    }

    @Test
    void lotOfOneCertificateManyTimesIsFound() throws Exception {
        List<X509Certificate> lot =
                Collections.nCopies(100, parse(SOUND.certificate().der()));

        assertThat(rules(CertificateLint.ofLot(lot)))
                .isEqualTo(EnumSet.range(Rule.LOT_SERIALS_UNIQUE, Rule.LOT_KEYS_APART));
    }
}
