package io.meshfed.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Name resolution that returns only addresses that the policy allows. Blocks until DNS answers. */
public final class CheckedResolver {
    private final AddressPolicy policy;
    private final Lookup lookup;

    /** How names are looked up: {@link InetAddress#getAllByName}, except in tests. */
    @FunctionalInterface
    public interface Lookup {
        InetAddress[] all(String host) throws UnknownHostException;
    }

    public CheckedResolver(AddressPolicy policy, Lookup lookup) {
        this.policy = policy;
        this.lookup = lookup;
    }

    /**
     * Addresses of the host, in the order of the answer, at least one.
     *
     * @throws UnknownHostException when there is no answer
     * @throws RefusedAddressException when the policy refuses all of them
     */
    public List<InetAddress> resolve(String host) throws UnknownHostException, RefusedAddressException {
        List<InetAddress> answer = List.of(lookup.all(host));
        List<InetAddress> permitted = answer.stream()
                .filter(address -> policy.refusal(address).isEmpty())
                .toList();
        if (answer.isEmpty()) {
            throw new UnknownHostException(host);
        }
        if (permitted.isEmpty()) {
            throw new RefusedAddressException(
                    host, policy.refusal(answer.get(0)).orElseThrow());
        }
        return permitted;
    }
}
