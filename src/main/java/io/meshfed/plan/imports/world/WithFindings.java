package io.meshfed.plan.imports.world;

import java.util.List;

/**
 * The result of one step of the plan, and what the step found.
 *
 * @param findings in the order in which a message names them
 */
public record WithFindings<T>(T value, List<Finding> findings) {
    public WithFindings {
        findings = List.copyOf(findings);
    }

    /** A result without findings. */
    public static <T> WithFindings<T> of(T value) {
        return new WithFindings<>(value, List.of());
    }

    /** A result with one finding. */
    public static <T> WithFindings<T> of(T value, Finding finding) {
        return new WithFindings<>(value, List.of(finding));
    }
}
