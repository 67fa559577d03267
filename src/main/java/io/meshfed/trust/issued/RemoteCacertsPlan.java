package io.meshfed.trust.issued;

import io.meshfed.api.RemoteMeshStatus.IssuedStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.rotation.TrustAction;
import java.time.Instant;
import java.util.Optional;

/**
 * What to do about the {@code cacerts} of another mesh, and what was observed.
 *
 * @param action the one thing to write, in the other mesh, or nothing
 * @param issued draft of the RemoteMesh's condition {@code CacertsIssued}; about what was observed, not about
 *     {@code action}
 * @param status public facts about that Secret, if this mesh issued it and it verifies
 * @param due whether that Secret is due for renewal
 * @param wakeAt when to plan again even if nothing else happens
 */
public record RemoteCacertsPlan(
        TrustAction action, Condition issued, Optional<IssuedStatus> status, boolean due, Optional<Instant> wakeAt) {}
