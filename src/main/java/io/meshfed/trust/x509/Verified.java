package io.meshfed.trust.x509;

import io.meshfed.api.condition.CaDefect;
import java.util.Optional;

/** What came of looking at a Secret: it is not there, it is refused, or it is sound. */
public sealed interface Verified<T> {

    record Absent<T>() implements Verified<T> {}

    record Flawed<T>(CaDefect flaw, String message) implements Verified<T> {}

    record Sound<T>(T value) implements Verified<T> {}

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
            return new Sound<>(check.verify(source.get()));
        } catch (RefusedMaterialException refused) {
            return new Flawed<>(refused.flaw(), String.valueOf(refused.getMessage()));
        }
    }

    default Optional<T> sound() {
        return this instanceof Sound<T> sound ? Optional.of(sound.value()) : Optional.empty();
    }
}
