package io.meshfed.status;

import java.util.Set;

/** The reasons that are expected to pass by themselves; with any other one somebody must act. */
final class TransientReasons {
    private static final Set<String> EXPECTED = Set.of(
            "AddressPending",
            "Connecting",
            "GatewayPending",
            "GatewayUnknown",
            "IssuerCreated",
            "Issuing",
            "IstiodNotFound",
            "IstiodNotReloaded",
            "NotYetInBundle",
            "NotYetValid",
            "ServerError",
            "Unreachable",
            "WaitingForIstiod",
            "WaitingForOwnTrust",
            "WebhookUnavailable");

    private TransientReasons() {}

    static Set<String> all() {
        return EXPECTED;
    }

    static boolean expected(String reason) {
        return EXPECTED.contains(reason);
    }
}
