package io.meshfed.plan;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

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

    /** Whether an address is an IPv4 or IPv6 literal; asks no name server. */
    static boolean isIp(String address) {
        return AddressRules.isIp(address);
    }
}
