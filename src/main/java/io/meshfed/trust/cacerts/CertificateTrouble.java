package io.meshfed.trust.cacerts;

import io.meshfed.api.condition.Reason;

/**
 * Why cert-manager does not issue the intermediate that this mesh asks for.
 *
 * @param reason of the condition {@code TrustReady}
 * @param message what is wrong and what to do
 */
public record CertificateTrouble(Reason reason, String message) {}
