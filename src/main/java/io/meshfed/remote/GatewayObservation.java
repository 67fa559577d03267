package io.meshfed.remote;

import io.meshfed.net.AddressPolicy;
import java.util.List;

/** The last seen addresses of the gateway's Service in the other cluster. */
public sealed interface GatewayObservation {

    /**
     * The Service has addresses.
     *
     * @param addresses IP addresses and host names of its load balancer, sorted, at least one
     */
    record Addresses(List<String> addresses) implements GatewayObservation {
        public Addresses {
            addresses = List.copyOf(addresses);
        }
    }

    /** A complete list does not have the Service. */
    record ServiceAbsent() implements GatewayObservation {}

    /** The Service exists, but its load balancer has no address. */
    record NoAddress() implements GatewayObservation {}

    /**
     * The Service has addresses, but none can be used: it is neither an IP address nor a host name, or the {@link AddressPolicy}
     * refuses it.
     *
     * @param why for people
     */
    record AddressesRefused(String why) implements GatewayObservation {}
}
