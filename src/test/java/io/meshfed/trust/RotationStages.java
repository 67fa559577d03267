package io.meshfed.trust;

import static io.meshfed.trust.BadInputs.ROOT;
import static io.meshfed.trust.BadInputs.issuer;
import static io.meshfed.trust.TestCa.root;

import io.meshfed.api.MeshFederationStatus.Phase;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import io.meshfed.trust.TestCa.Ca;
import io.meshfed.trust.rotation.TrustAction;
import java.time.Duration;
import java.util.Optional;

/** A mesh on its way from ROOT to NEXT, at each step. */
public final class RotationStages {
    public static final TrustAction LEAVE = new TrustAction.Leave();
    public static final Ca NEXT = root("next").make();
    public static final Duration DWELL = Duration.ofHours(24).plusMinutes(10);

    /** A mesh at rest on ROOT for long. */
    public static final Worlds OLD = Worlds.managed()
            .issuer(issuer(ROOT))
            .applied()
            .reloaded()
            .reported()
            .later(DWELL);
    /** Its spec names an issuer with another root. */
    public static final Worlds ASKED = OLD.issuer("next-root-ca", issuer(NEXT));
    /** Both roots are in the bundle; istiod has not taken it. */
    public static final Worlds ADDED = ASKED.applied().reported();
    /** istiod publishes both. */
    public static final Worlds PUBLISHED = ADDED.reloaded().reported();
    /** Every workload has both. */
    public static final Worlds ACCEPTED = PUBLISHED.later(DWELL);
    /** The new root signs. */
    public static final Worlds SIGNED = ACCEPTED.applied().reported();
    /** No certificate under the old root is valid any more. */
    public static final Worlds RENEWED = SIGNED.later(DWELL);
    /** The old root is gone. */
    public static final Worlds DONE = RENEWED.applied().reloaded().reported();

    private RotationStages() {}

    public static RotationStatus rotation(Worlds world) {
        return world.plan().status().orElseThrow().rotation();
    }

    public static Optional<Phase> phase(Worlds world) {
        return Optional.ofNullable(rotation(world)).map(RotationStatus::phase);
    }

    public static String sha(Ca root) {
        return root.certificate().sha256();
    }
}
