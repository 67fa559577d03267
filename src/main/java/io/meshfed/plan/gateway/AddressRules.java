package io.meshfed.plan.gateway;

import io.meshfed.net.HostName;
import io.meshfed.net.IpLiteral;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which addresses of a gateway can be used: IP addresses that another machine can reach, and DNS names. Never resolves a
 * name.
 */
public final class AddressRules {
    private static final byte[] IPV4_BROADCAST = {-1, -1, -1, -1};

    private AddressRules() {}

    /** What an address is. */
    public enum Kind {
        IPV4,
        IPV6,
        HOSTNAME
    }

    /**
     * One usable address.
     *
     * @param value in canonical form: dotted IPv4, compressed lower-case IPv6 (RFC 5952), lower-case host name without
     *     a dot at the end
     */
    public record Address(String value, Kind kind) {
        /** Whether this is an IP address of either family. */
        public boolean isIp() {
            return kind != Kind.HOSTNAME;
        }
    }

    /**
     * The result of checking a list of addresses.
     *
     * @param accepted sorted by value, each once
     * @param refused one sentence for each refused value, with the reason; sorted by value
     */
    public record Judged(List<Address> accepted, List<String> refused) {
        public Judged {
            accepted = List.copyOf(accepted);
            refused = List.copyOf(refused);
        }

        /** The accepted addresses in canonical form, sorted. */
        public List<String> values() {
            return accepted.stream().map(Address::value).toList();
        }
    }

    /**
     * Sorts, de-duplicates and classifies. Refused are loopback, link-local, unspecified, multicast and broadcast
     * addresses, and text that is neither an IP address nor a DNS name.
     *
     * @param raw addresses as a user or a load balancer wrote them
     */
    public static Judged judge(Collection<String> raw) {
        TreeMap<String, Address> accepted = new TreeMap<>();
        List<String> refused = new ArrayList<>();
        for (String value : new TreeSet<>(raw)) {
            Optional<InetAddress> ip = ip(value);
            Optional<String> reason = ip.map(AddressRules::unreachable).orElseGet(() -> notAHostName(value));
            if (reason.isPresent()) {
                refused.add("'" + value + "' " + reason.get());
                continue;
            }
            Address address = ip.map(AddressRules::address).orElseGet(() -> hostName(value));
            accepted.put(address.value(), address);
        }
        return new Judged(List.copyOf(accepted.values()), refused);
    }

    /** Whether an address is an IPv4 or IPv6 literal. */
    public static boolean isIp(String address) {
        return ip(address).isPresent();
    }

    private static Address address(InetAddress ip) {
        return ip instanceof Inet6Address
                ? new Address(compressed(ip.getAddress()), Kind.IPV6)
                : new Address(ip.getHostAddress(), Kind.IPV4);
    }

    private static Address hostName(String value) {
        return new Address(withoutRootDot(value).toLowerCase(Locale.ROOT), Kind.HOSTNAME);
    }

    /** An IP address; in brackets it belongs in a URL and not in a field of its own. */
    private static Optional<InetAddress> ip(String value) {
        return value.startsWith("[") ? Optional.empty() : IpLiteral.parse(value);
    }

    private static Optional<String> unreachable(InetAddress ip) {
        if (ip.isAnyLocalAddress() || (ip instanceof Inet4Address && ip.getAddress()[0] == 0)) {
            return Optional.of("is an unspecified address: no machine can have it");
        }
        if (ip.isLoopbackAddress()) {
            return Optional.of("is a loopback address: clients would connect to themselves");
        }
        if (ip.isLinkLocalAddress()) {
            return Optional.of("is a link-local address: it cannot be reached across networks");
        }
        if (ip.isMulticastAddress()) {
            return Optional.of("is a multicast address: a gateway needs a unicast address");
        }
        if (Arrays.equals(ip.getAddress(), IPV4_BROADCAST)) {
            return Optional.of("is the broadcast address: a gateway needs a unicast address");
        }
        return Optional.empty();
    }

    private static Optional<String> notAHostName(String value) {
        String name = withoutRootDot(value).toLowerCase(Locale.ROOT);
        if (!HostName.isHostName(name)) {
            return Optional.of("is neither an IP address nor a DNS name");
        }
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            return Optional.of("is a loopback name: clients would connect to themselves");
        }
        return Optional.empty();
    }

    private static String withoutRootDot(String value) {
        return value.endsWith(".") ? value.substring(0, value.length() - 1) : value;
    }

    /** RFC 5952: no leading zeros, the longest run of two or more zero groups as "::", the first of equal runs. */
    private static String compressed(byte[] octets) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (octets[2 * i] & 0xff) << 8 | (octets[2 * i + 1] & 0xff);
        }
        int start = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
            i = Math.max(i, end - 1);
        }
        if (start < 0) {
            return hex(groups, 0, 8);
        }
        return hex(groups, 0, start) + "::" + hex(groups, start + length, 8);
    }

    private static String hex(int[] groups, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i > from ? ":" : "").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
