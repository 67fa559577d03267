package io.meshfed.plan;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** How the entries of one remote lead to its gateway. */
sealed interface Reach {

    /** By network alone: istiod puts the registered gateway's addresses in. */
    record ByNetwork() implements Reach {}

    /** By addresses in each entry: IPs and host names, sorted. */
    record ByAddress(List<String> addresses) implements Reach {

        static ByAddress of(Collection<String> addresses) {
            return new ByAddress(List.copyOf(new TreeSet<>(addresses)));
        }

        boolean onlyIps() {
            return addresses.stream().allMatch(Reach::isIp);
        }
    }

    Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");

    /** Only of these letters the JDK reads a literal; anything else it would ask a name server for. */
    Pattern IPV6_LETTERS = Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]*");

    /** Whether an address is an IPv4 or IPv6 literal; asks no name server. */
    static boolean isIp(String address) {
        if (!address.contains(":")) {
            return IPV4.matcher(address).matches();
        }
        if (!IPV6_LETTERS.matcher(address).matches()) {
            return false;
        }
        try {
            InetAddress.getByName(address);
            return true;
        } catch (UnknownHostException notAnAddress) {
            return false;
        }
    }
}
