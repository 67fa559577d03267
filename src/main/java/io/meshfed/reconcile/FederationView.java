package io.meshfed.reconcile;

import io.meshfed.api.condition.Condition;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.RemoteState;
import io.meshfed.trust.world.IstiodSettings;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What the reconcilers publish for each other: the mesh and the remotes, reduced to what the other reconcilers depend on. All
 * values are immutable. A publication that equals the one before wakes nothing, which keeps the fan-out small: an address
 * change with addressing RemoteGateway changes no {@link RemoteState}, so it reconciles no import.
 */
public final class FederationView {
    private final AtomicReference<Optional<ActiveMesh>> mesh = new AtomicReference<>(Optional.empty());
    private final Map<String, RemoteState> remotes = new ConcurrentHashMap<>();

    /**
     * The active MeshFederation in effective values.
     *
     * @param federation name of the MeshFederation
     * @param gatewayNamespace where gateways are written
     * @param mesh what imports depend on; empty while istiod's configuration contradicts the spec or is not known
     * @param trust what plans of trust need besides the caches; empty while the trust of this mesh has not been planned
     * @param trusted for each RemoteMesh that has roots of its own: the draft of its condition Trusted
     * @param gatewayNetworks networks for which istiod's mesh networks name a gateway
     * @param istiodSince when istiod first ran here; empty if it has not run, {@link Instant#EPOCH} if the time is not known
     */
    public record ActiveMesh(
            String federation,
            String gatewayNamespace,
            Optional<LocalMesh> mesh,
            Optional<TrustSnapshot> trust,
            Map<String, Condition> trusted,
            Set<String> gatewayNetworks,
            Optional<Instant> istiodSince) {
        private boolean sameForImports(ActiveMesh other) {
            return federation.equals(other.federation)
                    && gatewayNamespace.equals(other.gatewayNamespace)
                    && mesh.equals(other.mesh);
        }
    }

    /**
     * What a plan of trust needs besides the caches, as the last reconciliation of the MeshFederation found it. It holds no
     * keys.
     *
     * @param settings how istiod is configured
     * @param trustDomain of this mesh; empty: not known
     */
    public record TrustSnapshot(IstiodSettings settings, Optional<String> trustDomain) {}

    /** Which reconcilers a publication concerns. */
    public enum Effect {
        /** None: nothing changed. */
        NONE,
        /** Remotes only: trust, or the gateways that istiod knows. */
        REMOTES,
        /** Remotes and imports. */
        MESH
    }

    /** The active mesh; empty until its MeshFederation was reconciled. */
    public Optional<ActiveMesh> mesh() {
        return mesh.get();
    }

    /** Publishes the active mesh. */
    public Effect publish(ActiveMesh active) {
        Optional<ActiveMesh> before = mesh.getAndSet(Optional.of(active));
        if (before.filter(active::equals).isPresent()) {
            return Effect.NONE;
        }
        return before.filter(active::sameForImports).isPresent() ? Effect.REMOTES : Effect.MESH;
    }

    /** Ends the publication: there is no active mesh any more. */
    public void withdrawMesh() {
        mesh.set(Optional.empty());
    }

    /** The remote of that name; empty until its RemoteMesh was reconciled. */
    public Optional<RemoteState> remote(String name) {
        return Optional.ofNullable(remotes.get(name));
    }

    /** Publishes a remote; returns whether it changed. */
    public boolean publish(RemoteState remote) {
        return !remote.equals(remotes.put(remote.name(), remote));
    }

    /** Ends the publication of a remote; returns whether there was one. */
    public boolean withdraw(String remote) {
        return remotes.remove(remote) != null;
    }
}
