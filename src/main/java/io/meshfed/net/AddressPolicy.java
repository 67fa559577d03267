package io.meshfed.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which addresses the operator connects to. Without it, the author of a kubeconfig Secret could make the operator send requests to
 * the node's loopback or to a cloud's metadata service. An IP address is checked when the kubeconfig is read; the addresses of a name
 * are checked at each connection, because DNS answers change.
 *
 * @param allowed blocks that are allowed although they are refused by default
 */
public record AddressPolicy(Set<Cidr> allowed) {
    private static final Map<Cidr, String> DEFAULTS = defaults();
    private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");

    public AddressPolicy {
        allowed = Set.copyOf(allowed);
    }

    /** Refuses loopback, link-local, metadata services, unspecified, multicast and reserved addresses. */
    public static AddressPolicy strict() {
        return new AddressPolicy(Set.of());
    }

    /** Like {@link #strict()}, except for the given blocks. */
    public static AddressPolicy allowing(Set<Cidr> blocks) {
        return new AddressPolicy(blocks);
    }

    /** Why the address is refused ("a loopback address"); empty when it is allowed. */
    public Optional<String> refusal(InetAddress address) {
        if (allowed.stream().anyMatch(block -> block.contains(address))) {
            return Optional.empty();
        }
        if (NAT64.contains(address)) {
            return refusal(embeddedIpv4(address));
        }
        return DEFAULTS.entrySet().stream()
                .filter(entry -> entry.getKey().contains(address))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Like {@link #refusal(InetAddress)}, for an IP address as text, or a name that always means loopback. */
    public Optional<String> refusalOfLiteral(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            return refusal(InetAddress.getLoopbackAddress());
        }
        return IpLiteral.parse(host).flatMap(this::refusal);
    }

    private static InetAddress embeddedIpv4(InetAddress nat64) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(nat64.getAddress(), 12, 16));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an IPv4 address", e);
        }
    }

    private static Map<Cidr, String> defaults() {
        Map<Cidr, String> blocks = new LinkedHashMap<>();
        // Metadata services come before the blocks that contain some of them, so that the message names them.
        for (String metadata : new String[] {
            "169.254.169.254/32", "fd00:ec2::254/128", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32"
        }) {
            blocks.put(Cidr.parse(metadata), "the address of a cloud's metadata service");
        }
        blocks.put(Cidr.parse("127.0.0.0/8"), "a loopback address");
        blocks.put(Cidr.parse("::1/128"), "a loopback address");
        blocks.put(Cidr.parse("169.254.0.0/16"), "a link-local address");
        blocks.put(Cidr.parse("fe80::/10"), "a link-local address");
        blocks.put(Cidr.parse("0.0.0.0/8"), "an unspecified address");
        blocks.put(Cidr.parse("::/96"), "an unspecified or IPv4-compatible address");
        blocks.put(Cidr.parse("224.0.0.0/4"), "a multicast address");
        blocks.put(Cidr.parse("ff00::/8"), "a multicast address");
        blocks.put(Cidr.parse("240.0.0.0/4"), "a reserved address");
        return blocks;
    }
}
