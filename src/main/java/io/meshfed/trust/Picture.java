package io.meshfed.trust;

import io.meshfed.api.Trust;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** A {@link TrustWorld} after everything in it was verified once, at one moment. */
record Picture(
        TrustWorld world,
        Instant now,
        Reading<Issuer> issuer,
        Reading<Cacerts> cacerts,
        IstiodRoots istiod,
        PeerRoots peers) {

    static Picture of(TrustWorld world, Instant now, SecureRandom random) {
        return new Picture(
                world,
                now,
                Reading.of(world.issuerSecret(), data -> Issuer.read(data, now, random)),
                Reading.of(world.cacerts(), present -> Cacerts.verify(present.data(), now, random)),
                IstiodRoots.of(world.publishedRoots()),
                PeerRoots.verify(world.remotes(), now));
    }

    Trust spec() {
        return world.spec();
    }

    /** Name of the issuer's Secret; empty if the spec gives none. */
    Optional<String> issuerName() {
        return Optional.ofNullable(spec().issuer()).map(Trust.Issuer::secretName);
    }

    /** The values of {@code cacerts}; empty if it does not exist. */
    Map<String, byte[]> cacertsData() {
        return world.cacerts().map(PresentCacerts::data).orElse(Map.of());
    }

    /** The roots in {@code cacerts}, as far as they can be read. */
    TrustBundle bundle() {
        return TrustBundle.of(Cacerts.rootBytes(cacertsData()));
    }
}
