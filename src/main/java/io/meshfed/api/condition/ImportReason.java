package io.meshfed.api.condition;

import static io.meshfed.api.condition.ConditionType.IdentityAccepted;
import static io.meshfed.api.condition.ConditionType.Resolved;
import static io.meshfed.api.condition.Reason.Explanation.means;
import static io.meshfed.api.condition.Reason.Outlook.GOOD;
import static io.meshfed.api.condition.Reason.Outlook.NEEDS_ACTION;
import static io.meshfed.api.condition.Reason.Outlook.PASSES;

import java.util.List;

/** Reasons of the conditions of an ImportedService. */
public enum ImportReason implements Reason {
    NoMeshFederation(
            NEEDS_ACTION,
            means(
                    "There is no MeshFederation, so the operator does not know this mesh. Existing objects stay.",
                    "Create one.",
                    Resolved,
                    IdentityAccepted,
                    ConditionType.Conflict)),
    MeshUnknown(
            NEEDS_ACTION,
            means(
                    "The operator does not know this mesh's trust domain or istiod's mesh config. Existing objects stay.",
                    "See `MeshConfigured` of the MeshFederation.",
                    Resolved,
                    IdentityAccepted,
                    ConditionType.Conflict)),
    NamespaceNotAllowed(
            NEEDS_ACTION,
            means(
                    "`spec.imports.namespaceSelector` of the MeshFederation does not match this namespace.",
                    "Label the namespace as the selector asks, or import in another namespace.",
                    Resolved)),
    ReservedName(
            NEEDS_ACTION,
            means(
                    "The host belongs to this cluster's control plane (the API server or istiod).",
                    "Delete the ImportedService.",
                    Resolved)),
    NoRemote(NEEDS_ACTION, means("There is no RemoteMesh.", "Create one for the mesh that serves the host.", Resolved)),
    RemoteUnknown(
            NEEDS_ACTION,
            means(
                    "`spec.from` names a RemoteMesh that does not exist.",
                    "Create it, or correct `spec.from`.",
                    Resolved)),
    RemoteRefused(
            NEEDS_ACTION,
            means(
                    "Nothing can be written for the RemoteMesh; the message says why.",
                    "See the conditions of the RemoteMesh.",
                    Resolved)),
    IdentityNotAccepted(
            NEEDS_ACTION,
            means(
                    "Clients of the local Service would not accept the remote's identity, so its endpoints are left out.",
                    "See `IdentityAccepted`.",
                    Resolved)),
    RemoteSuspended(
            NEEDS_ACTION,
            means(
                    "`spec.suspend` of the RemoteMesh is true, and the import had no endpoint there before.",
                    "If this is not intended, set `spec.suspend: false` on the RemoteMesh.",
                    Resolved)),
    AllDrained(
            NEEDS_ACTION,
            means(
                    "`spec.drained` of every RemoteMesh that serves the host is true.",
                    "If this is not intended, set `spec.drained: false` on the RemoteMesh.",
                    Resolved)),
    PortsUnknown(
            NEEDS_ACTION,
            means(
                    "The operator does not know the ports of the host.",
                    "List them in `spec.ports`, with the numbers that they have in the remote mesh.",
                    Resolved)),
    PortCannotBeMapped(
            NEEDS_ACTION,
            means(
                    "A port of the local Service has no name, or too long a name, so an entry with an address cannot map it to the"
                            + " gateway's port.",
                    "Name the port, or create the RemoteMesh again with `spec.gateway.addressing: RemoteGateway`.",
                    Resolved)),
    LocalServiceMissing(
            NEEDS_ACTION,
            means(
                    "`spec.mode` is Local, and there is no Service of that name.",
                    "Create the Service, or set `spec.mode` to Auto or Remote.",
                    Resolved)),
    LocalityUnknown(
            NEEDS_ACTION,
            means(
                    "Locality mode Distribute needs the locality of every mesh, and one is missing.",
                    "Set `spec.mesh.locality` of the MeshFederation and `spec.locality` of each RemoteMesh.",
                    Resolved)),
    LocalitiesOverlap(
            NEEDS_ACTION,
            means(
                    "Locality mode Distribute cannot distinguish two meshes, because one locality contains the other.",
                    "Give each mesh a locality of its own.",
                    Resolved)),
    Conflict(NEEDS_ACTION, means("Nothing is joined because of a conflict.", "See `Conflict`.", Resolved)),
    GatewayUnknown(
            PASSES,
            means(
                    "The gateway of a RemoteMesh is not registered, or no usable address of it is known yet.",
                    "See `GatewayKnown` of the RemoteMesh.",
                    Resolved)),
    Imported(GOOD, means("The host has endpoints of the remotes that the message names.", "", Resolved)),
    Suspended(
            GOOD,
            means(
                    "`spec.suspend` is true: the operator writes and deletes nothing. `Ready` is Unknown meanwhile.",
                    "",
                    Resolved,
                    IdentityAccepted,
                    ConditionType.Conflict)),
    ServiceAccountsUnknown(
            NEEDS_ACTION,
            means(
                    "`spec.serviceAccounts` is empty. With a local Service the remote is left out; without one (status Unknown) clients"
                            + " accept any workload of either mesh as the host.",
                    "Set `spec.serviceAccounts` to the service accounts of the remote workload.",
                    IdentityAccepted)),
    SeveralServiceAccounts(
            NEEDS_ACTION,
            means(
                    "`spec.serviceAccounts` has several entries; an entry that joins a local Service takes exactly one.",
                    "Run the remote workload under one service account, and list only that one.",
                    IdentityAccepted)),
    TrustDomainNotAccepted(
            NEEDS_ACTION,
            means(
                    "Clients of the local Service do not accept the remote's trust domain.",
                    "Add it to `meshConfig.trustDomainAliases` of this mesh's istiod.",
                    IdentityAccepted)),
    Accepted(GOOD, means("Clients accept the identities that the message lists, and no others.", "", IdentityAccepted)),
    NothingJoined(
            GOOD, means("The host has no remote endpoint, so there is no identity to check.", "", IdentityAccepted)),
    LocalServiceExists(
            NEEDS_ACTION,
            means(
                    "`spec.mode` is Remote, and there is a local Service of that name.",
                    "Delete the Service, or set `spec.mode` to Auto or Local.",
                    ConditionType.Conflict)),
    ExternalNameService(
            NEEDS_ACTION,
            means(
                    "The local Service has type ExternalName. Istio joins no endpoints into such a Service.",
                    "Delete it, or make it a ClusterIP Service with a selector.",
                    ConditionType.Conflict)),
    HeadlessService(
            NEEDS_ACTION,
            means(
                    "The local Service is headless. Istio joins no endpoints into such a Service.",
                    "Delete it, or give it a cluster IP.",
                    ConditionType.Conflict)),
    SelectorlessService(
            NEEDS_ACTION,
            means(
                    "The local Service has no selector. Istio joins no endpoints into such a Service.",
                    "Delete it, or give it a selector.",
                    ConditionType.Conflict)),
    NoTcpPort(
            NEEDS_ACTION,
            means(
                    "The local Service has no TCP port. The gateway carries TCP only.",
                    "Give it a TCP port, or delete the ImportedService.",
                    ConditionType.Conflict)),
    PortMismatch(
            NEEDS_ACTION,
            means(
                    "`spec.ports` and the local Service differ in ports or protocols; the message lists both.",
                    "Make both the same.",
                    ConditionType.Conflict)),
    SelectorShared(
            NEEDS_ACTION,
            means(
                    "The entries would also join another Service, whose selector matches their labels.",
                    "Give the Services selectors of their own.",
                    ConditionType.Conflict)),
    SelectorTakesOurLabel(
            NEEDS_ACTION,
            means(
                    "The selector of the local Service has a label that the operator sets on its entries, with another value.",
                    "Remove that label from the selector.",
                    ConditionType.Conflict)),
    DestinationRuleExists(
            NEEDS_ACTION,
            means(
                    "A DestinationRule that the operator does not own sets the traffic policy of the host, so `spec.loadBalancing` is"
                            + " not applied.",
                    "Delete that rule, or remove `spec.loadBalancing`.",
                    ConditionType.Conflict)),
    NoConflict(GOOD, means("Nothing prevents what the spec asks for.", "", ConditionType.Conflict));

    private final Outlook outlook;
    private final List<Explanation> explanations;

    ImportReason(Outlook outlook, Explanation... explanations) {
        this.outlook = outlook;
        this.explanations = List.of(explanations);
    }

    @Override
    public Outlook outlook() {
        return outlook;
    }

    @Override
    public List<Explanation> explanations() {
        return explanations;
    }
}
