package io.meshfed.reconcile.remote;

import io.meshfed.api.Condition;
import io.meshfed.remote.Connection;
import io.meshfed.remote.RemoteSnapshot;

/** The connection to a remote in the words of its Connected condition. */
final class ConnectionWords {
    private static final String TYPE = "Connected";

    private ConnectionWords() {}

    static Condition condition(RemoteSnapshot snapshot) {
        Connection connection = snapshot.connection();
        if (connection instanceof Connection.Connected) {
            return Condition.yes(TYPE, "Connected", "the remote's API server answers");
        }
        if (connection instanceof Connection.Refused refused) {
            return Condition.no(TYPE, refused.reason(), refused.message());
        }
        if (connection instanceof Connection.Failed failed) {
            return Condition.no(TYPE, failed.reason(), failed.message());
        }
        return Condition.unknown(TYPE, "Connecting", "the first answer of the remote's API server is awaited");
    }
}
