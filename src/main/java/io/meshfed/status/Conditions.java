package io.meshfed.status;

import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ImportReason;
import io.meshfed.api.condition.Reason;
import io.meshfed.api.condition.ReasonCatalogue;
import io.meshfed.api.condition.RemoteReason;
import io.meshfed.api.condition.SummaryReason;
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
    /** The condition that is bad when true. */
    public static final String CONFLICT = ConditionType.Conflict.name();

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
        all.add(trouble.map(Conditions::notReady)
                .orElseGet(() -> Condition.yes(ConditionType.Ready, SummaryReason.Ready, readyMessage)));
        all.addAll(drafts);
        // What the user suspended is neither in progress nor in need of help.
        trouble.filter(t -> !has(t, ImportReason.Suspended))
                .map(t -> Condition.yes(
                        (passes(t) ? ConditionType.Reconciling : ConditionType.Stalled).name(),
                        t.reason(),
                        t.message()))
                .ifPresent(all::add);
        return stamp(stored, all, generation);
    }

    /**
     * The conditions after a reconciliation that failed: Ready is Unknown and Reconciling True; all other conditions stay as they
     * are stored.
     *
     * @param message describes the failure, the same for the same failure
     */
    public List<Condition> reconcileFailed(List<Condition> stored, String message, long generation) {
        List<Condition> summary = stamp(
                stored,
                List.of(
                        Condition.unknown(ConditionType.Ready, SummaryReason.ReconcileFailed, message),
                        Condition.yes(ConditionType.Reconciling, SummaryReason.ReconcileFailed, message)),
                generation);
        List<Condition> all = new ArrayList<>();
        all.add(summary.get(0));
        stored.stream()
                .filter(c -> !is(c, ConditionType.Ready))
                .filter(c -> !is(c, ConditionType.Reconciling) && !is(c, ConditionType.Stalled))
                .forEach(all::add);
        all.add(summary.get(1));
        return List.copyOf(all);
    }

    /** What was not observed leaves Ready unknown; only what was seen to be wrong makes it false. */
    private static Condition notReady(Condition trouble) {
        return trouble.status() == Condition.State.Unknown
                ? Condition.unknown(ConditionType.Ready.name(), trouble.reason(), trouble.message())
                : Condition.no(ConditionType.Ready.name(), trouble.reason(), trouble.message());
    }

    /** The first draft that keeps the object from being ready; one that somebody must act on comes before one that passes. */
    private static Optional<Condition> trouble(List<Condition> drafts) {
        List<Condition> bad = drafts.stream().filter(Conditions::isBad).toList();
        return bad.stream().filter(c -> !passes(c)).findFirst().or(() -> bad.stream()
                .findFirst());
    }

    private static boolean passes(Condition draft) {
        return ReasonCatalogue.outlook(draft.reason()) == Reason.Outlook.PASSES;
    }

    /** Whether a condition says that something is wrong, or leaves open what must be known. */
    private static boolean isBad(Condition draft) {
        if (is(draft, ConditionType.Conflict)) {
            return draft.holds();
        }
        // No identity was compared, and what keeps endpoints out is False; a common root cannot be checked from this
        // side.
        boolean harmless = is(draft, ConditionType.IdentityAccepted) || has(draft, RemoteReason.CommonRootAssumed);
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
                .filter(c -> !is(c, ConditionType.Reconciling) && !is(c, ConditionType.Stalled))
                .filter(c -> !is(c, ConditionType.Ready) || c.holds())
                .filter(c -> find(before, c.type())
                        .map(old -> old.status() != c.status())
                        .orElseGet(() -> is(c, ConditionType.Ready) || isWarning(c)))
                .toList();
    }

    /** Whether a condition tells of something that is wrong. */
    public static boolean isWarning(Condition condition) {
        return is(condition, ConditionType.Conflict) ? condition.holds() : condition.status() == Condition.State.False;
    }

    private static boolean is(Condition condition, ConditionType type) {
        return condition.type().equals(type.name());
    }

    private static boolean has(Condition condition, Reason reason) {
        return condition.reason().equals(reason.name());
    }

    /** The condition of that type. */
    public static Optional<Condition> find(List<Condition> conditions, ConditionType type) {
        return find(conditions, type.name());
    }

    /** The condition of that type. */
    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }
}
