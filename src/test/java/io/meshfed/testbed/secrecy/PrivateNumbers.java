package io.meshfed.testbed.secrecy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;

/** What is private in a private key: the rest of its encoding stands in certificates too. */
final class PrivateNumbers {
    /** In RSAPrivateKey: d, p, q, dP, dQ, qInv; in front of them version, n and e. */
    private static final int FIRST_OF_RSA = 3;

    private static final int LAST_OF_RSA = 8;

    private PrivateNumbers() {}

    /**
     * Big-endian, without leading zeros.
     *
     * @param der PKCS#8, PKCS#1 or SEC1; empty for anything else, such as an encrypted key
     */
    static List<byte[]> of(byte[] der) {
        try {
            return numbers(ASN1Primitive.fromByteArray(der)).stream()
                    .map(PrivateNumbers::withoutZeros)
                    .toList();
        } catch (IOException | RuntimeException e) {
            // Tests write broken keys too. Nothing of one can be private.
            return List.of();
        }
    }

    private static List<byte[]> numbers(ASN1Encodable key) throws IOException {
        if (key instanceof ASN1OctetString ed25519) {
            return List.of(ed25519.getOctets());
        }
        ASN1Sequence parts = ASN1Sequence.getInstance(key);
        if (parts.getObjectAt(1) instanceof ASN1OctetString sec1) {
            return List.of(sec1.getOctets());
        }
        if (parts.getObjectAt(1) instanceof ASN1Integer) {
            return IntStream.rangeClosed(FIRST_OF_RSA, LAST_OF_RSA)
                    .mapToObj(index -> ASN1Integer.getInstance(parts.getObjectAt(index))
                            .getValue()
                            .toByteArray())
                    .toList();
        }
        return numbers(ASN1Primitive.fromByteArray(
                ASN1OctetString.getInstance(parts.getObjectAt(2)).getOctets()));
    }

    /** Where a number begins in the encoding of its key. */
    static int begin(byte[] der, byte[] number) {
        return IntStream.rangeClosed(0, der.length - number.length)
                .filter(at -> Arrays.equals(der, at, at + number.length, number, 0, number.length))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] withoutZeros(byte[] number) {
        int begin = 0;
        while (begin < number.length && number[begin] == 0) {
            begin++;
        }
        return Arrays.copyOfRange(number, begin, number.length);
    }
}
