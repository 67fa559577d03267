package io.meshfed.reconcile;

import io.meshfed.api.condition.Condition;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.RemoteState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What the reconcilers tell each other: the mesh and the remotes, reduced to what the others depend on. A value that
 * did not change is no news, and that is the whole fan-in: an address change in the RemoteGateway form changes no
 * {@link RemoteState}, so it requeues no import.
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
     * @param trusted for each RemoteMesh that gives roots of its own: the draft of its Trusted condition
     * @param gatewayNetworks networks for which istiod's mesh networks name a gateway
     * @param istiodSince when istiod was seen to run here first; empty if it was not, long ago where that cannot be told
     */
    public record ActiveMesh(
            String federation,
            String gatewayNamespace,
            Optional<LocalMesh> mesh,
            Map<String, Condition> trusted,
            Set<String> gatewayNetworks,
            Optional<Instant> istiodSince) {
        private boolean sameForImports(ActiveMesh other) {
            return federation.equals(other.federation)
                    && gatewayNamespace.equals(other.gatewayNamespace)
                    && mesh.equals(other.mesh);
        }
    }

    /** What a publication changed. */
    public enum News {
        /** Nothing that anybody depends on. */
        NONE,
        /** What only remotes look at: their trust, the gateways that istiod knows. */
        REMOTES,
        /** What this mesh is. */
        MESH
    }

    /** The active mesh, once its MeshFederation was reconciled. */
    public Optional<ActiveMesh> mesh() {
        return mesh.get();
    }

    /** Tells of the active mesh. */
    public News publish(ActiveMesh active) {
        Optional<ActiveMesh> before = mesh.getAndSet(Optional.of(active));
        if (before.filter(active::equals).isPresent()) {
            return News.NONE;
        }
        return before.filter(active::sameForImports).isPresent() ? News.REMOTES : News.MESH;
    }

    /** Tells that there is no active mesh any more. */
    public void withdrawMesh() {
        mesh.set(Optional.empty());
    }

    /** The remote of that name, once its RemoteMesh was reconciled. */
    public Optional<RemoteState> remote(String name) {
        return Optional.ofNullable(remotes.get(name));
    }

    /** Tells of a remote; whether that was news. */
    public boolean publish(RemoteState remote) {
        return !remote.equals(remotes.put(remote.name(), remote));
    }

    /** Tells that a remote is gone; whether that was news. */
    public boolean withdraw(String remote) {
        return remotes.remove(remote) != null;
    }
}
