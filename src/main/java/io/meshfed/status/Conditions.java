package io.meshfed.status;

import io.meshfed.api.Condition;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Turns drafts into the conditions of a status, by the rules of kstatus: {@code Ready} first and summing up,
 * {@code Reconciling} and {@code Stalled} only while true, {@code lastTransitionTime} moving only on a flip.
 */
public final class Conditions {
    /** The condition that sums up. */
    public static final String READY = "Ready";

    /** There while the operator waits for something that is expected to come by itself. */
    public static final String RECONCILING = "Reconciling";

    /** There while nothing will get better until somebody acts. */
    public static final String STALLED = "Stalled";

    /** The condition that is bad when true. */
    public static final String CONFLICT = "Conflict";

    private final Clock clock;

    /** @param clock gives the time of a flip */
    public Conditions(Clock clock) {
        this.clock = clock;
    }

    /**
     * The conditions to store.
     *
     * @param stored the conditions as they stand in the status
     * @param drafts what was observed now, most important first
     * @param generation the generation that was looked at
     * @param readyMessage message of {@code Ready} when all is well
     */
    public List<Condition> summarize(
            List<Condition> stored, List<Condition> drafts, long generation, String readyMessage) {
        List<Condition> all = new ArrayList<>();
        Optional<Condition> trouble = trouble(drafts);
        all.add(trouble.map(t -> Condition.no(READY, t.reason(), t.message()))
                .orElseGet(() -> Condition.yes(READY, "Ready", readyMessage)));
        all.addAll(drafts);
        trouble.map(t -> Condition.yes(
                        TransientReasons.expected(t.reason()) ? RECONCILING : STALLED, t.reason(), t.message()))
                .ifPresent(all::add);
        return stamp(stored, all, generation);
    }

    /** The first draft that keeps the object from being ready; one that somebody must act on comes before one that passes. */
    private static Optional<Condition> trouble(List<Condition> drafts) {
        List<Condition> bad = drafts.stream().filter(Conditions::isBad).toList();
        return bad.stream()
                .filter(c -> !TransientReasons.expected(c.reason()))
                .findFirst()
                .or(() -> bad.stream().findFirst());
    }

    private static boolean isBad(Condition draft) {
        return draft.type().equals(CONFLICT)
                ? draft.status() == Condition.State.True
                : draft.status() == Condition.State.False || TransientReasons.expected(draft.reason());
    }

    private List<Condition> stamp(List<Condition> stored, List<Condition> drafts, long generation) {
        Map<String, Condition> before =
                stored.stream().collect(Collectors.toMap(Condition::type, Function.identity(), (a, b) -> a));
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        return drafts.stream()
                .map(draft -> {
                    Condition old = before.get(draft.type());
                    boolean flipped = old == null || old.status() != draft.status() || old.lastTransitionTime() == null;
                    return new Condition(
                            draft.type(),
                            draft.status(),
                            draft.reason(),
                            draft.message(),
                            flipped ? now : old.lastTransitionTime(),
                            generation);
                })
                .toList();
    }

    /** The conditions of {@code now} whose status differs from {@code before}; a new true one counts, a new false one too. */
    public static List<Condition> flips(List<Condition> before, List<Condition> now) {
        Map<String, Condition.State> old =
                before.stream().collect(Collectors.toMap(Condition::type, Condition::status, (a, b) -> a));
        return now.stream().filter(c -> c.status() != old.get(c.type())).toList();
    }

    /** The condition of that type. */
    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }
}
