package io.meshfed.trust.x509;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names certificates in a message: the first four, and how many more there are. */
public final class Fingerprints {
    private static final int NAMED = 4;

    private Fingerprints() {}

    public static String list(Collection<CaCertificate> certificates) {
        String named =
                certificates.stream().limit(NAMED).map(CaCertificate::describe).collect(Collectors.joining(", "));
        return certificates.size() <= NAMED ? named : named + " and " + (certificates.size() - NAMED) + " more";
    }
}
