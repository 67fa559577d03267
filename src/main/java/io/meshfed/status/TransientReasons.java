package io.meshfed.status;

import java.util.Set;

/** The reasons that are expected to pass by themselves; with any other one somebody must act. */
final class TransientReasons {
    private static final Set<String> EXPECTED = Set.of(
            "Starting",
            "Connecting",
            "Unreachable",
            "AddressPending",
            "GatewayPending",
            "GatewayUnknown",
            "IssuerCreated",
            "NotYetInBundle",
            "WaitingForIstiod",
            "WaitingForRemote",
            "IstiodNotFound",
            "Issuing");

    private TransientReasons() {}

    static boolean expected(String reason) {
        return EXPECTED.contains(reason);
    }
}
