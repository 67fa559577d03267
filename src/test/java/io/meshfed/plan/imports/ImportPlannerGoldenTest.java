package io.meshfed.plan.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.condition.Condition;
import io.meshfed.plan.IstioRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Worlds and their plans as YAML, one folder each. {@code -Dgolden.write=true} writes the plans instead of comparing
 * them; read what it wrote.
 */
class ImportPlannerGoldenTest {
    private static final boolean WRITE = Boolean.getBoolean("golden.write");

    static List<ImportCase> cases() {
        return ImportCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planIsAsWritten(ImportCase golden) throws IOException {
        ImportPlan plan = ImportPlanner.plan(golden.world());

        IstioRules.check(plan);
        compare(golden.folder().resolve("out-objects.yaml"), yaml(plan.wanted()));
        compare(golden.folder().resolve("out-gateways.yaml"), yaml(golden.gateways()));
        compare(
                golden.folder().resolve("out-gateway-rule.yaml"),
                yaml(golden.gatewayRule().stream().toList()));
        compare(golden.folder().resolve("out-status.yaml"), status(plan));
    }

    @Test
    void everyCaseIsThere() {
        assertThat(cases()).hasSizeGreaterThan(25);
    }

    private static void compare(Path file, String actual) throws IOException {
        if (WRITE) {
            Files.deleteIfExists(file);
            if (!actual.isEmpty()) {
                Files.writeString(file, actual);
            }
        }
        String expected = Files.exists(file) ? Files.readString(file) : "";
        assertThat(actual).as(file.toString()).isEqualTo(expected);
    }

    private static String yaml(List<? extends HasMetadata> objects) {
        return objects.stream().map(Serialization::asYaml).collect(Collectors.joining());
    }

    private static String status(ImportPlan plan) {
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
        return Serialization.asYaml(status);
    }

    private static void put(Map<String, Object> status, String key, List<?> values) {
        if (!values.isEmpty()) {
            status.put(key, values);
        }
    }
}
