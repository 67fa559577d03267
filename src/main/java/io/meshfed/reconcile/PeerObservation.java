package io.meshfed.reconcile;

import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.ExportedMesh;
import java.util.Optional;

/**
 * What trust depends on of another mesh, as it can be read now. Connection state and gateway address are not part of it.
 *
 * @param catalogue what the mesh publishes, without its gateway; empty: it cannot be read
 * @param cacertsReadable whether Secret {@code cacerts} of the mesh can be read, if this mesh issues it
 * @param cacerts that Secret; empty: it does not exist or cannot be read
 */
public record PeerObservation(
        Optional<ExportedMesh.Spec> catalogue, boolean cacertsReadable, Optional<Secret> cacerts) {
    /** Nothing can be read. */
    public static final PeerObservation NOTHING = new PeerObservation(Optional.empty(), false, Optional.empty());

    public PeerObservation {
        catalogue = catalogue.map(ExportedMesh.Spec::withoutGateway);
    }

    /** Names what is there; the Secret holds a private key. */
    @Override
    public String toString() {
        return "PeerObservation[catalogue=" + (catalogue.isPresent() ? "present" : "absent") + ", cacertsReadable="
                + cacertsReadable + ", cacerts=" + (cacerts.isPresent() ? "present" : "absent") + "]";
    }
}
