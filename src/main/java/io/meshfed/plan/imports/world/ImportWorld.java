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
 * @param service the import; its status is the memory of ports
 * @param mesh this mesh; empty when there is no MeshFederation or it is not known, which means keep everything
 * @param remotes every RemoteMesh there is
 * @param namespaceLabels labels of the import's namespace
 * @param localService the Service of the import's name in its namespace
 * @param presentServiceEntry our ServiceEntry as it stands
 * @param presentWorkloadEntries our WorkloadEntries as they stand
 * @param otherRules DestinationRules of others, in any namespace, whose host is or covers this host
 * @param exportedThrough namespace of this mesh's own east-west gateway, if that exports the local Service
 * @param otherServices the other Services of the namespace: their selectors may catch our WorkloadEntries too
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

    /** A world in which nothing is exported and the namespace has no other Services. */
    public ImportWorld(
            ImportedService service,
            Optional<LocalMesh> mesh,
            List<RemoteState> remotes,
            Map<String, String> namespaceLabels,
            Optional<Service> localService,
            Optional<ServiceEntry> presentServiceEntry,
            List<WorkloadEntry> presentWorkloadEntries,
            List<DestinationRule> otherRules) {
        this(
                service,
                mesh,
                remotes,
                namespaceLabels,
                localService,
                presentServiceEntry,
                presentWorkloadEntries,
                otherRules,
                Optional.empty(),
                List.of());
    }
}
