package io.meshfed.remote.kubeconfig;

import java.time.Instant;
import java.util.Optional;

/**
 * How long a credential is valid, as it says itself.
 *
 * @param since empty: it does not say
 */
public record Validity(Optional<Instant> since, Instant until) {}
