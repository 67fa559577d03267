package io.meshfed.plan.imports.world;

import io.meshfed.api.Selector;
import java.util.Optional;
import java.util.Set;

/**
 * What an import needs to know of this mesh, as effective values. It exists only if all of them are known: before
 * istiod's mesh config was read there is no LocalMesh, because a missing trust domain alias would remove endpoints.
 *
 * @param name name of the MeshFederation
 * @param network network of this mesh
 * @param trustDomain SPIFFE trust domain of this mesh
 * @param trustDomainAliases {@code meshConfig.trustDomainAliases} of istiod
 * @param clusterDomain DNS domain of the cluster's Services, such as {@code cluster.local}
 * @param controlPlaneNamespace namespace of istiod
 * @param rootNamespace namespace of mesh-wide rules
 * @param locality {@code region[/zone[/subzone]]} of this mesh, if the spec has it
 * @param ipFamily default IP family of the cluster's Services; empty: not known
 * @param importNamespaces namespaces in which ImportedServices take effect
 */
public record LocalMesh(
        String name,
        String network,
        String trustDomain,
        Set<String> trustDomainAliases,
        String clusterDomain,
        String controlPlaneNamespace,
        String rootNamespace,
        Optional<String> locality,
        Optional<IpFamily> ipFamily,
        Selector importNamespaces) {

    public LocalMesh {
        trustDomainAliases = Set.copyOf(trustDomainAliases);
    }

    /** Whether istiod treats identities of that trust domain as this mesh's own. */
    public boolean accepts(String otherTrustDomain) {
        return trustDomain.equals(otherTrustDomain) || trustDomainAliases.contains(otherTrustDomain);
    }
}
