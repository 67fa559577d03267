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
 * Turns the drafts of one reconciliation into the conditions of a status, by the rules of
 * <a href="https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md">kstatus</a>.
 */
public final class Conditions {

    /** The maximum length in the schema of a condition. */
    private static final int LONGEST_MESSAGE = 32768;

    private final Clock clock;

    /** @param clock gives the {@code lastTransitionTime} of a condition that changes */
    public Conditions(Clock clock) {
        this.clock = clock;
    }

    /**
     * The conditions to store: {@code Ready} first, then the drafts, then {@code Reconciling} or {@code Stalled} while
     * there is a problem.
     *
     * @param stored the conditions that the status has now
     * @param drafts what this reconciliation observed, most important first
     * @param generation {@code metadata.generation} of the object that was reconciled
     * @param readyMessage message of {@code Ready} while there is no problem
     */
    public List<Condition> summarize(
            List<Condition> stored, List<Condition> drafts, long generation, String readyMessage) {
        List<Condition> all = new ArrayList<>();
        Optional<Condition> problem = problem(drafts);
        all.add(problem.map(Conditions::notReady)
                .orElseGet(() -> Condition.yes(ConditionType.Ready, SummaryReason.Ready, readyMessage)));
        all.addAll(drafts);
        // A suspended import is neither in progress nor does it need help.
        problem.filter(p -> !has(p, ImportReason.Suspended))
                .map(p -> p.as(passes(p) ? ConditionType.Reconciling : ConditionType.Stalled, Condition.State.True))
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

    /** An observed problem makes Ready False; something that could not be observed makes it Unknown. */
    private static Condition notReady(Condition problem) {
        Condition.State unknownOrFalse =
                problem.status() == Condition.State.Unknown ? Condition.State.Unknown : Condition.State.False;
        return problem.as(ConditionType.Ready, unknownOrFalse);
    }

    /** The most important problem: the first on which the user must act, else the first that passes. */
    private static Optional<Condition> problem(List<Condition> drafts) {
        List<Condition> problems = drafts.stream().filter(Conditions::isProblem).toList();
        return problems.stream().filter(c -> !passes(c)).findFirst().or(() -> problems.stream()
                .findFirst());
    }

    private static boolean passes(Condition draft) {
        return ReasonCatalogue.outlook(draft.reason()) == Reason.Outlook.PASSES;
    }

    /** Whether a condition reports a problem, or is Unknown where Ready needs an observation. */
    private static boolean isProblem(Condition draft) {
        if (is(draft, ConditionType.Conflict)) {
            return draft.holds();
        }
        // IdentityAccepted is Unknown while there was no identity to compare; an identity that keeps endpoints out is
        // False. A common root cannot be verified from this side.
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

    /** The API server would refuse the whole status if one message were longer. */
    private static String shortened(String message) {
        return message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE - 1) + "…" : message;
    }

    /**
     * The conditions that deserve an Event: those whose status changed, and new ones that report a problem. Conditions
     * that repeat another one are left out: Ready unless it becomes True, Reconciling and Stalled always.
     */
    public static List<Condition> flips(List<Condition> before, List<Condition> now) {
        return now.stream()
                .filter(c -> !is(c, ConditionType.Reconciling) && !is(c, ConditionType.Stalled))
                .filter(c -> !is(c, ConditionType.Ready) || c.holds())
                .filter(c -> sameType(before, c)
                        .map(old -> old.status() != c.status())
                        .orElseGet(() -> is(c, ConditionType.Ready) || isWarning(c)))
                .toList();
    }

    /** Whether a condition reports a problem that was observed. */
    public static boolean isWarning(Condition condition) {
        return is(condition, ConditionType.Conflict) ? condition.holds() : condition.status() == Condition.State.False;
    }

    private static boolean is(Condition condition, ConditionType type) {
        return condition.type().equals(type.name());
    }

    private static boolean has(Condition condition, Reason reason) {
        return condition.reason().equals(reason.name());
    }

    private static Optional<Condition> sameType(List<Condition> conditions, Condition other) {
        return conditions.stream().filter(c -> c.type().equals(other.type())).findFirst();
    }

    /** The condition of a type. */
    public static Optional<Condition> find(List<Condition> conditions, ConditionType type) {
        return conditions.stream().filter(c -> is(c, type)).findFirst();
    }
}
