package io.meshfed.reconcile.remotemesh;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.plan.gateway.AddressingPlanner;
import io.meshfed.plan.gateway.RemoteGatewayPlanner;
import io.meshfed.reconcile.LocalCluster;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Where the addresses of each remote's gateway are written: chosen once, then kept. */
public final class AddressingChoice {
    private final LocalCluster cluster;
    private final Clock clock;

    /** Ahead of the status in the cache. */
    private final Map<String, Addressing> chosen = new ConcurrentHashMap<>();

    /** Chooses by what the local cluster holds. */
    public AddressingChoice(LocalCluster cluster, Clock clock) {
        this.cluster = cluster;
        this.clock = clock;
    }

    /**
     * The addressing in force from now on; empty as long as it is too early to choose one.
     *
     * @param istiodSince when istiod ran here first, if it did
     */
    Optional<Addressing> choose(RemoteMesh remote, Optional<Instant> istiodSince) {
        Optional<Addressing> choice = judge(remote, settled(istiodSince));
        choice.ifPresent(addressing -> chosen.put(remote.getMetadata().getName(), addressing));
        return choice;
    }

    /** When to choose although nothing was heard; empty if something must be heard first. */
    Optional<Duration> again(Optional<Instant> istiodSince) {
        return istiodSince.map(since -> AddressingPlanner.untilSettled(since, clock.instant()));
    }

    /** The choice that was made for this remote, by this operator or an earlier one. */
    Optional<Addressing> before(RemoteMesh remote) {
        return Optional.ofNullable(chosen.get(remote.getMetadata().getName()))
                .or(() -> Optional.ofNullable(remote.getStatus()).map(RemoteMeshStatus::addressing));
    }

    /** Whether the addressing is RemoteGateway, or would be if it were chosen now. */
    boolean isGateway(RemoteMesh remote) {
        return judge(remote, true).filter(Addressing.RemoteGateway::equals).isPresent();
    }

    void forget(RemoteMesh remote) {
        chosen.remove(remote.getMetadata().getName());
    }

    private Optional<Addressing> judge(RemoteMesh remote, boolean settled) {
        return AddressingPlanner.choose(
                remote.getSpec(),
                before(remote),
                cluster.all(GatewayClass.class).get("", RemoteGatewayPlanner.GATEWAY_CLASS),
                settled);
    }

    private boolean settled(Optional<Instant> istiodSince) {
        return AddressingPlanner.settled(istiodSince, cluster.lacks(GatewayClass.class), clock.instant());
    }
}
