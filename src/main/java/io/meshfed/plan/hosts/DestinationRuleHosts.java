package io.meshfed.plan.hosts;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Which hosts a DestinationRule is for. Istio reads {@code spec.host} in three ways: a host in full, a wildcard such as
 * {@code *.example.com}, and a short name without a dot, which it completes with the rule's own namespace.
 *
 * <p>The keys are for an index, so that the rules of one host are found without comparing all rules with it.
 */
public final class DestinationRuleHosts {
    /** The key of all rules whose host is a wildcard. */
    private static final String WILDCARDS = "*";

    private DestinationRuleHosts() {}

    /** Name and namespace of a Service. */
    public record ServiceName(String name, String namespace) {}

    /** Whether a rule has a host; the API server accepts rules without one. */
    public static boolean hasHost(DestinationRule rule) {
        return rule.getSpec() != null && rule.getSpec().getHost() != null;
    }

    /** Whether a rule is for a host: it names the host, or its wildcard covers it. */
    public static boolean isFor(DestinationRule rule, ServiceHost host) {
        return names(rule, host) || covers(rule, host);
    }

    /** Whether a rule names a host, in full or by its short name. */
    public static boolean names(DestinationRule rule, ServiceHost host) {
        String named = host(rule);
        return isShort(named)
                ? named.equals(host.name()) && rule.getMetadata().getNamespace().equals(host.namespace())
                : named.equals(host.toString());
    }

    /** Whether a rule's wildcard covers a host. */
    public static boolean covers(DestinationRule rule, ServiceHost host) {
        return isWildcard(rule) && host.toString().endsWith(host(rule).substring(1));
    }

    /** Whether a rule's host is a wildcard. */
    public static boolean isWildcard(DestinationRule rule) {
        return host(rule).startsWith("*");
    }

    /**
     * The Service that a rule may be for, by the first two parts of its host. The domain is not compared, so a rule for
     * another domain has one too.
     *
     * @return empty for a rule without host, and for a wildcard
     */
    public static Optional<ServiceName> service(DestinationRule rule) {
        if (!hasHost(rule) || isWildcard(rule)) {
            return Optional.empty();
        }
        String[] parts = host(rule).split("\\.");
        return Optional.of(new ServiceName(
                parts[0], parts.length > 1 ? parts[1] : rule.getMetadata().getNamespace()));
    }

    /** The keys under which a rule is found; none for a rule without host. */
    public static Collection<String> keys(DestinationRule rule) {
        if (!hasHost(rule)) {
            return List.of();
        }
        if (isWildcard(rule)) {
            return List.of(WILDCARDS);
        }
        String host = host(rule);
        return List.of(isShort(host) ? shortKey(rule.getMetadata().getNamespace(), host) : host);
    }

    /** The keys of all rules that may be for a host; check each with {@link #isFor}. */
    public static Collection<String> keys(ServiceHost host) {
        return List.of(host.toString(), shortKey(host.namespace(), host.name()), WILDCARDS);
    }

    /** No host ends with a slash. */
    private static String shortKey(String namespace, String name) {
        return namespace + "/" + name + "/";
    }

    private static boolean isShort(String host) {
        return !host.contains(".") && !host.contains("*");
    }

    private static String host(DestinationRule rule) {
        return rule.getSpec().getHost();
    }
}
