package io.meshfed.trust.crl;

import io.meshfed.api.Trust;
import io.meshfed.api.condition.CaDefect;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.x509.CaCertificate;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a list of this mesh revokes: the serial numbers of {@code spec.trust.crl.revoked}, and those of the CA's list in the
 * ConfigMap. A certificate that this mesh signs with is never revoked.
 *
 * @param entries serial number and time of revocation
 * @param refused what is not revoked although it was requested, and why
 */
record RevokedCertificates(Map<BigInteger, Instant> entries, List<String> refused) {

    RevokedCertificates {
        // In the order of the serial numbers, so that equal contents give equal lists.
        entries = Collections.unmodifiableMap(new TreeMap<>(entries));
        refused = List.copyOf(refused);
    }

    /** Serial numbers in {@code spec.trust.crl.revoked}, which are those of intermediates under the issuer. */
    static Set<BigInteger> ofSpec(Trust.Crl spec) {
        return spec.revoked().stream().map(serial -> new BigInteger(serial, 16)).collect(Collectors.toSet());
    }

    /**
     * The entries of a CA's next list.
     *
     * @param requested serial numbers that the spec asks to revoke
     * @param given what the CA's list in the ConfigMap revokes
     * @param present what its present list revokes: such an entry keeps its time
     * @param inUse the {@code cacerts} that is written or stays
     */
    static RevokedCertificates of(
            CaCertificate ca,
            Set<BigInteger> requested,
            Map<BigInteger, Instant> given,
            Map<BigInteger, Instant> present,
            Cacerts inUse,
            Instant now) {
        Map<BigInteger, Instant> entries = new TreeMap<>(given);
        requested.forEach(serial -> entries.putIfAbsent(serial, present.getOrDefault(serial, now)));
        List<String> refused = new ArrayList<>();
        inUse.path().stream()
                .filter(certificate -> certificate.isSignedBy(ca))
                .filter(certificate -> entries.remove(certificate.x509().getSerialNumber()) != null)
                .forEach(certificate -> refused.add(CaDefect.OwnCaRevoked + ": serial "
                        + certificate.x509().getSerialNumber().toString(16) + " belongs to " + certificate.describe()
                        + ", which this mesh signs with: it is not revoked, because every workload of this mesh would be"
                        + " refused. Replace that certificate first"));
        return new RevokedCertificates(entries, refused);
    }
}
