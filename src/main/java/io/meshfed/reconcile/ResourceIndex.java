package io.meshfed.reconcile;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.watch.ClusterWatch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The custom resources that a change may concern. */
public interface ResourceIndex {
    /** The kinds that every import is planned from. */
    Set<Class<? extends HasMetadata>> READ_BY_IMPORTS = Set.of(
            Service.class,
            Namespace.class,
            RemoteMesh.class,
            MeshFederation.class,
            ServiceEntry.class,
            WorkloadEntry.class,
            DestinationRule.class);

    /** All MeshFederations. */
    List<MeshFederation> federations();

    /** All RemoteMeshes. */
    List<RemoteMesh> remotes();

    /** All ImportedServices. */
    List<ImportedService> imports();

    /** The ImportedServices of a namespace. */
    List<ImportedService> imports(String namespace);

    /** One ImportedService. */
    Optional<ImportedService> imported(String namespace, String name);

    /** Whether a Service of that name exists. */
    boolean hasService(String namespace, String name);

    /** Whether imports wait for the cache of a kind that they are planned from. */
    boolean importsWait();

    /** The index over the caches of the local cluster. */
    static ResourceIndex of(LocalCluster cluster) {
        return new ResourceIndex() {
            @Override
            public List<MeshFederation> federations() {
                return cluster.all(MeshFederation.class).list();
            }

            @Override
            public List<RemoteMesh> remotes() {
                return cluster.all(RemoteMesh.class).list();
            }

            @Override
            public List<ImportedService> imports() {
                return cluster.all(ImportedService.class).list();
            }

            @Override
            public List<ImportedService> imports(String namespace) {
                return cluster.all(ImportedService.class).list(namespace);
            }

            @Override
            public Optional<ImportedService> imported(String namespace, String name) {
                return cluster.all(ImportedService.class).get(namespace, name);
            }

            @Override
            public boolean hasService(String namespace, String name) {
                return cluster.all(Service.class).get(namespace, name).isPresent();
            }

            @Override
            public boolean importsWait() {
                return readyForImports(cluster).waiting();
            }
        };
    }

    /** Whether the caches of all kinds that imports are planned from are complete. */
    static CacheReadiness readyForImports(LocalCluster cluster) {
        return CacheReadiness.of(READ_BY_IMPORTS.stream()
                        .<ClusterWatch<?>>map(cluster::all)
                        .collect(Collectors.toList()))
                .and(cluster.all(RemoteMesh.class));
    }
}
