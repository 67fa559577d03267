package io.meshfed.trust;

import io.meshfed.api.Trust.KeyAlgorithm;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The profile of what is issued (RFC 5280, the serials of the CA/Browser Forum, what istiod and Envoy need), told of
 * bytes, by the JDK alone: the library that makes certificates has no say here.
 */
public final class CertificateLint {
    private static final HexFormat HEX = HexFormat.of();
    private static final Duration BACKDATE = Duration.ofMinutes(10);
    private static final Instant FIRST_GENERALIZED_TIME = Instant.parse("2050-01-01T00:00:00Z");
    private static final String ORGANISATION = "060355040a";
    private static final String COMMON_NAME = "0603550403";
    private static final String SERIAL_NUMBER = "0603550405";
    private static final String SKI = "2.5.29.14";

    /** What can be wrong. */
    public enum Rule {
        VERSION,
        SERIAL,
        SIGNATURE_ALGORITHM,
        SIGNATURE,
        ISSUER,
        SUBJECT,
        TIME_FORM,
        NOT_BEFORE,
        NOT_AFTER,
        KEY,
        UNIQUE_IDENTIFIERS,
        EXTENSIONS,
        PATH,
        LOT_SERIALS_UNIQUE,
        LOT_SERIALS_RANDOM,
        LOT_SUBJECTS_APART,
        LOT_KEYS_APART
    }

    public record Finding(Rule rule, String what) {}

    /**
     * How a certificate was ordered.
     *
     * @param issuers the issuing CA first, its root last; none for a root
     */
    public record Order(
            String mesh, KeyAlgorithm algorithm, Instant made, Duration validity, List<X509Certificate> issuers) {
        boolean isRoot() {
            return issuers.isEmpty();
        }
    }

    private final Order order;
    private final X509Certificate certificate;
    private final List<Der> fields;
    private final List<Finding> findings = new ArrayList<>();

    private CertificateLint(Order order, X509Certificate certificate, byte[] toBeSigned) {
        this.order = order;
        this.certificate = certificate;
        this.fields = Der.of(toBeSigned).children();
    }

    /** Everything that is not as it should be. */
    public static List<Finding> of(Order order, X509Certificate certificate) throws GeneralSecurityException {
        CertificateLint lint = new CertificateLint(order, certificate, certificate.getTBSCertificate());
        lint.form();
        lint.signature();
        lint.names();
        lint.life();
        lint.key();
        lint.extensions();
        lint.path();
        return List.copyOf(lint.findings);
    }

    /** What only many of them together can show. */
    public static List<Finding> ofLot(Collection<X509Certificate> lot) {
        List<Finding> findings = new ArrayList<>();
        if (count(lot, X509Certificate::getSerialNumber) < lot.size()) {
            findings.add(new Finding(Rule.LOT_SERIALS_UNIQUE, "a serial was used twice"));
        }
        long random = randomBits(lot);
        if (random < 64) {
            findings.add(new Finding(Rule.LOT_SERIALS_RANDOM, "serials have " + random + " random bits"));
        }
        // 31 random bits keep the subjects of one mesh apart; of 10,000, two in forty lots may share one.
        if (count(lot, X509Certificate::getSubjectX500Principal) < lot.size() - 2) {
            findings.add(new Finding(Rule.LOT_SUBJECTS_APART, "too many share a subject"));
        }
        if (count(lot, X509Certificate::getPublicKey) < lot.size()) {
            findings.add(new Finding(Rule.LOT_KEYS_APART, "a key was used twice"));
        }
        return findings;
    }

    private static long count(Collection<X509Certificate> lot, Function<X509Certificate, Object> what) {
        return new HashSet<>(lot.stream().map(what).toList()).size();
    }

    /** How many bits of the serials are set in half of the lot, within six standard deviations. */
    private static long randomBits(Collection<X509Certificate> lot) {
        List<BigInteger> serials =
                lot.stream().map(X509Certificate::getSerialNumber).toList();
        double half = serials.size() / 2.0;
        double tolerance = 3 * Math.sqrt(serials.size());
        return java.util.stream.IntStream.range(0, 160)
                .filter(bit -> Math.abs(serials.stream()
                                        .filter(each -> each.testBit(bit))
                                        .count()
                                - half)
                        <= tolerance)
                .count();
    }

    private void require(boolean holds, Rule rule, String what) {
        if (!holds) {
            findings.add(new Finding(rule, what));
        }
    }

    private void form() {
        require(fields.get(0).hex().equals("a003020102"), Rule.VERSION, "version is not 3");
        Der serial = fields.get(1);
        require(
                new BigInteger(serial.content()).signum() > 0
                        && serial.content().length >= 8
                        && serial.content().length <= 20,
                Rule.SERIAL,
                "serial " + HEX.formatHex(serial.content()));
        require(
                fields.stream().noneMatch(field -> field.tag() == 0x81 || field.tag() == 0x82),
                Rule.UNIQUE_IDENTIFIERS,
                "has a unique identifier");
    }

    private PublicKey signingKey() {
        return order.isRoot()
                ? certificate.getPublicKey()
                : order.issuers().get(0).getPublicKey();
    }

    private void signature() {
        String expected =
                switch (signingKey() instanceof ECPublicKey ec ? bits(ec) : 0) {
                    case 256 -> "300a06082a8648ce3d040302";
                    case 384 -> "300a06082a8648ce3d040303";
                    case 521 -> "300a06082a8648ce3d040304";
                    default -> "300d06092a864886f70d01010b0500";
                };
        try {
            require(
                    fields.get(2).hex().equals(expected)
                            && Der.of(certificate.getEncoded()).child(1).hex().equals(expected),
                    Rule.SIGNATURE_ALGORITHM,
                    "signed with " + certificate.getSigAlgName());
            certificate.verify(signingKey());
        } catch (GeneralSecurityException e) {
            findings.add(new Finding(Rule.SIGNATURE, String.valueOf(e.getMessage())));
        }
    }

    private void names() {
        byte[] issuer = order.isRoot()
                ? fields.get(5).encoded()
                : order.issuers().get(0).getSubjectX500Principal().getEncoded();
        require(HEX.formatHex(issuer).equals(fields.get(3).hex()), Rule.ISSUER, "issuer is not the issuer's subject");
        String serial = certificate.getSerialNumber().toString(16).substring(0, 8);
        String subject = attribute(COMMON_NAME) + "|" + attribute(ORGANISATION) + "|" + attribute(SERIAL_NUMBER);
        String expected = order.isRoot()
                ? order.mesh() + " root|meshfed|" + serial
                : order.mesh() + " intermediate " + serial + "|meshfed|";
        require(
                subject.equals(expected) && attribute(COMMON_NAME).length() <= 64,
                Rule.SUBJECT,
                "subject is " + subject);
    }

    private String attribute(String oid) {
        return fields.get(5).children().stream()
                .map(set -> set.child(0))
                .filter(pair -> pair.child(0).hex().equals(oid))
                .map(pair -> pair.child(1))
                .filter(value -> value.tag() == Der.UTF8_STRING || value.tag() == Der.PRINTABLE_STRING)
                .map(value -> new String(value.content(), java.nio.charset.StandardCharsets.UTF_8))
                .reduce("", String::concat);
    }

    private void life() {
        for (Der time : fields.get(4).children()) {
            require(
                    time.tag() == (instant(time).isBefore(FIRST_GENERALIZED_TIME) ? Der.UTC_TIME : Der.GENERALIZED_TIME)
                            && time.content()[time.content().length - 1] == 'Z',
                    Rule.TIME_FORM,
                    "time with tag " + time.tag());
        }
        Instant from = order.made().minus(BACKDATE).truncatedTo(ChronoUnit.SECONDS);
        Instant to = order.made().plus(order.validity()).truncatedTo(ChronoUnit.SECONDS);
        for (X509Certificate issuer : order.issuers()) {
            from = max(from, issuer.getNotBefore().toInstant());
            to = min(to, issuer.getNotAfter().toInstant());
        }
        require(
                certificate.getNotBefore().toInstant().equals(from),
                Rule.NOT_BEFORE,
                "begins at " + certificate.getNotBefore().toInstant() + ", not " + from);
        require(
                certificate.getNotAfter().toInstant().equals(to),
                Rule.NOT_AFTER,
                "ends at " + certificate.getNotAfter().toInstant() + ", not " + to);
    }

    private Instant instant(Der time) {
        return time == fields.get(4).child(0)
                        || time.hex().equals(fields.get(4).child(0).hex())
                ? certificate.getNotBefore().toInstant()
                : certificate.getNotAfter().toInstant();
    }

    private static Instant max(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant min(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private void key() {
        Der algorithm = fields.get(6).child(0);
        PublicKey key = certificate.getPublicKey();
        boolean good =
                switch (order.algorithm()) {
                    case ECDSA_P256 ->
                        algorithm.hex().equals("301306072a8648ce3d020106082a8648ce3d030107")
                                && point().length == 1 + 2 * 32;
                    case ECDSA_P384 ->
                        algorithm.hex().equals("301006072a8648ce3d020106052b81040022") && point().length == 1 + 2 * 48;
                    case RSA_2048 -> isRsa(algorithm, key, 2048);
                    case RSA_4096 -> isRsa(algorithm, key, 4096);
                };
        require(good, Rule.KEY, "key is " + key.getAlgorithm() + " " + algorithm.hex());
    }

    /** Uncompressed, as Go wants it. */
    private byte[] point() {
        byte[] bits = keyBits();
        return bits[0] == 4 ? bits : new byte[0];
    }

    private static boolean isRsa(Der algorithm, PublicKey key, int bits) {
        return algorithm.hex().equals("300d06092a864886f70d0101010500")
                && key instanceof RSAPublicKey rsa
                && rsa.getModulus().bitLength() == bits
                && rsa.getPublicExponent().intValueExact() == 65537;
    }

    private static int bits(ECPublicKey key) {
        return key.getParams().getOrder().bitLength();
    }

    private byte[] keyBits() {
        return keyBits(fields.get(6));
    }

    private static byte[] keyBits(Der publicKeyInfo) {
        byte[] content = publicKeyInfo.child(1).content();
        return java.util.Arrays.copyOfRange(content, 1, content.length);
    }

    /** These and no others, each with exactly these bytes. */
    private void extensions() throws GeneralSecurityException {
        Set<String> expected = new HashSet<>();
        expected.add(
                order.isRoot() ? "300f0603551d130101ff040530030101ff" : "30120603551d130101ff040830060101ff020100");
        // keyCertSign and cRLSign
        expected.add("300e0603551d0f0101ff040403020106");
        expected.add("301d0603551d0e04160414" + HEX.formatHex(sha1(keyBits())));
        if (!order.isRoot()) {
            byte[] identifier = identifierOf(order.issuers().get(0));
            int length = identifier.length;
            expected.add(HEX.formatHex(new byte[] {0x30, (byte) (length + 11)})
                    + "0603551d2304"
                    + HEX.formatHex(
                            new byte[] {(byte) (length + 4), 0x30, (byte) (length + 2), (byte) 0x80, (byte) length})
                    + HEX.formatHex(identifier));
        }
        List<String> present = fields.stream()
                .filter(field -> field.tag() == 0xa3)
                .flatMap(field -> field.child(0).children().stream())
                .map(Der::hex)
                .toList();
        require(
                present.size() == expected.size() && expected.containsAll(present),
                Rule.EXTENSIONS,
                "has " + present + " and not " + expected);
    }

    private static byte[] identifierOf(X509Certificate issuer) throws GeneralSecurityException {
        Optional<byte[]> own = Optional.ofNullable(issuer.getExtensionValue(SKI));
        return own.isPresent()
                ? Der.of(Der.of(own.get()).content()).content()
                : sha1(keyBits(Der.of(issuer.getPublicKey().getEncoded())));
    }

    private static byte[] sha1(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-1").digest(bytes);
    }

    /** The path that a client would build, when it begins and when it ends. */
    private void path() {
        if (order.isRoot()) {
            return;
        }
        List<X509Certificate> path = new ArrayList<>(List.of(certificate));
        path.addAll(order.issuers().subList(0, order.issuers().size() - 1));
        X509Certificate root = order.issuers().get(order.issuers().size() - 1);
        for (Date moment : List.of(certificate.getNotBefore(), certificate.getNotAfter())) {
            try {
                PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
                parameters.setRevocationEnabled(false);
                parameters.setDate(moment);
                CertPathValidator.getInstance("PKIX")
                        .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
            } catch (GeneralSecurityException e) {
                findings.add(new Finding(Rule.PATH, moment.toInstant() + ": " + e.getMessage()));
            }
        }
    }
}
