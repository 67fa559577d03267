package io.meshfed.plan.gateway;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.meshfed.api.RemoteMeshSpec;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Where the addresses of a remote's gateway are written: {@code spec.gateway.addressing}. {@code RemoteGateway} registers
 * the gateway once, in a Gateway of class {@code istio-remote}; {@code Inline} writes its addresses into each entry.
 * {@code Auto} chooses once and then stays with the choice.
 */
public final class AddressingPlanner {
    /** istiod accepts its GatewayClasses within a few seconds after its start; this is ample. */
    private static final Duration ISTIOD_SETTLES = Duration.ofSeconds(30);

    private AddressingPlanner() {}

    /**
     * The addressing in force. A value in the spec other than {@code Auto} wins; {@code Auto} keeps an earlier choice, and
     * otherwise is RemoteGateway if istiod has accepted the class {@code istio-remote}, and Inline if it has not although
     * it had the time to. Until then {@code Auto} chooses nothing, because it would stay with the choice.
     *
     * @param chosenBefore {@code status.addressing}
     * @param istioRemote the GatewayClass {@code istio-remote}
     * @param settled see {@link #settled}
     * @return empty while it is too early to choose
     */
    public static Optional<Addressing> choose(
            RemoteMeshSpec spec,
            Optional<Addressing> chosenBefore,
            Optional<GatewayClass> istioRemote,
            boolean settled) {
        return switch (spec.gateway().addressing()) {
            case RemoteGateway -> Optional.of(Addressing.RemoteGateway);
            case Inline -> Optional.of(Addressing.Inline);
            case Auto -> chosenBefore.or(() -> auto(istioRemote, settled));
        };
    }

    private static Optional<Addressing> auto(Optional<GatewayClass> istioRemote, boolean settled) {
        if (istioRemote.filter(AddressingPlanner::isAccepted).isPresent()) {
            return Optional.of(Addressing.RemoteGateway);
        }
        return settled ? Optional.of(Addressing.Inline) : Optional.empty();
    }

    /**
     * Whether a GatewayClass that istiod has not accepted by now is one that it will not accept.
     *
     * @param istiodSince when istiod first ran here; empty if it has not run yet
     * @param gatewayApiMissing whether the kind GatewayClass is not installed, so that istiod can accept none
     */
    public static boolean settled(Optional<Instant> istiodSince, boolean gatewayApiMissing, Instant now) {
        return istiodSince
                .filter(since -> gatewayApiMissing || untilSettled(since, now).isZero())
                .isPresent();
    }

    /** How long istiod still has to accept its GatewayClasses; zero if that time is over. */
    public static Duration untilSettled(Instant istiodSince, Instant now) {
        Duration left = Duration.between(now, istiodSince.plus(ISTIOD_SETTLES));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static boolean isAccepted(GatewayClass gatewayClass) {
        return gatewayClass.getStatus() != null
                && gatewayClass.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Accepted".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }
}
