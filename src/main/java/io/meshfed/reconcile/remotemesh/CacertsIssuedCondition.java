package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.apply.Outcome;
import io.meshfed.remote.Connection;
import io.meshfed.remote.RemoteSecret;
import io.meshfed.trust.issued.RemoteCacertsPlan;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.world.Reasons;
import java.net.HttpURLConnection;
import java.util.Optional;

/**
 * What the condition CacertsIssued says of another cluster's answers, in words of our own: texts of its API server are not repeated.
 */
final class CacertsIssuedCondition {
    private static final String TYPE = Reasons.CACERTS_ISSUED;
    private static final int TOO_MANY_REQUESTS = 429;

    private CacertsIssuedCondition() {}

    /** What is told of a Secret that is there and says nothing; empty where its values can be decoded. */
    static Optional<Condition> refused(RemoteSecret seen) {
        return RemoteCacerts.undecodable(seen)
                ? Optional.of(Condition.no(
                        TYPE,
                        "CacertsUnreadable",
                        "the remote's Secret cacerts has a value that is null or no base64, and is left as it is: delete it"
                                + " there, or correct it, and see what answers at that API server's address"))
                : Optional.empty();
    }

    /** Of two credentials for one cluster this is the second, so it is told which. */
    static Condition unreadable(Connection connection, String namespace) {
        String secret = "Secret " + namespace + "/" + RemoteCacerts.CACERTS;
        Condition said = ConnectedCondition.condition(TYPE, connection);
        String message = connection instanceof Connection.Failed failed && failed.reason() == ConnectionReason.Forbidden
                ? RemoteCacerts.FIELD + ": that credential may not list and watch " + secret
                        + " of the remote (403): grant get, list,"
                        + " watch, create and patch on that name, or correct"
                        + " spec.trust.issueCacerts.controlPlaneNamespace"
                : RemoteCacerts.FIELD + ", " + secret + " of the remote: " + said.message();
        return new Condition(TYPE, said.status(), said.reason(), message, null, null);
    }

    /** What a suspended remote is not given, is told; and it is bad once the time has come to renew what it has. */
    static Condition suspended(RemoteCacertsPlan plan) {
        if (!(plan.action() instanceof TrustAction.WriteCacerts write)) {
            return plan.issued();
        }
        Condition seen = plan.issued();
        return seen.holds() && !plan.due()
                ? Condition.yes(
                        TYPE,
                        seen.reason(),
                        seen.message() + ". The RemoteMesh is suspended; would be written: " + write.why())
                : Condition.no(
                        TYPE,
                        "RemoteSuspended",
                        "the RemoteMesh is suspended, which holds back a write (" + write.why()
                                + "). Without spec.suspend: " + seen.message());
    }

    /** What stood in the way of a write; empty: nothing did. */
    static Optional<Condition> obstacle(Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            return Optional.of(refused(refused));
        }
        return outcome instanceof Outcome.WebhookTimeout
                ? Optional.of(Condition.no(
                        TYPE,
                        "WebhookUnavailable",
                        "the remote's Secret cacerts cannot be written, because an admission webhook there does not answer;"
                                + " tried again until it does"))
                : Optional.empty();
    }

    private static Condition refused(Outcome.Refused refused) {
        String secret = "Secret " + refused.namespace() + "/" + refused.name();
        return switch (refused.code()) {
            case HttpURLConnection.HTTP_NOT_FOUND ->
                Condition.no(
                        TYPE,
                        "NamespaceMissing",
                        secret + " cannot be written, because the remote has no namespace " + refused.namespace()
                                + ": create it there, or correct spec.trust.issueCacerts.controlPlaneNamespace");
            case HttpURLConnection.HTTP_FORBIDDEN ->
                Condition.no(
                        TYPE,
                        "WriteRefused",
                        "the remote's API server forbids a write of " + secret
                                + " (403): grant get, list, watch, create"
                                + " and patch on that name to the credential of " + RemoteCacerts.FIELD
                                + ", and see that no quota and no admission policy or webhook there is against it");
            default ->
                Condition.no(
                        TYPE,
                        "WriteRefused",
                        "the remote's API server takes a write of " + secret + " for invalid (" + refused.code()
                                + "); more rights change nothing. If the Secret there is immutable, lay it out anew"
                                + " without immutable: true; else see which admission policy or webhook there judges"
                                + " Secrets, and let it pass what the account of " + RemoteCacerts.FIELD + " writes");
        };
    }

    static Condition failed(int code) {
        if (code == HttpURLConnection.HTTP_UNAUTHORIZED) {
            return Condition.no(
                    TYPE,
                    "Unauthorized",
                    "the remote's API server does not accept the credential of " + RemoteCacerts.FIELD
                            + " (401): renew it");
        }
        return code == TOO_MANY_REQUESTS || code >= HttpURLConnection.HTTP_INTERNAL_ERROR
                ? Condition.no(TYPE, "ServerError", "the remote's API server answers " + code)
                : Condition.no(TYPE, "Unreachable", "a write of the remote's Secret cacerts was not answered");
    }
}
