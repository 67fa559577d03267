package io.meshfed.plan.imports.world;

import io.meshfed.api.Selector;
import java.util.Optional;
import java.util.Set;

/**
 * This mesh as an import sees it, effective values. It exists only where all of them are known: with istiod's mesh
 * configuration unread there is no LocalMesh, because a missing trust-domain alias takes endpoints out.
 *
 * @param name name of the MeshFederation
 * @param network network of this mesh
 * @param trustDomain SPIFFE trust domain of this mesh
 * @param trustDomainAliases {@code meshConfig.trustDomainAliases} of istiod
 * @param clusterDomain DNS domain of the cluster's Services, such as {@code cluster.local}
 * @param controlPlaneNamespace namespace of istiod
 * @param rootNamespace namespace of mesh-wide rules
 * @param locality {@code region[/zone[/subzone]]} of this mesh, if the user gave it
 * @param ipFamily the family that Services of this cluster have unless they ask for another; empty: not known
 * @param importNamespaces namespaces in which ImportedServices are honoured
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

    /** Whether istiod takes an identity of that trust domain for one of this mesh. */
    public boolean accepts(String otherTrustDomain) {
        return trustDomain.equals(otherTrustDomain) || trustDomainAliases.contains(otherTrustDomain);
    }
}
