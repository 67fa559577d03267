package io.meshfed.plan.imports.world;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.Service;
import io.meshfed.api.ImportedService;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the plan of one import depends on.
 *
 * @param service the import; its status remembers the ports
 * @param mesh this mesh; empty if there is no MeshFederation, or it is not known; then existing objects are kept
 * @param remotes every RemoteMesh
 * @param namespaceLabels labels of the import's namespace
 * @param localService the Service of the import's name in its namespace
 * @param presentServiceEntry our existing ServiceEntry
 * @param presentWorkloadEntries our existing WorkloadEntries
 * @param otherRules DestinationRules of others, in any namespace, whose host is or covers this host
 * @param exportedThrough namespace of this mesh's own east-west gateway, if it exports the local Service
 * @param otherServices the other Services of the namespace: their selectors may match our WorkloadEntries too
 */
public record ImportWorld(
        ImportedService service,
        Optional<LocalMesh> mesh,
        List<RemoteState> remotes,
        Map<String, String> namespaceLabels,
        Optional<Service> localService,
        Optional<ServiceEntry> presentServiceEntry,
        List<WorkloadEntry> presentWorkloadEntries,
        List<DestinationRule> otherRules,
        Optional<String> exportedThrough,
        List<Service> otherServices) {

    public ImportWorld {
        remotes = List.copyOf(remotes);
        namespaceLabels = Map.copyOf(namespaceLabels);
        presentWorkloadEntries = List.copyOf(presentWorkloadEntries);
        otherRules = List.copyOf(otherRules);
        otherServices = List.copyOf(otherServices);
    }
}
