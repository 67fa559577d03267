package io.meshfed.trust;

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
        return picture.cacerts()
                .sound()
                .map(cacerts -> Verdict.leave(Sentences.observed(cacerts, picture))
                        .wakingAt(cacerts.notAfter().plusSeconds(1)))
                .orElseGet(() -> Verdict.refuse(
                        Reasons.CACERTS_MISSING,
                        "Secret cacerts does not exist in the control-plane namespace, and spec.trust.type is External:"
                                + " make it (ca-cert.pem, ca-key.pem, cert-chain.pem, root-cert.pem), or set type:"
                                + " Managed"));
    }
}
