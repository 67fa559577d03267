package io.meshfed.trust;

import io.meshfed.api.Condition;
import java.util.Optional;

/** Trust of type External: somebody else makes {@code cacerts}; it is verified and never written. */
final class ExternalTrust {
    private ExternalTrust() {}

    static Verdict judge(Picture picture) {
        if (picture.cacerts() instanceof Reading.Flawed<Cacerts> flawed) {
            return Verdict.refuse(
                    flawed.flaw(),
                    "Secret cacerts: " + flawed.message()
                            + ". spec.trust.type is External: whoever makes it must mend it");
        }
        Optional<Cacerts> sound = picture.cacerts().sound();
        if (sound.isEmpty()) {
            return Verdict.refuse(
                    Reasons.CACERTS_MISSING,
                    "Secret cacerts does not exist in the control-plane namespace, and spec.trust.type is External: make"
                            + " it (ca-cert.pem, ca-key.pem, cert-chain.pem, root-cert.pem), or set type: Managed");
        }
        Cacerts cacerts = sound.get();
        Condition ready = picture.istiod()
                .behind(cacerts)
                .map(lag -> Condition.no(TrustPlan.TRUST_READY, lag.reason(), lag.message()))
                .orElseGet(() ->
                        Condition.yes(TrustPlan.TRUST_READY, Reasons.VERIFIED, Sentences.inForce(cacerts, picture)));
        return Verdict.leave(ready).wakingAt(cacerts.notAfter());
    }
}
