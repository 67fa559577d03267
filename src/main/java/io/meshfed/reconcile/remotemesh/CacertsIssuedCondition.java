package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.Names;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.api.condition.RemoteReason;
import io.meshfed.apply.Outcome;
import io.meshfed.reconcile.trust.RemoteCacertsReader;
import io.meshfed.remote.Connection;
import io.meshfed.remote.RemoteSecret;
import io.meshfed.trust.issued.RemoteCacertsPlan;
import io.meshfed.trust.rotation.TrustAction;
import java.net.HttpURLConnection;
import java.util.Optional;

/** What CacertsIssued reports about another cluster's answers. Texts of its API server are not repeated. */
final class CacertsIssuedCondition {
    private static final ConditionType TYPE = ConditionType.CacertsIssued;
    private static final String FIELD = RemoteCacerts.FIELD;
    private static final int TOO_MANY_REQUESTS = 429;

    private CacertsIssuedCondition() {}

    /** Reports a Secret with values that cannot be decoded; empty if all can. */
    static Optional<Condition> undecodable(RemoteSecret seen) {
        return RemoteCacertsReader.undecodable(seen)
                ? Optional.of(
                        Condition.no(
                                TYPE,
                                RemoteReason.CacertsUnreadable,
                                "the remote's Secret cacerts has a value that is null or not base64, and the operator does not change"
                                        + " it: delete or correct it there, and check what answers at that API server's address"))
                : Optional.empty();
    }

    /** Reports a connection that does not work. A remote has two credentials, so the message names this one. */
    static Condition notReadable(Connection connection, String namespace) {
        String secret = "Secret " + namespace + "/" + Names.CACERTS_SECRET;
        Condition connected = ConnectedCondition.condition(TYPE, connection);
        boolean forbidden =
                connection instanceof Connection.Failed && connected.reason().equals(ConnectionReason.Forbidden.name());
        String message = forbidden
                ? FIELD + ": that credential may not list and watch " + secret
                        + " of the remote (403): grant get, list, watch, create and patch on that name, or correct"
                        + " spec.trust.issueCacerts.controlPlaneNamespace"
                : FIELD + ", " + secret + " of the remote: " + connected.message();
        return connected.withMessage(message);
    }

    /** Reports the write that suspension holds back; the condition becomes False once renewal is due. */
    static Condition suspended(RemoteCacertsPlan plan) {
        if (!(plan.action() instanceof TrustAction.WriteCacerts write)) {
            return plan.issued();
        }
        Condition seen = plan.issued();
        return seen.holds() && !plan.due()
                ? seen.withMessage(seen.message()
                        + ". The RemoteMesh is suspended; without spec.suspend the operator would write cacerts: "
                        + write.why())
                : Condition.no(
                        TYPE,
                        RemoteReason.RemoteSuspended,
                        "the RemoteMesh is suspended, which holds back a write (" + write.why()
                                + "). Without spec.suspend: " + seen.message());
    }

    /** Reports what prevented a write; empty: nothing did. */
    static Optional<Condition> obstacle(Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            return Optional.of(refused(refused));
        }
        return outcome instanceof Outcome.WebhookTimeout
                ? Optional.of(Condition.no(
                        TYPE,
                        RemoteReason.WebhookUnavailable,
                        "the remote's Secret cacerts cannot be written, because an admission webhook there does not answer:"
                                + " check that webhook; the operator retries"))
                : Optional.empty();
    }

    private static Condition refused(Outcome.Refused refused) {
        String secret = "Secret " + refused.namespace() + "/" + refused.name();
        return switch (refused.code()) {
            case HttpURLConnection.HTTP_NOT_FOUND ->
                Condition.no(
                        TYPE,
                        RemoteReason.NamespaceMissing,
                        secret + " cannot be written, because the remote has no namespace " + refused.namespace()
                                + ": create it there, or correct spec.trust.issueCacerts.controlPlaneNamespace");
            case HttpURLConnection.HTTP_FORBIDDEN ->
                Condition.no(
                        TYPE,
                        RemoteReason.WriteRefused,
                        "the remote's API server forbids a write of " + secret
                                + " (403): grant get, list, watch, create and patch on that name to the credential of "
                                + FIELD + ", and check quotas, admission policies and webhooks there");
            default ->
                Condition.no(
                        TYPE,
                        RemoteReason.WriteRefused,
                        "the remote's API server rejects a write of " + secret + " as invalid (" + refused.code()
                                + "); more permissions do not help. If the Secret is immutable, create it again without"
                                + " immutable: true. Otherwise change the admission policy or webhook there so that it"
                                + " accepts this write by the account of " + FIELD);
        };
    }

    /** Reports a write that failed. */
    static Condition failed(int code) {
        if (code == HttpURLConnection.HTTP_UNAUTHORIZED) {
            return Condition.no(
                    TYPE,
                    ConnectionReason.Unauthorized,
                    "the remote's API server does not accept the credential of " + FIELD + " (401): renew it");
        }
        return code == TOO_MANY_REQUESTS || code >= HttpURLConnection.HTTP_INTERNAL_ERROR
                ? Condition.no(TYPE, ConnectionReason.ServerError, "the remote's API server answers " + code)
                : Condition.no(
                        TYPE, ConnectionReason.Unreachable, "a write of the remote's Secret cacerts got no answer");
    }
}
