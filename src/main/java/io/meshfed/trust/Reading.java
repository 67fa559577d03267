package io.meshfed.trust;

import java.util.Optional;

/** What came of looking at a Secret: it is not there, it is refused, or it is sound. */
sealed interface Reading<T> {

    record Absent<T>() implements Reading<T> {}

    record Flawed<T>(Flaw flaw, String message) implements Reading<T> {}

    record Sound<T>(T value) implements Reading<T> {}

    /** A verification. */
    @FunctionalInterface
    interface Check<S, T> {
        T verify(S source) throws Refused;
    }

    static <S, T> Reading<T> of(Optional<S> source, Check<S, T> check) {
        if (source.isEmpty()) {
            return new Absent<>();
        }
        try {
            return new Sound<>(check.verify(source.get()));
        } catch (Refused refused) {
            return new Flawed<>(refused.flaw(), String.valueOf(refused.getMessage()));
        }
    }

    default Optional<T> sound() {
        return this instanceof Sound<T> sound ? Optional.of(sound.value()) : Optional.empty();
    }
}
