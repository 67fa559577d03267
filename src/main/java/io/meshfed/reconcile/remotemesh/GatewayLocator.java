package io.meshfed.reconcile.remotemesh;

import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshSpec.ServiceRef;
import io.meshfed.api.RemoteMeshStatus.LastKnownGateway;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.RemoteReason;
import io.meshfed.plan.gateway.AddressRules;
import io.meshfed.remote.Connection;
import io.meshfed.remote.GatewayObservation;
import io.meshfed.remote.RemoteSnapshot;
import java.util.List;
import java.util.Optional;

/**
 * Decides where the gateway of a remote is: by its spec, else by what its cluster shows, else by the last known addresses. A pure
 * function: known addresses stay in use until other valid ones are seen, because a cluster that cannot be read has not moved.
 */
final class GatewayLocator {
    private static final ConditionType TYPE = ConditionType.GatewayKnown;
    private static final String FROM_SPEC = "Spec";
    private static final String FROM_SERVICE = "Service";

    private GatewayLocator() {}

    /**
     * The decision.
     *
     * @param known draft of GatewayKnown
     * @param gateway the addresses to use from now on; empty: none were ever known
     */
    record Location(Condition known, Optional<LastKnownGateway> gateway) {
        List<String> addresses() {
            return gateway.map(LastKnownGateway::addresses).orElse(List.of());
        }
    }

    /**
     * @param snapshot what was last seen of the remote cluster
     * @param lastKnown the addresses in use until now; empty: there are none
     */
    static Location locate(RemoteMesh remote, RemoteSnapshot snapshot, Optional<LastKnownGateway> lastKnown) {
        if (!remote.getSpec().gateway().addresses().isEmpty()) {
            return fromSpec(remote.getSpec().gateway().addresses(), lastKnown);
        }
        return snapshot.gateway()
                .map(seen -> fromCluster(service(remote), seen, snapshot.connection(), lastKnown))
                .orElseGet(() -> notSeen(remote, snapshot.connection(), lastKnown));
    }

    private static String service(RemoteMesh remote) {
        ServiceRef service = remote.getSpec().gateway().service();
        return "Service " + service.namespace() + "/" + service.name();
    }

    private static Location fromSpec(List<String> addresses, Optional<LastKnownGateway> lastKnown) {
        AddressRules.Judged checked = AddressRules.judge(addresses);
        return checked.refused().isEmpty()
                ? found(
                        Condition.yes(TYPE, RemoteReason.FromSpec, "the addresses are those of spec.gateway.addresses"),
                        checked,
                        FROM_SPEC)
                : problem(
                        RemoteReason.AddressRefused,
                        "spec.gateway.addresses: " + String.join("; ", checked.refused()),
                        lastKnown);
    }

    private static Location fromCluster(
            String service, GatewayObservation seen, Connection connection, Optional<LastKnownGateway> lastKnown) {
        if (seen instanceof GatewayObservation.Addresses addresses) {
            AddressRules.Judged checked = AddressRules.judge(addresses.addresses());
            return checked.refused().isEmpty()
                    ? found(fromService(service, connection), checked, FROM_SERVICE)
                    : problem(
                            RemoteReason.AddressRefused,
                            service + " of the remote: " + String.join("; ", checked.refused()),
                            lastKnown);
        }
        if (seen instanceof GatewayObservation.AddressesRefused refused) {
            return problem(RemoteReason.AddressRefused, service + " of the remote: " + refused.why(), lastKnown);
        }
        return seen instanceof GatewayObservation.ServiceAbsent
                ? problem(
                        RemoteReason.ServiceAbsent,
                        "the remote has no " + service + ": correct spec.gateway.service, or install the gateway there",
                        lastKnown)
                : problem(
                        RemoteReason.AddressPending,
                        service + " of the remote has no load balancer address",
                        lastKnown);
    }

    private static Condition fromService(String service, Connection connection) {
        return connection instanceof Connection.Connected
                ? Condition.yes(TYPE, RemoteReason.FromService, "the addresses are those of " + service)
                : lastKnown();
    }

    /** Nothing was seen of the Service since the operator started. */
    private static Location notSeen(RemoteMesh remote, Connection connection, Optional<LastKnownGateway> lastKnown) {
        if (lastKnown.isEmpty()) {
            return new Location(
                    Condition.unknown(
                            TYPE,
                            RemoteReason.GatewayUnknown,
                            "the operator has not read the remote cluster yet, so it does not know the gateway"),
                    lastKnown);
        }
        // After a restart the stored condition stays until the API server answers: a restart must not change it.
        Optional<Condition> stored =
                connection instanceof Connection.Connecting ? RemoteStatus.stored(remote, TYPE) : Optional.empty();
        return new Location(stored.orElseGet(GatewayLocator::lastKnown), lastKnown);
    }

    private static Condition lastKnown() {
        return Condition.yes(
                TYPE,
                RemoteReason.LastKnown,
                "the remote cluster cannot be read now; the last known addresses are kept");
    }

    private static Location found(Condition known, AddressRules.Judged checked, String source) {
        return new Location(known, Optional.of(new LastKnownGateway(checked.values(), source)));
    }

    private static Location problem(RemoteReason reason, String message, Optional<LastKnownGateway> lastKnown) {
        String kept = lastKnown.isPresent() ? "; the last known addresses are kept" : "";
        return new Location(Condition.no(TYPE, reason, message + kept), lastKnown);
    }
}
