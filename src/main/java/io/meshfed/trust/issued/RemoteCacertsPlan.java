package io.meshfed.trust.issued;

import io.meshfed.api.RemoteMeshStatus.IssuedStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.rotation.TrustAction;
import java.time.Instant;
import java.util.Optional;

/**
 * What to do about the {@code cacerts} of another mesh, and what was seen of it.
 *
 * @param action the one thing to write, in the other mesh, or nothing
 * @param issued draft of the RemoteMesh's condition {@code CacertsIssued}; speaks of what was observed, not of
 *     {@code action}
 * @param status public facts of what stands there, if it is this mesh's work and verifies
 * @param due whether the time has come to renew what stands there
 * @param wakeAt when to look again even if no event comes
 */
public record RemoteCacertsPlan(
        TrustAction action, Condition issued, Optional<IssuedStatus> status, boolean due, Optional<Instant> wakeAt) {}
