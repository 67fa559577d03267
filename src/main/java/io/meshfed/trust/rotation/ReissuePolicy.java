package io.meshfed.trust.rotation;

import io.meshfed.api.Trust;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.Issuer;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.cacerts.Renewal;
import io.meshfed.trust.x509.KeyAlgorithms;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether a valid {@code cacerts} is issued again under the root that it has, and why: a list of named checks, of which
 * the first that applies gives the reason.
 */
public enum ReissuePolicy {
    /** For this mesh's own {@code cacerts}. A Secret that was handed over keeps its key until the next renewal. */
    OWN(Check.DueForRenewal, Check.IssuerReissued, Check.KeyAlgorithmChanged),
    /** For the {@code cacerts} that this mesh issues for another one. */
    REMOTE(Check.DueForRenewal, Check.HandedOver, Check.IssuerReissued, Check.KeyAlgorithmChanged);

    private final List<Check> checks;

    ReissuePolicy(Check... checks) {
        this.checks = List.of(checks);
    }

    /**
     * What the checks need to know beside the two certificates.
     *
     * @param renewal when {@code cacerts} is renewed
     * @param nextNotAfter when an intermediate that is issued now would end
     * @param keyAlgorithm {@code spec.trust.intermediate.keyAlgorithm}
     * @param keepsKey revocation is checked, so that a new intermediate keeps the key of the present one
     * @param issuerMaySign revocation is not checked, or every proxy has a revocation list of the issuer
     * @param origin who created the Secret
     */
    public record Settings(
            Instant now,
            Renewal renewal,
            Instant nextNotAfter,
            Trust.KeyAlgorithm keyAlgorithm,
            boolean keepsKey,
            boolean issuerMaySign,
            PresentCacerts.Origin origin) {}

    /** Why to issue again, in a few words for an Event; empty: there is no reason. The issuer must have the same root. */
    public Optional<String> whyReissue(Cacerts cacerts, Issuer issuer, Settings settings) {
        return checks.stream()
                .flatMap(check -> check.why(cacerts, issuer, settings).stream())
                .findFirst();
    }

    /** One reason to issue again. */
    enum Check {
        /** The time to renew has come, and a new intermediate would live longer. */
        DueForRenewal {
            @Override
            Optional<String> why(Cacerts cacerts, Issuer issuer, Settings settings) {
                return settings.renewal().isDue(settings.now())
                                && settings.renewal().gains(settings.nextNotAfter())
                        ? Optional.of("renewal")
                        : Optional.empty();
            }
        },
        /** Another tool generated the private key, and its owner may still have it. */
        HandedOver {
            @Override
            Optional<String> why(Cacerts cacerts, Issuer issuer, Settings settings) {
                return settings.origin() == PresentCacerts.Origin.HANDED_OVER
                        ? Optional.of("handed over")
                        : Optional.empty();
            }
        },
        /** The issuer has a new certificate, or is another CA under the same root. */
        IssuerReissued {
            @Override
            Optional<String> why(Cacerts cacerts, Issuer issuer, Settings settings) {
                boolean sameIssuer =
                        cacerts.path().size() > 1 && cacerts.path().get(1).equals(issuer.certificate());
                return !sameIssuer && settings.issuerMaySign()
                        ? Optional.of("the issuer has another certificate under the same root")
                        : Optional.empty();
            }
        },
        /** The spec asks for another kind of key, unless the present key must be kept. */
        KeyAlgorithmChanged {
            @Override
            Optional<String> why(Cacerts cacerts, Issuer issuer, Settings settings) {
                return settings.keepsKey() || KeyAlgorithms.matches(cacerts.signing(), settings.keyAlgorithm())
                        ? Optional.empty()
                        : Optional.of("keyAlgorithm is now " + settings.keyAlgorithm());
            }
        };

        abstract Optional<String> why(Cacerts cacerts, Issuer issuer, Settings settings);
    }
}
