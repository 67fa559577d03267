package io.meshfed.trust.crl;

import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.world.Finding;
import io.meshfed.trust.x509.RevocationList;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The revocation lists of one {@code cacerts}: what is written, and what is missing.
 *
 * @param keys the keys of {@code cacerts} that hold lists, with their values
 * @param missing what prevents revocation checks now or soon, and the remedy
 * @param refused what the operator did not use, and why
 * @param needed lists in use that must have a successor
 * @param begin when {@code ca-crl.pem} may be written for the first time; empty: now
 * @param wakeAt when a list must be renewed or will be missed, even if nothing else happens
 */
public record CrlPlan(
        Map<String, byte[]> keys,
        List<String> missing,
        List<String> refused,
        Set<RevocationList> needed,
        Optional<Instant> begin,
        Optional<Instant> wakeAt) {

    static final CrlPlan NONE =
            new CrlPlan(Map.of(), List.of(), List.of(), Set.of(), Optional.empty(), Optional.empty());

    public CrlPlan {
        keys = Map.copyOf(keys);
        missing = List.copyOf(missing);
        refused = List.copyOf(refused);
        needed = Set.copyOf(needed);
    }

    static CrlPlan missing(String what) {
        return new CrlPlan(Map.of(), List.of(what), List.of(), Set.of(), Optional.empty(), Optional.empty());
    }

    /** A finding about {@code cacerts} with what there is to say about its lists; other problems win. */
    public Finding finding(Finding otherwise) {
        if (!otherwise.holds()) {
            return otherwise;
        }
        String remarks = begin.map(moment -> ". Proxies check revocation from " + moment
                                + " on: until then workloads may have certificates of an earlier intermediate")
                        .orElse("")
                + (refused.isEmpty() ? "" : ". Revocation lists that are not used: " + String.join("; ", refused));
        return missing.isEmpty()
                ? otherwise.withMessage(otherwise.message() + remarks)
                : Finding.no(TrustReason.CrlIncomplete, String.join("; ", missing) + remarks);
    }
}
