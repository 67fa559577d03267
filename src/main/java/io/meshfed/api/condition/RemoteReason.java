package io.meshfed.api.condition;

import static io.meshfed.api.condition.ConditionType.CacertsIssued;
import static io.meshfed.api.condition.ConditionType.GatewayKnown;
import static io.meshfed.api.condition.ConditionType.Trusted;
import static io.meshfed.api.condition.Reason.Explanation.means;
import static io.meshfed.api.condition.Reason.Outlook.GOOD;
import static io.meshfed.api.condition.Reason.Outlook.NEEDS_ACTION;
import static io.meshfed.api.condition.Reason.Outlook.PASSES;

import java.util.List;

/** Reasons of the conditions that only a RemoteMesh has, besides those of its connection and of trust. */
public enum RemoteReason implements Reason {
    NoMeshFederation(
            NEEDS_ACTION,
            means("There is no MeshFederation, so the operator does not know this mesh.", "Create one.", GatewayKnown)),
    OwnNetwork(
            NEEDS_ACTION,
            means("`spec.network` is this mesh's own network.", "Set it to the other mesh's network.", GatewayKnown)),
    NetworkTaken(
            NEEDS_ACTION,
            means(
                    "An older RemoteMesh has the same `spec.network`.",
                    "Give every mesh a network of its own.",
                    GatewayKnown)),
    AddressRefused(
            NEEDS_ACTION,
            means(
                    "An address cannot be that of a gateway (for example loopback or link-local). The last known addresses stay.",
                    "Correct `spec.gateway.addresses`, or the Service in the other cluster.",
                    GatewayKnown)),
    ServiceAbsent(
            NEEDS_ACTION,
            means(
                    "The other cluster does not have the Service that `spec.gateway.service` names. The last known addresses stay.",
                    "Correct `spec.gateway.service`, or install the gateway there.",
                    GatewayKnown)),
    InlineRefused(
            NEEDS_ACTION,
            means(
                    "istiod knows a gateway of that network from elsewhere (a labelled Service or Gateway, or key `meshNetworks`), which"
                            + " would take precedence over inline addresses.",
                    "Remove one of the two.",
                    GatewayKnown)),
    AddressPending(
            PASSES,
            means(
                    "The gateway's Service in the other cluster has no load balancer address. The last known addresses stay.",
                    "Check the load balancer in the other cluster.",
                    GatewayKnown)),
    GatewayUnknown(
            PASSES,
            means(
                    "The operator has not yet reached the other cluster, so it does not know the gateway.",
                    "See `Connected`.",
                    GatewayKnown)),
    WaitingForIstiod(
            PASSES,
            means(
                    "istiod has not run yet, so the operator cannot choose how to register the gateway (`spec.gateway.addressing:"
                            + " Auto`).",
                    "Check that istiod is installed and running.",
                    GatewayKnown)),
    FromSpec(GOOD, means("The addresses are those of `spec.gateway.addresses`.", "", GatewayKnown)),
    FromService(GOOD, means("The addresses are those of the Service in the other cluster.", "", GatewayKnown)),
    LastKnown(
            GOOD,
            means("The other cluster cannot be read now; the last known addresses stay in use.", "", GatewayKnown)),
    CommonRootAssumed(
            GOOD,
            means(
                    "`spec.trust.roots` is empty, so the operator assumes that both meshes share a root. It cannot check that.",
                    "",
                    Trusted)),
    NamespaceMissing(
            NEEDS_ACTION,
            means(
                    "The other cluster does not have the control-plane namespace to which `cacerts` is to be written.",
                    "Create it there, or correct `spec.trust.issueCacerts.controlPlaneNamespace`.",
                    CacertsIssued)),
    CacertsUnreadable(
            NEEDS_ACTION,
            means(
                    "The other cluster returned a Secret `cacerts` whose values are null or not base64. No API server stores such"
                            + " values.",
                    "Check what answers at the address in that kubeconfig, and delete the Secret there.",
                    CacertsIssued)),
    RemoteSuspended(
            NEEDS_ACTION,
            means(
                    "`spec.suspend` of the RemoteMesh holds back a write that is due; the message says which.",
                    "Remove `spec.suspend` before the intermediate of the other mesh expires.",
                    CacertsIssued)),
    WriteRefused(
            NEEDS_ACTION,
            means(
                    "The other cluster's API server refused to write `cacerts`; the message has the HTTP code.",
                    "403: grant the credential `get, list, watch, create, patch` on Secret `cacerts`, and check quotas and admission"
                            + " policies there. 422 or 400: the Secret is `immutable: true` (delete it and create it again), or an"
                            + " admission policy or webhook there rejects it.",
                    CacertsIssued)),
    WebhookUnavailable(
            PASSES,
            means(
                    "An admission webhook of the other cluster does not answer, so `cacerts` cannot be written there. The operator"
                            + " retries.",
                    "Check the webhook in the other cluster.",
                    CacertsIssued));

    private final Outlook outlook;
    private final List<Explanation> explanations;

    RemoteReason(Outlook outlook, Explanation... explanations) {
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
