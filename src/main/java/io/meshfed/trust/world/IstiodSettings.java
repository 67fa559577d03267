package io.meshfed.trust.world;

import java.time.Duration;
import java.util.Optional;

/**
 * How istiod and its proxies are set up, as far as a change of roots depends on it.
 *
 * @param multiroot {@code ISTIO_MULTIROOT_MESH} of istiod: without it istiod refuses a changed bundle; empty: not known
 * @param xdsAgent {@code PROXY_CONFIG_XDS_AGENT} in mesh config's {@code defaultConfig.proxyMetadata}: proxies are told
 *     of a new root while they run; empty: mesh config was not seen
 * @param workloadTTL {@code SECRET_TTL} in the same place: the life that a proxy asks for; empty: not given there
 */
public record IstiodSettings(Optional<Boolean> multiroot, Optional<Boolean> xdsAgent, Optional<Duration> workloadTTL) {

    /** Nothing of it was seen. */
    public static final IstiodSettings UNKNOWN =
            new IstiodSettings(Optional.empty(), Optional.empty(), Optional.empty());
}
