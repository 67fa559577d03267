package io.meshfed.remote;

import io.meshfed.net.AddressPolicy;
import java.util.List;

/** What the other cluster last said of its gateway's Service. */
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

    /** A complete list says that there is no such Service. */
    record ServiceAbsent() implements GatewayObservation {}

    /** The Service is there, its load balancer has no address. */
    record NoAddress() implements GatewayObservation {}

    /**
     * The Service has addresses, and none may be used: they are no address and no host name, or the {@link AddressPolicy} refuses them.
     *
     * @param why for people
     */
    record AddressesRefused(String why) implements GatewayObservation {}
}
