package io.meshfed.trust.cacerts;

import io.meshfed.api.condition.Reason;

/**
 * Why cert-manager does not deliver the intermediate that this mesh asks it for.
 *
 * @param reason of the condition {@code TrustReady}
 * @param message what is wrong and what to do
 */
public record CertificateTrouble(Reason reason, String message) {}
