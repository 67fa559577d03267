package io.meshfed.api.condition;

import static io.meshfed.api.condition.ConditionType.CacertsIssued;
import static io.meshfed.api.condition.Reason.Explanation.means;
import static io.meshfed.api.condition.Reason.Outlook.GOOD;
import static io.meshfed.api.condition.Reason.Outlook.NEEDS_ACTION;
import static io.meshfed.api.condition.Reason.Outlook.PASSES;

import java.util.List;

/** Reasons of a connection to another cluster; those of a failed one are the words of the failure. */
public enum ConnectionReason implements Reason {
    SecretMissing(
            NEEDS_ACTION,
            means(
                    "The kubeconfig Secret, or the key in it, does not exist in the operator's namespace.",
                    "Create the Secret that the message names.",
                    ConditionType.Connected,
                    CacertsIssued)),
    Unauthorized(
            NEEDS_ACTION,
            means(
                    "The API server does not accept the credential (401).",
                    "[Replace the credential](#replace-a-credential).",
                    ConditionType.Connected,
                    CacertsIssued)),
    Forbidden(
            NEEDS_ACTION,
            means(
                    "The credential may not read the gateway's Service or the catalogue (403).",
                    "Grant it `get, list, watch` on them, or [replace the credential](#replace-a-credential).",
                    ConditionType.Connected),
            means(
                    "The credential may not read Secret `cacerts` of the other mesh (403).",
                    "Grant it `get, list, watch, create, patch` on that Secret, or correct"
                            + " `spec.trust.issueCacerts.controlPlaneNamespace`.",
                    CacertsIssued)),
    TlsFailure(
            NEEDS_ACTION,
            means(
                    "The TLS handshake with the API server failed.",
                    "Check the CA, the server name and the client certificate in the kubeconfig.",
                    ConditionType.Connected,
                    CacertsIssued)),
    AddressRefused(
            NEEDS_ACTION,
            means(
                    "The server's name resolves to an address to which the operator never connects (loopback, link-local, metadata"
                            + " service).",
                    "Correct the server in the kubeconfig, or its DNS entry.",
                    ConditionType.Connected,
                    CacertsIssued)),
    Redirected(
            NEEDS_ACTION,
            means(
                    "The server answers with a redirect, which the operator never follows.",
                    "Set the server in the kubeconfig to the API server itself.",
                    ConditionType.Connected,
                    CacertsIssued)),
    NotFound(
            NEEDS_ACTION,
            means(
                    "The server does not have the API (404): it is not a Kubernetes API server.",
                    "Check the server in the kubeconfig.",
                    ConditionType.Connected,
                    CacertsIssued)),
    Invalid(
            NEEDS_ACTION,
            means(
                    "The server's answer cannot be understood or is too large: it is not a Kubernetes API server, or a broken one.",
                    "Check what answers at the server's address.",
                    ConditionType.Connected,
                    CacertsIssued)),
    Unreachable(
            PASSES,
            means(
                    "The API server does not answer, or its name does not resolve. Endpoints stay.",
                    "Check that the other API server runs, and check DNS and the network between the clusters.",
                    ConditionType.Connected,
                    CacertsIssued)),
    ServerError(
            PASSES,
            means(
                    "The API server answers with an error of its own (429 or 5xx).",
                    "Check the other API server.",
                    ConditionType.Connected,
                    CacertsIssued)),
    Connecting(
            PASSES,
            means(
                    "The operator waits for the first answer of the API server.",
                    "",
                    ConditionType.Connected,
                    CacertsIssued)),
    Connected(GOOD, means("The API server answers.", "", ConditionType.Connected, CacertsIssued));

    private final Outlook outlook;
    private final List<Explanation> explanations;

    ConnectionReason(Outlook outlook, Explanation... explanations) {
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
