package io.meshfed.trust;

import io.meshfed.api.ExportedMesh;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.trust.rotation.TrustAction;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to do about trust now, and what was seen.
 *
 * @param action the one thing to write, or nothing
 * @param trustReady draft of the MeshFederation's condition {@code TrustReady}; speaks of what was observed, not of
 *     {@code action}
 * @param status public facts of the {@code cacerts} in force; empty if there are none that verify
 * @param trusted draft of the condition {@code Trusted} by name of the RemoteMesh; a RemoteMesh that gives no roots is
 *     absent
 * @param publicRoots the roots in {@code cacerts}, own root first
 * @param istiod what istiod runs on, for the catalogue; empty: it is not known
 * @param revocation the CAs that sign in this mesh and their revocation lists, PEM, for other meshes; empty if there are
 *     none
 * @param wakeAt when to look again even if no event comes: a renewal or an end of life
 */
public record TrustPlan(
        TrustAction action,
        Condition trustReady,
        Optional<MeshFederationStatus.TrustStatus> status,
        Map<String, Condition> trusted,
        List<ExportedMesh.PublicRoot> publicRoots,
        Optional<ExportedMesh.Istiod> istiod,
        Optional<String> revocation,
        Optional<Instant> wakeAt) {

    public TrustPlan {
        trusted = Map.copyOf(trusted);
        publicRoots = List.copyOf(publicRoots);
    }
}
