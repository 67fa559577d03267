package io.meshfed.net;

import java.net.InetAddress;

/**
 * A block of IP addresses.
 *
 * @param network first address of the block
 * @param prefixLength number of leading bits that all addresses of the block share
 */
public record Cidr(InetAddress network, int prefixLength) {

    /** @throws IllegalArgumentException when the prefix length does not fit the address */
    public Cidr {
        if (prefixLength < 0 || prefixLength > network.getAddress().length * 8) {
            throw new IllegalArgumentException(
                    "CIDR " + network.getHostAddress() + "/" + prefixLength + ": prefix length out of range");
        }
    }

    /**
     * Parses {@code 10.0.0.0/8}, {@code fe80::/10}, or a single address.
     *
     * @throws IllegalArgumentException when the text is neither
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        InetAddress network = IpLiteral.parse(address)
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not a CIDR such as 10.0.0.0/8"));
        try {
            int length = slash < 0 ? network.getAddress().length * 8 : Integer.parseInt(text.substring(slash + 1));
            return new Cidr(network, length);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a CIDR such as 10.0.0.0/8", e);
        }
    }

    /** Whether the address is in this block; an IPv4 address is never in an IPv6 block. */
    public boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefixLength; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixLength;
    }
}
