package io.meshfed.remote.kubeconfig;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PEM text of a kubeconfig, read with the JDK alone. Exceptions say what is wrong, never what was read. */
public final class PemBlocks {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----\\s*");
    private static final int MAX_CERTIFICATES = 32;

    private PemBlocks() {}

    private record Block(String label, byte[] der) {}

    /**
     * Certificates of a PEM bundle, in its order.
     *
     * @throws GeneralSecurityException when there is none, one does not parse, or something else is in the text
     */
    public static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(pem)) {
            if (!block.label().equals("CERTIFICATE") || certificates.size() == MAX_CERTIFICATES) {
                throw new GeneralSecurityException("holds something else than a few certificates");
            }
            certificates.add((X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(block.der())));
        }
        if (certificates.isEmpty()) {
            throw new GeneralSecurityException("holds no certificate");
        }
        return certificates;
    }

    /**
     * The private key that belongs to a certificate, from PKCS#8, PKCS#1 or SEC1, as kubeadm, kind and k3s write them.
     *
     * @throws GeneralSecurityException when there is not exactly one key, it does not parse, or is another certificate's
     */
    static PrivateKey privateKey(byte[] pem, PublicKey publicKey) throws GeneralSecurityException {
        List<Block> keys = blocks(pem).stream()
                .filter(block -> !block.label().equals("EC PARAMETERS"))
                .toList();
        if (keys.size() != 1) {
            throw new GeneralSecurityException("does not hold exactly one key");
        }
        Block block = keys.get(0);
        byte[] pkcs8 =
                switch (block.label()) {
                    case "PRIVATE KEY" -> block.der();
                    case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> pkcs8(block.der(), publicKey);
                    default -> throw new GeneralSecurityException("is no unencrypted private key");
                };
        PrivateKey key =
                KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        if (!belongTogether(key, publicKey)) {
            throw new GeneralSecurityException("is not the certificate's key");
        }
        return key;
    }

    private static List<Block> blocks(byte[] pem) throws GeneralSecurityException {
        String text = new String(pem, StandardCharsets.US_ASCII);
        List<Block> blocks = new ArrayList<>();
        int end = 0;
        for (Matcher matcher = BLOCK.matcher(text); matcher.find(end); end = matcher.end()) {
            try {
                blocks.add(new Block(
                        matcher.group(1),
                        Base64.getDecoder().decode(matcher.group(2).replaceAll("\\s", ""))));
            } catch (IllegalArgumentException e) {
                throw new GeneralSecurityException("is not valid base64 inside its PEM block");
            }
            if (matcher.end() == text.length()) {
                return blocks;
            }
        }
        return blocks;
    }

    private static boolean belongTogether(PrivateKey key, PublicKey publicKey) throws GeneralSecurityException {
        String algorithm =
                switch (publicKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> publicKey.getAlgorithm();
                };
        byte[] probe = "meshfed".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(probe);
        return signature.verify(signed);
    }

    /**
     * Wraps a PKCS#1 or SEC1 key as PKCS#8 (RFC 5208): version 0, algorithm, key. The algorithm is that of the certificate's public
     * key, whose encoding begins with it.
     */
    private static byte[] pkcs8(byte[] key, PublicKey publicKey) throws GeneralSecurityException {
        byte[] info = publicKey.getEncoded();
        int start = contentOffset(info, 0);
        int length = contentOffset(info, start) - start + contentLength(info, start);
        if (start + length > info.length) {
            throw new GeneralSecurityException("belongs to a certificate with an unreadable public key");
        }
        byte[] algorithm = Arrays.copyOfRange(info, start, start + length);
        return der(0x30, new byte[] {0x02, 0x01, 0x00}, algorithm, der(0x04, key));
    }

    private static int contentOffset(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int contentLength(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = length << 8 | der[at + 2 + i] & 0xff;
        }
        return length;
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }
}
