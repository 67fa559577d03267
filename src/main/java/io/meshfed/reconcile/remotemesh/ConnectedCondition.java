package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.condition.Condition;
import io.meshfed.remote.Connection;

/** The connection to a remote in the words of a condition. */
final class ConnectedCondition {
    static final String TYPE = "Connected";

    private ConnectedCondition() {}

    /** @param type of the condition */
    static Condition condition(String type, Connection connection) {
        if (connection instanceof Connection.Connected) {
            return Condition.yes(type, "Connected", "the remote's API server answers");
        }
        if (connection instanceof Connection.Refused refused) {
            return Condition.no(type, refused.reason().name(), refused.message());
        }
        if (connection instanceof Connection.Failed failed) {
            return Condition.no(type, failed.reason().name(), failed.message());
        }
        return Condition.unknown(type, "Connecting", "the first answer of the remote's API server is awaited");
    }
}
