package io.meshfed.api.condition;

import static io.meshfed.api.condition.ConditionType.CacertsIssued;
import static io.meshfed.api.condition.ConditionType.Connected;
import static io.meshfed.api.condition.Reason.Explanation.means;
import static io.meshfed.api.condition.Reason.Outlook.NEEDS_ACTION;

import java.util.List;

/** Why a kubeconfig is refused; the operator sends nothing to the server that it names. */
public enum KubeconfigReason implements Reason {
    ExecNotAllowed(
            NEEDS_ACTION, refused("`exec` would run a program.", "Use a token or a client certificate, inline.")),
    AuthProviderNotAllowed(
            NEEDS_ACTION, refused("`auth-provider` is not supported.", "Use a token or a client certificate, inline.")),
    FilePathNotAllowed(
            NEEDS_ACTION,
            refused("A field would read a file of the operator.", "Put the content inline (`…-data`, `token`).")),
    BasicAuthNotAllowed(
            NEEDS_ACTION,
            refused("A user name and a password are not supported.", "Use a token or a client certificate, inline.")),
    ImpersonationNotAllowed(
            NEEDS_ACTION,
            refused("The kubeconfig asks for impersonation.", "Use a credential of the identity itself.")),
    ProxyNotAllowed(
            NEEDS_ACTION, refused("`proxy-url` is not supported; the operator connects directly.", "Remove it.")),
    InsecureTlsNotAllowed(
            NEEDS_ACTION,
            refused(
                    "`insecure-skip-tls-verify` would turn off the check of the server's certificate.",
                    "Remove it, and set `certificate-authority-data`.")),
    NotHttps(NEEDS_ACTION, refused("The server does not begin with `https://`.", "Use the `https` address.")),
    InvalidServer(NEEDS_ACTION, refused("The server is not of the form `https://host[:port][/path]`.", "Correct it.")),
    AddressNotAllowed(
            NEEDS_ACTION,
            refused(
                    "The server is an address of the operator's own machine or of a metadata service.",
                    "Use the address of the other API server.")),
    MissingField(NEEDS_ACTION, refused("A required field is missing.", "Set the field that the message names.")),
    UnknownField(NEEDS_ACTION, refused("A field is not allowed in a kubeconfig for meshfed.", "Remove it.")),
    InvalidField(NEEDS_ACTION, refused("A field has a value that is not valid.", "Correct it as the message says.")),
    SeveralEntries(NEEDS_ACTION, refused("There are several clusters, users or contexts.", "Keep one of each.")),
    AmbiguousCredential(
            NEEDS_ACTION, refused("There are both a token and a client certificate.", "Keep one of the two.")),
    InvalidBase64(NEEDS_ACTION, refused("An inline field is not valid base64.", "Put it in again.")),
    InvalidCertificate(NEEDS_ACTION, refused("A certificate cannot be read.", "Put it in again as base64 of PEM.")),
    InvalidKey(NEEDS_ACTION, refused("The client key cannot be read.", "Put it in again as base64 of PEM.")),
    InvalidToken(
            NEEDS_ACTION,
            refused("The token has characters that no token has, such as spaces or line breaks.", "Put it in again.")),
    KubeconfigUnusable(
            NEEDS_ACTION,
            refused("The kubeconfig passes every check, but no client can be made from it.", "Create a new one.")),
    InvalidYaml(NEEDS_ACTION, refused("The kubeconfig is not valid YAML.", "Correct it.")),
    DuplicateKey(NEEDS_ACTION, refused("A map has the same field twice.", "Keep one of the two.")),
    AliasNotAllowed(NEEDS_ACTION, refused("YAML anchors and aliases are not supported.", "Write the values out.")),
    SeveralDocuments(NEEDS_ACTION, refused("The kubeconfig has several YAML documents.", "Keep one.")),
    TooDeep(NEEDS_ACTION, refused("The YAML is nested deeper than a kubeconfig is.", "Use a plain kubeconfig.")),
    TooLarge(NEEDS_ACTION, refused("The kubeconfig has more than 64 KiB.", "Use a smaller one."));

    private static Explanation refused(String meaning, String remedy) {
        return means(meaning, remedy, Connected, CacertsIssued);
    }

    private final Outlook outlook;
    private final List<Explanation> explanations;

    KubeconfigReason(Outlook outlook, Explanation... explanations) {
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
