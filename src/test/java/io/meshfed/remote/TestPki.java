package io.meshfed.remote;

import io.meshfed.net.IpLiteral;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority made for one test run, and what it signs. */
public final class TestPki {
    private static final Instant NOW = Instant.now();

    /** A certificate with its key. */
    public record Identity(X509Certificate certificate, PrivateKey key) {
        public String certificatePem() {
            return pem("CERTIFICATE", encoded());
        }

        private byte[] encoded() {
            try {
                return certificate.getEncoded();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        public String pkcs8Pem() {
            return pem("PRIVATE KEY", key.getEncoded());
        }

        /** The algorithm's own older form: PKCS#1 for RSA, SEC1 for EC. */
        public String traditionalPem() {
            try {
                byte[] der = PrivateKeyInfo.getInstance(key.getEncoded())
                        .parsePrivateKey()
                        .toASN1Primitive()
                        .getEncoded();
                return pem(key.getAlgorithm() + " PRIVATE KEY", der);
            } catch (java.io.IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final Identity authority;

    public TestPki(String name) {
        KeyPair keys = keys("EC");
        this.authority = new Identity(
                sign(name, name, keys, keys.getPrivate(), true, NOW.plusSeconds(86400)), keys.getPrivate());
    }

    public Identity authority() {
        return authority;
    }

    public String authorityBase64() {
        return base64(authority.certificatePem());
    }

    /** A server's certificate for names, which may be IP addresses. */
    public Identity server(String... names) {
        return issue("EC", NOW.plusSeconds(86400), names);
    }

    public Identity expiredServer(String... names) {
        return issue("EC", NOW.minusSeconds(60), names);
    }

    /** A client's certificate; the algorithm is EC or RSA. */
    public Identity client(String algorithm) {
        return issue(algorithm, NOW.plusSeconds(86400));
    }

    /** TLS for a server; clients must present a certificate of this authority when asked. */
    public SSLContext tls(Identity server) {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry("server", server.key(), new char[0], new X509Certificate[] {server.certificate()});
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(keys, new char[0]);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", authority.certificate());
            TrustManagerFactory trustManagers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trustManagers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private Identity issue(String algorithm, Instant notAfter, String... names) {
        KeyPair keys = keys(algorithm);
        String issuer = authority.certificate().getSubjectX500Principal().getName();
        return new Identity(sign(issuer, "CN=leaf", keys, authority.key(), false, notAfter, names), keys.getPrivate());
    }

    private static X509Certificate sign(
            String issuer,
            String subject,
            KeyPair keys,
            PrivateKey signer,
            boolean ca,
            Instant notAfter,
            String... names) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Name(issuer),
                    new BigInteger(120, new SecureRandom()),
                    Date.from(NOW.minusSeconds(3600)),
                    Date.from(notAfter),
                    new X500Name(subject),
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
            if (names.length > 0) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(Arrays.stream(names)
                                .map(name -> new GeneralName(
                                        IpLiteral.parse(name).isPresent() ? GeneralName.iPAddress : GeneralName.dNSName,
                                        name))
                                .toArray(GeneralName[]::new)));
            }
            byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(algorithm.equals("EC") ? 256 : 2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
