package io.meshfed.trust;

import io.meshfed.trust.x509.BouncyCastle;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** CA certificates for tests, good ones and such as must be refused. Made independently of the code under test. */
public final class TestCa {
    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    public static final SecureRandom RANDOM = new SecureRandom();

    private TestCa() {}

    public record Ca(X509CertificateHolder holder, KeyPair keys) {
        public byte[] der() {
            try {
                return holder.getEncoded();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        public String pem() {
            return TestCa.pem("CERTIFICATE", der());
        }

        public String keyPem() {
            return TestCa.pem("PRIVATE KEY", keys.getPrivate().getEncoded());
        }

        public CaCertificate certificate() {
            try {
                return CaCertificate.ofDer("test", der());
            } catch (RefusedMaterialException e) {
                throw new AssertionError(e);
            }
        }
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, bytes("\n")).encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    public static KeyPair ec(String curve) {
        return generate("EC", curve, 0);
    }

    public static KeyPair rsa(int bits) {
        return generate("RSA", "", bits);
    }

    /** RSA with a public exponent of its own. */
    public static KeyPair rsa(int bits, BigInteger exponent) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", BouncyCastle.PROVIDER);
            generator.initialize(new RSAKeyGenParameterSpec(bits, exponent), RANDOM);
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static KeyPair ed25519() {
        return generate("Ed25519", "", 0);
    }

    private static KeyPair generate(String algorithm, String curve, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, BouncyCastle.PROVIDER);
            if (!curve.isEmpty()) {
                generator.initialize(new ECGenParameterSpec(curve), RANDOM);
            } else if (bits > 0) {
                generator.initialize(bits, RANDOM);
            }
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A sound self-signed root; change what the test is about, then {@link Recipe#make}. */
    public static Recipe root(String name) {
        return new Recipe(name);
    }

    public static final class Recipe {
        private final X500Name subject;
        private Instant from = NOW.minus(Duration.ofDays(1));
        private Instant to = NOW.plus(Duration.ofDays(3650));
        private Optional<Ca> issuer = Optional.empty();
        private Optional<KeyPair> keys = Optional.empty();
        private Optional<BasicConstraints> constraints = Optional.of(new BasicConstraints(true));
        private Optional<KeyUsage> usage = Optional.of(new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        private Optional<KeyPair> forgedWith = Optional.empty();
        private List<KeyPurposeId> purposes = List.of();
        private String signature = "";
        private Optional<X500Name> permitted = Optional.empty();
        private boolean strangeExtension;
        private boolean subjectKeyIdentifier = true;
        private boolean authorityKeyIdentifier;

        private Recipe(String name) {
            this.subject = new X500Name("O=test,CN=" + name);
        }

        public Recipe from(Instant from) {
            this.from = from;
            return this;
        }

        public Recipe to(Instant to) {
            this.to = to;
            return this;
        }

        public Recipe issuedBy(Ca issuer) {
            this.issuer = Optional.of(issuer);
            return this;
        }

        public Recipe keys(KeyPair keys) {
            this.keys = Optional.of(keys);
            return this;
        }

        public Recipe forgedWith(KeyPair keys) {
            this.forgedWith = Optional.of(keys);
            return this;
        }

        public Recipe pathlen(int length) {
            this.constraints = Optional.of(new BasicConstraints(length));
            return this;
        }

        public Recipe notCa() {
            this.constraints = Optional.of(new BasicConstraints(false));
            return this;
        }

        public Recipe withoutConstraints() {
            this.constraints = Optional.empty();
            return this;
        }

        public Recipe usage(int bits) {
            this.usage = Optional.of(new KeyUsage(bits));
            return this;
        }

        public Recipe withoutUsage() {
            this.usage = Optional.empty();
            return this;
        }

        public Recipe purposes(KeyPurposeId... purposes) {
            this.purposes = List.of(purposes);
            return this;
        }

        public Recipe signature(String algorithm) {
            this.signature = algorithm;
            return this;
        }

        public Recipe strangeCriticalExtension() {
            this.strangeExtension = true;
            return this;
        }

        /** Name constraints: only subjects below this name. */
        public Recipe permitted(String name) {
            this.permitted = Optional.of(new X500Name(name));
            return this;
        }

        public Recipe withoutSubjectKeyIdentifier() {
            this.subjectKeyIdentifier = false;
            return this;
        }

        /** As OpenSSL demands of a strict path. */
        public Recipe authorityKeyIdentifier() {
            this.authorityKeyIdentifier = true;
            return this;
        }

        public Ca make() {
            KeyPair own = keys.orElseGet(() -> ec("secp256r1"));
            KeyPair signing = forgedWith.orElse(issuer.map(Ca::keys).orElse(own));
            X500Name issuerName = issuer.map(ca -> ca.holder().getSubject()).orElse(subject);
            try {
                X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                        issuerName,
                        new BigInteger(120, RANDOM).add(BigInteger.ONE),
                        Date.from(from),
                        Date.from(to),
                        subject,
                        SubjectPublicKeyInfo.getInstance(own.getPublic().getEncoded()));
                if (constraints.isPresent()) {
                    builder.addExtension(Extension.basicConstraints, true, constraints.get());
                }
                if (usage.isPresent()) {
                    builder.addExtension(Extension.keyUsage, true, usage.get());
                }
                if (!purposes.isEmpty()) {
                    builder.addExtension(
                            Extension.extendedKeyUsage,
                            false,
                            new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
                }
                if (permitted.isPresent()) {
                    builder.addExtension(
                            Extension.nameConstraints,
                            true,
                            new NameConstraints(
                                    new GeneralSubtree[] {new GeneralSubtree(new GeneralName(permitted.get()))}, null));
                }
                if (strangeExtension) {
                    builder.addExtension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), true, DERNull.INSTANCE);
                }
                if (subjectKeyIdentifier) {
                    builder.addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(own.getPublic()));
                }
                if (authorityKeyIdentifier) {
                    builder.addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils()
                                    .createAuthorityKeyIdentifier(
                                            issuer.orElseThrow().keys().getPublic()));
                }
                String algorithm = signature.isEmpty() ? algorithmOf(signing) : signature;
                return new Ca(
                        builder.build(new JcaContentSignerBuilder(algorithm)
                                .setProvider(BouncyCastle.PROVIDER)
                                .build(signing.getPrivate())),
                        own);
            } catch (java.io.IOException
                    | java.security.GeneralSecurityException
                    | org.bouncycastle.operator.OperatorCreationException e) {
                throw new AssertionError(e);
            }
        }

        private static String algorithmOf(KeyPair keys) {
            return switch (keys.getPrivate().getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "Ed25519" -> "Ed25519";
                default -> "SHA256withECDSA";
            };
        }
    }
}
