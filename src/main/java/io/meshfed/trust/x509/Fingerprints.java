package io.meshfed.trust.x509;

import java.util.Collection;
import java.util.stream.Collectors;

/** Certificates in a message: a few are named, the rest counted. */
public final class Fingerprints {
    private static final int NAMED = 4;

    private Fingerprints() {}

    public static String list(Collection<CaCertificate> certificates) {
        String named =
                certificates.stream().limit(NAMED).map(CaCertificate::describe).collect(Collectors.joining(", "));
        return certificates.size() <= NAMED ? named : named + " and " + (certificates.size() - NAMED) + " more";
    }
}
