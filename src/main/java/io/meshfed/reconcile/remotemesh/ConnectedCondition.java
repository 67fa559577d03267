package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.remote.Connection;

/** The state of a connection to a remote cluster as a condition. */
final class ConnectedCondition {
    private ConnectedCondition() {}

    /** @param type of the condition that reports the connection */
    static Condition condition(ConditionType type, Connection connection) {
        if (connection instanceof Connection.Connected) {
            return Condition.yes(type, ConnectionReason.Connected, "the remote's API server answers");
        }
        if (connection instanceof Connection.Refused refused) {
            return Condition.no(type, refused.reason(), refused.message());
        }
        if (connection instanceof Connection.Failed failed) {
            return Condition.no(type, failed.reason(), failed.message());
        }
        return Condition.unknown(
                type,
                ConnectionReason.Connecting,
                "the operator waits for the first answer of the remote's API server");
    }
}
