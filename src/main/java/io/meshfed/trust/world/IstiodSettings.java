package io.meshfed.trust.world;

import java.time.Duration;
import java.util.Optional;

/**
 * Settings of istiod and its proxies on which a change of roots depends.
 *
 * @param multiroot {@code ISTIO_MULTIROOT_MESH} of istiod: without it istiod refuses a changed bundle; empty: not known
 * @param xdsAgent {@code PROXY_CONFIG_XDS_AGENT} in mesh config's {@code defaultConfig.proxyMetadata}: running
 *     proxies receive new roots; empty: mesh config was not seen
 * @param workloadTTL {@code SECRET_TTL} in the same place: the life of the certificates that a proxy asks for; empty: not set there
 */
public record IstiodSettings(Optional<Boolean> multiroot, Optional<Boolean> xdsAgent, Optional<Duration> workloadTTL) {

    /** Nothing is known. */
    public static final IstiodSettings UNKNOWN =
            new IstiodSettings(Optional.empty(), Optional.empty(), Optional.empty());
}
