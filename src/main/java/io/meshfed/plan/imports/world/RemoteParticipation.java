package io.meshfed.plan.imports.world;

import io.meshfed.api.RemoteMeshSpec;

/** Whether a RemoteMesh takes part in balancing: the combined effect of {@code spec.suspend} and {@code spec.drained}. */
public enum RemoteParticipation {
    /** Its endpoints are written. */
    Active,
    /** {@code spec.drained}: its endpoints are removed. */
    Drained,
    /** {@code spec.suspend}: existing endpoints are left unchanged, and none are added. */
    Suspended;

    /** Suspension wins: a suspended remote is not touched, even if it is drained as well. */
    public static RemoteParticipation of(RemoteMeshSpec spec) {
        if (spec.suspend()) {
            return Suspended;
        }
        return spec.drained() ? Drained : Active;
    }
}
