package io.meshfed.trust;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * One value of a DER encoding (X.690), read with nothing but the JDK: tests must not see certificates through the eyes of
 * the library that made them.
 *
 * @param tag the identifier octet
 * @param content without identifier and length
 * @param encoded all of it
 */
public record Der(int tag, byte[] content, byte[] encoded) {
    public static final int BOOLEAN = 0x01;
    public static final int INTEGER = 0x02;
    public static final int BIT_STRING = 0x03;
    public static final int NULL = 0x05;
    public static final int OID = 0x06;
    public static final int UTF8_STRING = 0x0c;
    public static final int PRINTABLE_STRING = 0x13;
    public static final int UTC_TIME = 0x17;
    public static final int GENERALIZED_TIME = 0x18;
    public static final int SEQUENCE = 0x30;

    /** Reads one value that fills the bytes. */
    public static Der of(byte[] bytes) {
        List<Der> all = all(bytes);
        if (all.size() != 1) {
            throw new IllegalArgumentException("not one value but " + all.size());
        }
        return all.get(0);
    }

    /** What a SEQUENCE, a SET or an explicit tag holds. */
    public List<Der> children() {
        return all(content);
    }

    public Der child(int index) {
        return children().get(index);
    }

    public String hex() {
        return HexFormat.of().formatHex(encoded);
    }

    /** The encoding of one value made of these. */
    public static byte[] encode(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.write(tag);
        if (content.size() < 0x80) {
            encoded.write(content.size());
        } else {
            byte[] length = BigInteger.valueOf(content.size()).toByteArray();
            int sign = length[0] == 0 ? 1 : 0;
            encoded.write(0x80 | length.length - sign);
            encoded.write(length, sign, length.length - sign);
        }
        encoded.writeBytes(content.toByteArray());
        return encoded.toByteArray();
    }

    private static List<Der> all(byte[] bytes) {
        List<Der> values = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int length = bytes[at + 1] & 0xff;
            int start = at + 2;
            if (length >= 0x80) {
                int octets = length & 0x7f;
                length = 0;
                for (int i = 0; i < octets; i++) {
                    length = length << 8 | bytes[start++] & 0xff;
                }
                // The shortest form only: with another one the fingerprint would depend on who reads it.
                if (length < 0x80 || octets > 1 && length < 1 << 8 * (octets - 1)) {
                    throw new IllegalArgumentException("a length that is longer than needed");
                }
            }
            int end = start + length;
            if (end > bytes.length) {
                throw new IllegalArgumentException("a value that goes on behind its end");
            }
            values.add(new Der(
                    bytes[at] & 0xff, Arrays.copyOfRange(bytes, start, end), Arrays.copyOfRange(bytes, at, end)));
            at = end;
        }
        return values;
    }
}
