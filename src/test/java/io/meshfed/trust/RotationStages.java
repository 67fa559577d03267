package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.root;

import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import io.meshfed.trust.TestCa.Ca;
import java.time.Duration;
import java.util.Optional;

/** A mesh on its way from ROOT to NEXT, at each step. */
final class RotationStages {
    static final TrustAction LEAVE = new TrustAction.Leave();
    static final Ca NEXT = root("next").make();
    static final Duration DWELL = Duration.ofHours(24).plusMinutes(10);

    /** A mesh at rest on ROOT for long. */
    static final Worlds OLD = Worlds.managed()
            .issuer(issuer(ROOT))
            .applied()
            .reloaded()
            .reported()
            .later(DWELL);
    /** Its spec names an issuer with another root. */
    static final Worlds ASKED = OLD.issuer("next-root-ca", issuer(NEXT));
    /** Both roots are in the bundle; istiod has not taken it. */
    static final Worlds ADDED = ASKED.applied().reported();
    /** istiod publishes both. */
    static final Worlds PUBLISHED = ADDED.reloaded().reported();
    /** Every workload has both. */
    static final Worlds ACCEPTED = PUBLISHED.later(DWELL);
    /** The new root signs. */
    static final Worlds SIGNED = ACCEPTED.applied().reported();
    /** No certificate under the old root is valid any more. */
    static final Worlds RENEWED = SIGNED.later(DWELL);
    /** The old root is gone. */
    static final Worlds DONE = RENEWED.applied().reloaded().reported();

    private RotationStages() {}

    static RotationStatus rotation(Worlds world) {
        return world.plan().status().orElseThrow().rotation();
    }

    static Optional<Phase> phase(Worlds world) {
        return Optional.ofNullable(rotation(world)).map(RotationStatus::phase);
    }

    static String sha(Ca root) {
        return root.certificate().sha256();
    }
}
