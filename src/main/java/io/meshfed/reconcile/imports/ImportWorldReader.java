package io.meshfed.reconcile.imports;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.apply.Owner;
import io.meshfed.plan.imports.world.ImportWorld;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.RemoteState;
import io.meshfed.plan.mesh.ExportPlanner;
import io.meshfed.reconcile.FederationView;
import io.meshfed.reconcile.LocalCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gathers what an import is planned from. */
final class ImportWorldReader {
    private final LocalCluster cluster;
    private final FederationView view;

    ImportWorldReader(LocalCluster cluster, FederationView view) {
        this.cluster = cluster;
        this.view = view;
    }

    /** Every remote in effective values; empty until each of them was reconciled. */
    Optional<List<RemoteState>> remotes() {
        List<RemoteState> all = new ArrayList<>();
        for (RemoteMesh remote : cluster.all(RemoteMesh.class).list()) {
            if (remote.getMetadata().getDeletionTimestamp() != null) {
                continue;
            }
            // What is published may be of a deleted RemoteMesh of the same name, with another network.
            Optional<RemoteState> published = view.remote(remote.getMetadata().getName())
                    .filter(r -> r.network().equals(remote.getSpec().network()));
            if (published.isEmpty()) {
                return Optional.empty();
            }
            all.add(published.get());
        }
        return Optional.of(all);
    }

    /** @param federation the active MeshFederation, if its object is in the cache */
    ImportWorld world(
            ImportedService service,
            Optional<LocalMesh> mesh,
            Optional<MeshFederation> federation,
            List<RemoteState> remotes,
            ImportOutputs.Present present) {
        Owner owner = Owner.of(service);
        String namespace = service.getMetadata().getNamespace();
        String name = service.getMetadata().getName();
        Map<String, String> labels = cluster.all(Namespace.class)
                .get("", namespace)
                .map(n -> n.getMetadata().getLabels())
                .orElse(Map.of());
        Optional<Service> local = cluster.all(Service.class).get(namespace, name);
        return new ImportWorld(
                service,
                mesh,
                remotes,
                labels,
                local,
                present.serviceEntry(),
                present.workloadEntries(),
                mesh.stream()
                        .flatMap(m -> cluster.rulesFor(namespace, name, m.clusterDomain()).stream())
                        .filter(rule -> !owner.owns(rule))
                        .toList(),
                federation
                        .filter(f -> local.filter(s -> ExportPlanner.exports(f, s, labels))
                                .isPresent())
                        .map(f -> f.getSpec().gateway().namespace()),
                cluster.all(Service.class).list(namespace).stream()
                        .filter(s -> !s.getMetadata().getName().equals(name))
                        .toList());
    }
}
