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
 * What to do about this mesh's {@code cacerts} now, and what was observed.
 *
 * @param action the one thing to write, or nothing
 * @param trustReady draft of the MeshFederation's condition {@code TrustReady}; about what was observed, not about
 *     {@code action}
 * @param status public facts about {@code cacerts}; empty if it is not valid
 * @param trusted draft of the condition {@code Trusted} by name of the RemoteMesh; a RemoteMesh that asks for no roots
 *     is absent
 * @param publicRoots the roots in {@code cacerts}, own root first
 * @param istiod the roots of istiod, for the catalogue; empty: not known
 * @param revocation the CAs that sign in this mesh and their revocation lists, PEM, for other meshes; empty if there
 *     are none
 * @param wakeAt when to plan again even if nothing else happens, for example for a renewal
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
