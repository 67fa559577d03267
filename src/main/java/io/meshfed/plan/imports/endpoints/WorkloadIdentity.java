package io.meshfed.plan.imports.endpoints;

import io.meshfed.api.condition.ImportReason;
import io.meshfed.plan.imports.world.Finding;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.ImportTarget;
import io.meshfed.plan.imports.world.RemoteState;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which identities clients of an imported host accept, from {@code spec.serviceAccounts} and the trust domains of the
 * meshes. An identity is a SPIFFE URI, {@code spiffe://<trust domain>/ns/<namespace>/sa/<service account>}, and clients
 * compare it with the subject alternative names that istiod gives them:
 *
 * <ul>
 *   <li>Remote form: exactly the names in the ServiceEntry, which are those of the remotes' trust domains.
 *   <li>Local form: the names of the local pods and of the entry's service account, in this mesh's trust domain.
 * </ul>
 *
 * In both istiod adds the same name in every trust domain alias of this mesh (pkg/spiffe, ExpandWithTrustDomains).
 */
final class WorkloadIdentity {
    private final ImportTarget target;

    WorkloadIdentity(ImportTarget target) {
        this.target = target;
    }

    /**
     * Why the endpoints of a remote must not join the local Service: clients would refuse the remote workload, and the
     * requests that are balanced to it would fail (rule 8). Empty if clients accept it.
     */
    Optional<Finding.IdentityRefused> refusalToJoin(RemoteState remote) {
        List<String> accounts = target.spec().serviceAccounts();
        if (accounts.isEmpty()) {
            return refused(
                    ImportReason.ServiceAccountsUnknown,
                    "spec.serviceAccounts is empty: name the service account of the remote workload, so that clients of the local Service accept it");
        }
        if (accounts.size() > 1) {
            return refused(
                    ImportReason.SeveralServiceAccounts,
                    "spec.serviceAccounts has " + accounts.size()
                            + " entries, but an endpoint that joins a local Service has exactly one service account; run the remote workload under one service account, and list only that one");
        }
        if (!target.mesh().accepts(remote.trustDomain())) {
            return refused(
                    ImportReason.TrustDomainNotAccepted,
                    "clients in this mesh do not accept trust domain " + remote.trustDomain() + " of RemoteMesh "
                            + remote.name() + ": add it to meshConfig.trustDomainAliases of istiod in namespace "
                            + target.mesh().controlPlaneNamespace()
                            + " (authorization policies then treat the identities of both meshes as the same)");
        }
        return Optional.empty();
    }

    private static Optional<Finding.IdentityRefused> refused(ImportReason reason, String message) {
        return Optional.of(new Finding.IdentityRefused(reason, message));
    }

    /** The service account of an entry that joins the local Service; only where {@link #refusalToJoin} is empty. */
    String joiningServiceAccount() {
        return target.spec().serviceAccounts().get(0);
    }

    /**
     * What clients of the local Service accept.
     *
     * @param remotes names of the remotes whose endpoints join it
     * @return empty if none joins
     */
    Optional<Finding> acceptedOfLocalService(List<String> remotes) {
        return remotes.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding.IdentityAccepted("clients of the local Service accept service account "
                        + String.join(", ", target.spec().serviceAccounts()) + " of " + String.join(", ", remotes)));
    }

    /** The {@code subjectAltNames} of the ServiceEntry, sorted. Empty without service accounts; then clients accept any identity. */
    List<String> subjectAltNames(Collection<ImportSource> sources) {
        return identities(trustDomains(sources));
    }

    /** What clients of the ServiceEntry accept; empty if no remote has an endpoint. */
    Optional<Finding> acceptedOfServiceEntry(Collection<ImportSource> sources) {
        if (sources.isEmpty()) {
            return Optional.empty();
        }
        if (target.spec().serviceAccounts().isEmpty()) {
            return Optional.of(new Finding.IdentityUnrestricted("clients accept any workload of either mesh as "
                    + target.host() + "; set spec.serviceAccounts to the service accounts of the remote workload"));
        }
        Set<String> trustDomains = trustDomains(sources);
        trustDomains.addAll(target.mesh().trustDomainAliases());
        return Optional.of(new Finding.IdentityAccepted(
                "clients accept only " + String.join(", ", identities(trustDomains)) + limitOfLocalService()));
    }

    /** A warning ahead of time: see {@code SeveralServiceAccounts} in {@link #refusalToJoin}. */
    private String limitOfLocalService() {
        return target.spec().serviceAccounts().size() == 1
                ? ""
                : "; if a local Service of this name is created, no remote endpoint joins it, because"
                        + " spec.serviceAccounts has several entries";
    }

    private List<String> identities(Set<String> trustDomains) {
        TreeSet<String> names = new TreeSet<>();
        for (String trustDomain : trustDomains) {
            for (String account : target.spec().serviceAccounts()) {
                names.add("spiffe://" + trustDomain + "/ns/" + target.namespace() + "/sa/" + account);
            }
        }
        return List.copyOf(names);
    }

    private static Set<String> trustDomains(Collection<ImportSource> sources) {
        return sources.stream().map(source -> source.remote().trustDomain()).collect(Collectors.toSet());
    }
}
