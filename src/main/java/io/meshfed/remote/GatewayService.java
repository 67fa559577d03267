package io.meshfed.remote;

import io.fabric8.kubernetes.api.model.Service;
import io.meshfed.net.AddressPolicy;
import io.meshfed.net.HostName;
import io.meshfed.net.IpLiteral;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the addresses of a gateway's Service. */
final class GatewayService {
    private static final int MAX_ADDRESSES = 16;

    private GatewayService() {}

    /**
     * The addresses in the load balancer's status of the Service. Another cluster chooses them and proxies connect to them, so the
     * same policy applies as for API servers.
     */
    static GatewayObservation observe(Optional<Service> service, AddressPolicy policy) {
        if (service.isEmpty()) {
            return new GatewayObservation.ServiceAbsent();
        }
        TreeSet<String> usable = new TreeSet<>();
        List<String> refused = new ArrayList<>();
        advertised(service.get())
                .forEach(address -> refusal(address, policy).ifPresentOrElse(refused::add, () -> usable.add(address)));
        if (!usable.isEmpty()) {
            return new GatewayObservation.Addresses(
                    usable.stream().limit(MAX_ADDRESSES).toList());
        }
        return refused.isEmpty()
                ? new GatewayObservation.NoAddress()
                : new GatewayObservation.AddressesRefused(refused.get(0));
    }

    private static Stream<String> advertised(Service service) {
        return Stream.ofNullable(service.getStatus())
                .flatMap(status -> Stream.ofNullable(status.getLoadBalancer()))
                .flatMap(balancer -> balancer.getIngress().stream())
                .flatMap(ingress -> Stream.of(text(ingress.getIp()), text(ingress.getHostname())))
                .flatMap(Optional::stream);
    }

    private static Optional<String> text(@Nullable String value) {
        return Optional.ofNullable(value).filter(present -> !present.isEmpty());
    }

    private static Optional<String> refusal(String address, AddressPolicy policy) {
        Optional<InetAddress> ip = IpLiteral.parse(address);
        if (ip.isPresent()) {
            return policy.refusal(ip.get()).map(why -> address + " is " + why);
        }
        if (!HostName.isHostName(address)) {
            return Optional.of("an address is neither an IP address nor a host name");
        }
        return policy.refusalOfLiteral(address).map(why -> address + " is " + why);
    }
}
