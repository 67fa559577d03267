package io.meshfed.reconcile.imports;

import io.meshfed.api.ImportedService;
import io.meshfed.api.ImportedServiceSpec;
import io.meshfed.api.ImportedServiceStatus;
import io.meshfed.api.condition.Condition;
import io.meshfed.plan.imports.ImportPlan;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The status of an import. */
final class ImportStatus {
    private ImportStatus() {}

    static List<Condition> conditions(ImportedService service) {
        return service.getStatus() == null ? List.of() : service.getStatus().conditions();
    }

    static ImportedServiceStatus of(ImportedService service, ImportPlan plan, List<Condition> conditions) {
        return new ImportedServiceStatus(
                service.getMetadata().getGeneration(),
                conditions,
                plan.host().isEmpty() ? null : plan.host(),
                plan.mode().orElse(null),
                plan.remotes(),
                text(plan.remotes()),
                plan.ports(),
                text(plan.ports().stream()
                        .map(ImportedServiceSpec.Port::port)
                        .map(String::valueOf)
                        .toList()),
                plan.addresses());
    }

    /**
     * The stored status with other conditions.
     *
     * @param observedGeneration the generation that the conditions were computed from
     */
    static ImportedServiceStatus keeping(
            ImportedService service, @Nullable Long observedGeneration, List<Condition> conditions) {
        ImportedServiceStatus before = Optional.ofNullable(service.getStatus())
                .orElseGet(() -> new ImportedServiceStatus(null, null, null, null, null, null, null, null, null));
        return new ImportedServiceStatus(
                observedGeneration,
                conditions,
                before.host(),
                before.mode(),
                before.remotes(),
                before.remoteNames(),
                before.ports(),
                before.portNumbers(),
                before.addresses());
    }

    private static @Nullable String text(List<String> values) {
        return values.isEmpty() ? null : String.join(",", values);
    }
}
