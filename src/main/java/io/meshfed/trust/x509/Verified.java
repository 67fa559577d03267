package io.meshfed.trust.x509;

import io.meshfed.api.condition.CaDefect;
import java.util.Optional;

/** The result of verifying one input: absent, invalid or valid. */
public sealed interface Verified<T> {

    record Absent<T>() implements Verified<T> {}

    record Invalid<T>(CaDefect defect, String message) implements Verified<T> {}

    record Valid<T>(T value) implements Verified<T> {}

    /** A verification. */
    @FunctionalInterface
    interface Check<S, T> {
        T verify(S source) throws RefusedMaterialException;
    }

    static <S, T> Verified<T> of(Optional<S> source, Check<S, T> check) {
        if (source.isEmpty()) {
            return new Absent<>();
        }
        try {
            return new Valid<>(check.verify(source.get()));
        } catch (RefusedMaterialException refused) {
            return new Invalid<>(refused.defect(), String.valueOf(refused.getMessage()));
        }
    }

    default Optional<T> valid() {
        return this instanceof Valid<T> valid ? Optional.of(valid.value()) : Optional.empty();
    }
}
