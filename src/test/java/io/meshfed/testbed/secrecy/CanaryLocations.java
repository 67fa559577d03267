package io.meshfed.testbed.secrecy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where each canary was written, by whom and when. The Secret where it was written first is where it belongs. */
final class CanaryLocations {
    /** From where an operator may bring a key into the {@code cacerts} of the same cluster, by design. */
    private static final Set<String> HANDED_OVER = Set.of(
            "secrets istio-system/istio-ca-secret, ca-key.pem", "secrets meshfed-system/meshfed-intermediate, tls.key");

    private static final String CACERTS = "/cacerts, ca-key.pem";

    private final Map<String, List<Put>> byCanary = new HashMap<>();
    private final Set<String> elsewhere = new HashSet<>();

    /**
     * A key of the data of a Secret.
     *
     * @param cluster the name of its folder: unique, other than its name
     * @param secret as in {@link AuditLine#object()}
     */
    record Place(String cluster, String secret, String key) {
        private String inCluster() {
            return secret + ", " + key;
        }

        @Override
        public String toString() {
            return cluster + ": " + inCluster();
        }
    }

    /** One writing. */
    record Put(Place place, Instant when, String user, boolean byOperator) {
        /** In {@code cacerts}, or in an issuer in the operator's own namespace. */
        private boolean isWhereAnOperatorMayPutAKey() {
            return place.inCluster().endsWith(CACERTS)
                    || place.key().equals("tls.key")
                            && Arrays.asList(user.split(":"))
                                    .contains(place.secret().split("[ /]")[1]);
        }
    }

    void put(String canary, Put put) {
        List<Put> puts = byCanary.computeIfAbsent(canary, key -> new ArrayList<>());
        if (puts.stream().noneMatch(p -> p.place().equals(put.place()) && p.byOperator() == put.byOperator())) {
            puts.add(put);
        }
    }

    /** A writer other than an operator has put it into another object, or into another part of a Secret. */
    void putElsewhere(String canary, String cluster, String object) {
        elsewhere.add(canary + " " + cluster + " " + object);
    }

    boolean wasPutElsewhere(String canary, String cluster, String object) {
        return elsewhere.contains(canary + " " + cluster + " " + object);
    }

    boolean isAt(String canary, Place place) {
        return byCanary.getOrDefault(canary, List.of()).stream()
                .anyMatch(put -> put.place().equals(place));
    }

    /** Where it was written first; a token that no Secret holds has no location. */
    String home(String canary) {
        return byCanary.getOrDefault(canary, List.of()).stream()
                .min(Comparator.comparing(Put::when))
                .map(put -> put.place().toString())
                .orElse("no Secret");
    }

    /** The writes by operators that put a canary into a Secret where it does not belong. */
    List<String> misplaced(String cluster) {
        List<String> misplaced = new ArrayList<>();
        byCanary.forEach((canary, puts) -> puts.stream()
                .filter(put -> put.byOperator() && put.place().cluster().equals(cluster))
                .filter(put -> !put.isWhereAnOperatorMayPutAKey() || strays(put, puts))
                .forEach(put -> misplaced.add("%s wrote %s into %s, but it belongs in %s"
                        .formatted(put.user(), canary, put.place(), home(canary)))));
        return misplaced;
    }

    private static boolean strays(Put put, List<Put> puts) {
        List<Place> before = puts.stream()
                .filter(p -> p.when().isBefore(put.when()))
                .map(Put::place)
                .toList();
        return before.stream().anyMatch(place -> !place.equals(put.place()))
                && before.stream().noneMatch(place -> handedOver(place, put.place()));
    }

    private static boolean handedOver(Place from, Place to) {
        return HANDED_OVER.contains(from.inCluster())
                && from.cluster().equals(to.cluster())
                && to.inCluster().endsWith(CACERTS);
    }
}
