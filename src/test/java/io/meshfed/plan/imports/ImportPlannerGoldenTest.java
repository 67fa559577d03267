package io.meshfed.plan.imports;

import io.meshfed.api.condition.Condition;
import io.meshfed.plan.Golden;
import io.meshfed.plan.IstioRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Worlds and their plans as YAML, one folder each; see {@link Golden}. */
class ImportPlannerGoldenTest {
    static List<ImportCase> cases() {
        return ImportCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planIsAsWritten(ImportCase golden) {
        ImportPlan plan = ImportPlanner.plan(golden.world());

        IstioRules.check(plan);
        Golden.verify(
                golden.folder(),
                Map.of(
                        "out-objects.yaml", plan.wanted(),
                        "out-gateways.yaml", golden.gateways(),
                        "out-gateway-rule.yaml", golden.gatewayRule().stream().toList(),
                        "out-status.yaml", status(plan)));
    }

    private static Map<String, Object> status(ImportPlan plan) {
        Map<String, Object> status = new LinkedHashMap<>();
        if (plan.untouched()) {
            status.put("untouched", true);
        }
        List<String> kept = plan.kept().stream()
                .map(key -> key.kind() + " " + key.namespace() + "/" + key.name())
                .sorted()
                .toList();
        put(status, "kept", kept);
        List<Object> conditions = new ArrayList<>();
        for (Condition condition : plan.conditions()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("type", condition.type());
            entry.put("status", condition.status().name());
            entry.put("reason", condition.reason());
            entry.put("message", condition.message());
            conditions.add(entry);
        }
        status.put("conditions", conditions);
        plan.mode().ifPresent(mode -> status.put("mode", mode.name()));
        status.put("host", plan.host());
        put(status, "remotes", plan.remotes());
        put(status, "ports", plan.ports());
        put(status, "addresses", plan.addresses());
        return status;
    }

    private static void put(Map<String, Object> status, String key, List<?> values) {
        if (!values.isEmpty()) {
            status.put(key, values);
        }
    }
}
