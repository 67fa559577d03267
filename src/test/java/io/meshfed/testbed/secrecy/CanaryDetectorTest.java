package io.meshfed.testbed.secrecy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CanaryDetectorTest {
    private static final String TOKEN =
            "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ3ZXN0In0.c2lnbmF0dXJlIG9mIG5vYm9keSBhdCBhbGwgYnV0IGxvbmc";

    @TempDir
    Path folder;

    private static KeyPair pair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final List<KeyPair> PAIRS = List.of(pair("EC", 256), pair("EC", 384), pair("RSA", 2048));

    private static String pem(String type, byte[] der) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, der));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static String pkcs8(KeyPair pair) {
        return pem("PRIVATE KEY", pair.getPrivate().getEncoded());
    }

    /** SEC1 or PKCS#1. */
    private static byte[] traditional(KeyPair pair) {
        try {
            return PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded())
                    .parsePrivateKey()
                    .toASN1Primitive()
                    .getEncoded();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] secretNumber(KeyPair pair) {
        BigInteger number = pair.getPrivate() instanceof ECPrivateKey key
                ? key.getS()
                : ((RSAPrivateCrtKey) pair.getPrivate()).getPrimeP();
        return number.toByteArray();
    }

    private static Map<String, String> disguises(KeyPair pair) {
        byte[] der = pair.getPrivate().getEncoded();
        byte[] number = secretNumber(pair);
        String key = pkcs8(pair);
        String sec1 = pem(pair.getPrivate().getAlgorithm() + " PRIVATE KEY", traditional(pair));
        Map<String, String> disguises = new LinkedHashMap<>();
        for (String text : List.of(key, sec1)) {
            disguises.put("PEM in JSON " + text.length(), text.replace("\n", "\\n"));
            disguises.put("without line breaks " + text.length(), text.replace("\n", ""));
            disguises.put("data of a Secret " + text.length(), base64(text));
            disguises.put(
                    "a Secret in a Secret " + text.length(),
                    base64("{\"data\":{\"tls.key\":\"" + base64(text) + "\"}}"));
            disguises.put("in a kubeconfig's Secret " + text.length(), base64("client-key-data: " + base64(text)));
        }
        disguises.put("PEM", key);
        // The first lines of an RSA key are the modulus, which is public.
        disguises.put("one line", key.split("\n")[pair.getPrivate() instanceof ECPrivateKey ? 2 : 12]);
        disguises.put("bytes of PEM", Arrays.toString(key.getBytes(StandardCharsets.UTF_8)));
        disguises.put("hex of PEM", HexFormat.of().formatHex(key.getBytes(StandardCharsets.UTF_8)));
        disguises.put("DER", new String(der, StandardCharsets.ISO_8859_1));
        disguises.put("bytes of DER", Arrays.toString(der));
        disguises.put("hex", HexFormat.of().formatHex(der));
        disguises.put("hex of openssl", HexFormat.ofDelimiter(":").formatHex(number));
        disguises.put("the number alone", new BigInteger(1, number).toString());
        disguises.put("the number in JWK", Base64.getUrlEncoder().encodeToString(number));
        return disguises;
    }

    @Test
    void keyIsFoundHoweverItIsWritten() {
        for (KeyPair pair : PAIRS) {
            CanaryDetector sieve = new CanaryDetector();
            Canary.in(pkcs8(pair)).forEach(sieve::add);
            Canary.in(pem("EC PRIVATE KEY", traditional(pair))).forEach(sieve::add);

            disguises(pair).forEach((name, text) -> assertThat(
                            sieve.in(("some text " + text + " and more").getBytes(StandardCharsets.ISO_8859_1)))
                    .as(pair.getPrivate().getAlgorithm() + ", " + name)
                    .isNotEmpty());
        }
    }

    @Test
    void whatIsPublicInAKeyIsNotFound() {
        CanaryDetector sieve = new CanaryDetector();
        PAIRS.forEach(pair -> Canary.in(pkcs8(pair)).forEach(sieve::add));
        for (KeyPair pair : PAIRS) {
            byte[] der = pair.getPublic().getEncoded();
            for (int before = 0; before < 3; before++) {
                byte[] shifted = new byte[before + der.length];
                System.arraycopy(der, 0, shifted, before, der.length);
                String text = pem("CERTIFICATE", shifted);
                assertThat(sieve.in(text)).isEmpty();
                assertThat(sieve.in(base64(text))).isEmpty();
            }
            assertThat(sieve.in(HexFormat.of().formatHex(der))).isEmpty();
        }
        assertThat(sieve.in(pkcs8(pair("EC", 256)) + pkcs8(pair("RSA", 2048)))).isEmpty();
    }

    @Test
    void tokensAreFoundByTheirSignature() {
        CanaryDetector sieve = new CanaryDetector();
        Canary.in("users:\n- user:\n    token: " + TOKEN).forEach(sieve::add);
        Canary.in("token: an-opaque-token-of-some-length").forEach(sieve::add);

        assertThat(sieve.in("Authorization: Bearer " + TOKEN)).hasSize(1);
        assertThat(sieve.in(base64("token: " + TOKEN))).hasSize(1);
        assertThat(sieve.in(TOKEN.substring(0, TOKEN.lastIndexOf('.')) + ".c2lnbmVkIGJ5IHNvbWVib2R5IGVsc2U"))
                .isEmpty();
        assertThat(sieve.in("an-opaque-token-of-some-length")).hasSize(1);
    }

    @Test
    void keyAcrossTheChunksOfAFileIsFound() throws IOException {
        CanaryDetector sieve = new CanaryDetector();
        String key = pkcs8(PAIRS.get(0));
        Canary.in(key).forEach(sieve::add);
        String number = HexFormat.of().formatHex(secretNumber(PAIRS.get(0)));

        Path file = folder.resolve("log");
        Files.writeString(file, "x".repeat((1 << 20) - 32) + number);

        assertThat(sieve.in(file)).hasSize(1);
        Files.writeString(file, "x".repeat(3 << 20));
        assertThat(sieve.in(file)).isEmpty();
    }
}
