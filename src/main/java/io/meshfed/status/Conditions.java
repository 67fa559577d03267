package io.meshfed.status;

import io.meshfed.api.condition.Condition;
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

    /** Reason of what a user stopped on purpose: neither in progress nor in need of anybody. */
    private static final String SUSPENDED = "Suspended";

    /** Unknown means that no identity was compared; what keeps endpoints out is False. */
    private static final String IDENTITY_ACCEPTED = "IdentityAccepted";

    /** Nothing on this side can see whether two meshes share a root. */
    private static final String COMMON_ROOT_ASSUMED = "CommonRootAssumed";

    /** As the schema of a condition has it. */
    private static final int LONGEST_MESSAGE = 32768;

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
        all.add(trouble.map(Conditions::notReady).orElseGet(() -> Condition.yes(READY, "Ready", readyMessage)));
        all.addAll(drafts);
        trouble.filter(t -> !t.reason().equals(SUSPENDED))
                .map(t -> Condition.yes(
                        TransientReasons.expected(t.reason()) ? RECONCILING : STALLED, t.reason(), t.message()))
                .ifPresent(all::add);
        return stamp(stored, all, generation);
    }

    /** What was not observed leaves Ready unknown; only what was seen to be wrong makes it false. */
    private static Condition notReady(Condition trouble) {
        return trouble.status() == Condition.State.Unknown
                ? Condition.unknown(READY, trouble.reason(), trouble.message())
                : Condition.no(READY, trouble.reason(), trouble.message());
    }

    /** The first draft that keeps the object from being ready; one that somebody must act on comes before one that passes. */
    private static Optional<Condition> trouble(List<Condition> drafts) {
        List<Condition> bad = drafts.stream().filter(Conditions::isBad).toList();
        return bad.stream()
                .filter(c -> !TransientReasons.expected(c.reason()))
                .findFirst()
                .or(() -> bad.stream().findFirst());
    }

    /** Whether a condition says that something is wrong, or leaves open what must be known. */
    private static boolean isBad(Condition draft) {
        if (draft.type().equals(CONFLICT)) {
            return draft.holds();
        }
        boolean harmless =
                draft.type().equals(IDENTITY_ACCEPTED) || draft.reason().equals(COMMON_ROOT_ASSUMED);
        return switch (draft.status()) {
            case True -> false;
            case False -> true;
            case Unknown -> !harmless;
        };
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
                            shortened(draft.message()),
                            flipped ? now : old.lastTransitionTime(),
                            generation);
                })
                .toList();
    }

    /** A status with a longer message would be refused as a whole. */
    private static String shortened(String message) {
        return message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE - 1) + "…" : message;
    }

    /**
     * What is worth an Event: a condition whose status differs from before, or a new one that is bad. What only repeats
     * another condition is left out: Ready unless it becomes true, Reconciling and Stalled always.
     */
    public static List<Condition> flips(List<Condition> before, List<Condition> now) {
        return now.stream()
                .filter(c -> !c.type().equals(RECONCILING) && !c.type().equals(STALLED))
                .filter(c -> !c.type().equals(READY) || c.holds())
                .filter(c -> find(before, c.type())
                        .map(old -> old.status() != c.status())
                        .orElseGet(() -> c.type().equals(READY) || isWarning(c)))
                .toList();
    }

    /** Whether a condition tells of something that is wrong. */
    public static boolean isWarning(Condition condition) {
        return condition.type().equals(CONFLICT) ? condition.holds() : condition.status() == Condition.State.False;
    }

    /** The condition of that type. */
    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }
}
