package io.meshfed.testbed;

import static java.security.spec.RSAKeyGenParameterSpec.F4;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A throw-away root, on P-256 unless it says otherwise, that signs what a test cluster needs. Deliberately not the product's own code. */
public final class CertificateAuthority {

    private static final Duration VALIDITY = Duration.ofDays(3650);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Certified root;

    /** A certificate with its key. */
    record Certified(X509Certificate certificate, PrivateKey key) {
        String certificatePem() {
            try {
                return pem("CERTIFICATE", certificate.getEncoded());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The key as unencrypted PKCS#8 PEM. */
        String keyPem() {
            return pem("PRIVATE KEY", key.getEncoded());
        }
    }

    private CertificateAuthority(Certified root) {
        this.root = root;
    }

    static CertificateAuthority named(String distinguishedName) {
        return named(distinguishedName, newKeys());
    }

    private static CertificateAuthority named(String distinguishedName, KeyPair keys) {
        X500Principal self = new X500Principal(distinguishedName);
        return new CertificateAuthority(sign(self, keys, keys.getPrivate(), self, builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        }));
    }

    /** A new root as the data of a Secret of type kubernetes.io/tls, in base64. */
    public static Map<String, String> rootSecret(String distinguishedName) {
        return secret(named(distinguishedName));
    }

    /** The same with an RSA key of 3072 bits. */
    public static Map<String, String> rsaRootSecret(String distinguishedName) {
        return secret(named(distinguishedName, newKeys("RSA", new RSAKeyGenParameterSpec(3072, F4))));
    }

    private static Map<String, String> secret(CertificateAuthority authority) {
        Certified made = authority.root();
        return Map.of("tls.crt", base64(made.certificatePem()), "tls.key", base64(made.keyPem()));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    Certified root() {
        return root;
    }

    /** A server certificate for names and loopback addresses. */
    Certified server(String commonName, List<String> dnsNames, List<String> ips) {
        return leaf(new X500Principal("CN=" + commonName), KeyPurposeId.id_kp_serverAuth, builder -> {
            GeneralName[] names = Stream.concat(
                            dnsNames.stream().map(name -> new GeneralName(GeneralName.dNSName, name)),
                            ips.stream().map(ip -> new GeneralName(GeneralName.iPAddress, ip)))
                    .toArray(GeneralName[]::new);
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        });
    }

    /** A client certificate as kube-apiserver reads it: the common name is the user, organisations are groups. */
    Certified client(String user, Optional<String> group) {
        String name = "CN=" + user + group.map(g -> ",O=" + g).orElse("");
        return leaf(new X500Principal(name), KeyPurposeId.id_kp_clientAuth, builder -> {});
    }

    /** A key pair that needs no certificate. */
    record KeyPems(String privateKey, String publicKey) {}

    /** A fresh key pair: PKCS#8 and SubjectPublicKeyInfo, both PEM. */
    static KeyPems newKeyPems() {
        KeyPair keys = newKeys();
        return new KeyPems(
                pem("PRIVATE KEY", keys.getPrivate().getEncoded()),
                pem("PUBLIC KEY", keys.getPublic().getEncoded()));
    }

    private Certified leaf(X500Principal subject, KeyPurposeId purpose, Extensions more) {
        return sign(subject, newKeys(), root.key(), root.certificate().getSubjectX500Principal(), builder -> {
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            more.addTo(builder);
        });
    }

    private interface Extensions {
        void addTo(JcaX509v3CertificateBuilder builder) throws CertIOException;
    }

    private static Certified sign(
            X500Principal subject, KeyPair keys, PrivateKey issuerKey, X500Principal issuer, Extensions extensions) {
        try {
            Instant now = Instant.now();
            var builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    new BigInteger(120, RANDOM).setBit(119),
                    Date.from(now.minus(Duration.ofHours(1))),
                    Date.from(now.plus(VALIDITY)),
                    subject,
                    keys.getPublic());
            extensions.addTo(builder);
            String algorithm = issuerKey.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            var signer = new JcaContentSignerBuilder(algorithm).build(issuerKey);
            return new Certified(
                    new JcaX509CertificateConverter().getCertificate(builder.build(signer)), keys.getPrivate());
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw new TestbedException("Cannot make a certificate for " + subject, e);
        }
    }

    private static KeyPair newKeys() {
        return newKeys("EC", new ECGenParameterSpec("secp256r1"));
    }

    private static KeyPair newKeys(String algorithm, AlgorithmParameterSpec parameters) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(parameters, RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256 and RSA", e);
        }
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }
}
