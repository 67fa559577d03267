package io.meshfed.api.condition;

import static io.meshfed.api.condition.ConditionType.Conflict;
import static io.meshfed.api.condition.ConditionType.GatewayKnown;
import static io.meshfed.api.condition.ConditionType.GatewayReady;
import static io.meshfed.api.condition.ConditionType.MeshConfigured;
import static io.meshfed.api.condition.ConditionType.Resolved;
import static io.meshfed.api.condition.ConditionType.TrustReady;
import static io.meshfed.api.condition.Reason.Explanation.means;
import static io.meshfed.api.condition.Reason.Outlook.NEEDS_ACTION;
import static io.meshfed.api.condition.Reason.Outlook.PASSES;

import java.util.List;

/** Reasons about objects of this cluster that the operator cannot read or write, on several conditions. */
public enum ObjectReason implements Reason {
    ForeignObject(
            NEEDS_ACTION,
            means(
                    "An object with that name exists and the operator does not own it.",
                    "Delete or rename it, or [hand it over](#hand-an-object-over). The Secret `meshfed-intermediate` cannot be handed"
                            + " over.",
                    Conflict,
                    GatewayReady,
                    GatewayKnown)),
    ContestedObject(
            NEEDS_ACTION,
            means(
                    "Another client keeps changing or deleting the object. The operator pauses its repairs for a minute.",
                    "Stop the other writer; `metadata.managedFields` of the object names it.",
                    Conflict,
                    GatewayReady,
                    GatewayKnown)),
    WriteRefused(
            NEEDS_ACTION,
            means(
                    "The API server refuses the change: a quota, an admission policy, an immutable field, or a missing namespace. The"
                            + " message quotes the API server.",
                    "Remove the cause. If the field cannot change, delete the object.",
                    Conflict,
                    GatewayReady,
                    GatewayKnown)),
    LocalClusterNotReadable(
            NEEDS_ACTION,
            means(
                    "The operator cannot list or watch a kind in this cluster: the kind is not installed (in most cases Istio's CRDs),"
                            + " or the operator's role does not include it. Existing objects stay.",
                    "Install the CRDs, or install the chart with the value that adds the kind to the role.",
                    TrustReady,
                    MeshConfigured,
                    GatewayReady,
                    GatewayKnown,
                    Resolved)),
    WebhookUnavailable(
            PASSES,
            means(
                    "An admission webhook with `failurePolicy: Fail` does not answer; the message names it. The operator retries after"
                            + " 1, 2, 4 … 30 seconds. Other objects are not affected.",
                    "Check the Service and the pods behind the webhook.",
                    Conflict,
                    GatewayReady,
                    GatewayKnown));

    private final Outlook outlook;
    private final List<Explanation> explanations;

    ObjectReason(Outlook outlook, Explanation... explanations) {
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
