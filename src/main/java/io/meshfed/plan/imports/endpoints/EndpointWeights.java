package io.meshfed.plan.imports.endpoints;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Weights of endpoints. A weight that a user gives is the share of the remote as a whole. In the RemoteGateway form a
 * remote is one endpoint and istiod splits its weight over the addresses of the gateway exactly: it first multiplies all
 * weights by the least common multiple of the gateways per network (pilot/pkg/xds/endpoints/ep_filters.go,
 * EndpointsByNetworkFilter). Only a client of one IP family, beside gateways of both, may see a little less of that
 * remote. In the Inline form the split is ours.
 */
final class EndpointWeights {
    /** Bound of a weight; Envoy adds weights up in 32 bits and istiod multiplies them. */
    private static final long MAX = 1_000_000;

    private EndpointWeights() {}

    /** One remote's weight and the number of endpoints that carry it. */
    record Share(int weight, int endpoints) {}

    /**
     * Weight of each endpoint, per remote, where only ratios count: all weights are multiplied by the smallest number
     * that makes every split exact.
     */
    static Map<String, Long> exact(Map<String, Share> shares) {
        long scale = 1;
        for (Share share : shares.values()) {
            long needed = share.endpoints() / gcd(share.endpoints(), share.weight());
            scale = scale / gcd(scale, needed) * needed;
        }
        double shrink = 1;
        for (Share share : shares.values()) {
            shrink = Math.max(shrink, (double) share.weight() * scale / share.endpoints() / MAX);
        }
        Map<String, Long> result = new LinkedHashMap<>();
        for (Map.Entry<String, Share> entry : shares.entrySet()) {
            Share share = entry.getValue();
            double weight = (double) share.weight() * scale / share.endpoints() / shrink;
            result.put(entry.getKey(), Math.max(1, Math.round(weight)));
        }
        return result;
    }

    /**
     * Weight of each endpoint of one remote beside local pods, whose weight of 1 is fixed: the weight is dealt out in
     * whole numbers, at least 1 each, so that a weight below the number of addresses is raised to that number.
     */
    static List<Long> besidePods(Share share) {
        List<Long> weights = new ArrayList<>();
        int each = share.weight() / share.endpoints();
        int rest = share.weight() % share.endpoints();
        for (int i = 0; i < share.endpoints(); i++) {
            weights.add((long) Math.max(1, i < rest ? each + 1 : each));
        }
        return List.copyOf(weights);
    }

    /** A weight as Istio's canonical form has it: 1 is the default and left out. */
    static @Nullable Long canonical(long weight) {
        return weight == 1 ? null : weight;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
