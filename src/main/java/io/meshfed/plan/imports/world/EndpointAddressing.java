package io.meshfed.plan.imports.world;

import io.meshfed.plan.gateway.AddressRules;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** How the entries of one remote name its gateway. */
public sealed interface EndpointAddressing {

    /** By network alone: istiod fills in the addresses of the registered gateway. */
    record ByNetwork() implements EndpointAddressing {}

    /** By addresses in each entry: IPs and host names, sorted. */
    record ByAddress(List<String> addresses) implements EndpointAddressing {

        public static ByAddress of(Collection<String> addresses) {
            return new ByAddress(List.copyOf(new TreeSet<>(addresses)));
        }

        public boolean onlyIps() {
            return addresses.stream().allMatch(EndpointAddressing::isIp);
        }
    }

    /** Whether an address is an IPv4 or IPv6 literal; asks no name server. */
    static boolean isIp(String address) {
        return AddressRules.isIp(address);
    }
}
