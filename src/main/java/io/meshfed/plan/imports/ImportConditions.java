package io.meshfed.plan.imports;

import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ImportReason;
import io.meshfed.plan.imports.world.Finding;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The conditions Resolved, IdentityAccepted and Conflict, made from what planning found. Where several findings compete
 * for the reason of a condition, {@link #RANK} decides, not the order in which they were found.
 */
final class ImportConditions {
    /**
     * The reasons, most important first. Of the reasons of Resolved those before {@code Imported} make the condition False
     * even if the import has endpoints; those after it count only if it has none.
     */
    static final List<ImportReason> RANK = List.of(
            // Resolved
            ImportReason.Conflict,
            ImportReason.NamespaceNotAllowed,
            ImportReason.ReservedName,
            ImportReason.NoRemote,
            ImportReason.RemoteUnknown,
            ImportReason.LocalServiceMissing,
            ImportReason.PortsUnknown,
            ImportReason.PortCannotBeMapped,
            ImportReason.LocalityUnknown,
            ImportReason.LocalitiesOverlap,
            ImportReason.Imported,
            ImportReason.GatewayUnknown,
            ImportReason.RemoteRefused,
            ImportReason.IdentityNotAccepted,
            ImportReason.RemoteSuspended,
            ImportReason.AllDrained,
            // IdentityAccepted
            ImportReason.ServiceAccountsUnknown,
            ImportReason.SeveralServiceAccounts,
            ImportReason.TrustDomainNotAccepted,
            // Conflict
            ImportReason.LocalServiceExists,
            ImportReason.ExternalNameService,
            ImportReason.HeadlessService,
            ImportReason.SelectorlessService,
            ImportReason.SelectorTakesOurLabel,
            ImportReason.SelectorShared,
            ImportReason.NoTcpPort,
            ImportReason.PortMismatch,
            ImportReason.DestinationRuleExists);

    private record Ranked(ImportReason reason, String message) {
        static final Comparator<Ranked> BY_RANK = Comparator.comparing(ranked -> RANK.indexOf(ranked.reason()));
    }

    private ImportConditions() {}

    /**
     * Drafts of Resolved, IdentityAccepted and Conflict, in this order.
     *
     * @param findings everything that planning found
     * @param summary which remotes and ports are served; empty if no remote has an endpoint
     */
    static List<Condition> of(List<Finding> findings, Optional<String> summary) {
        return List.of(resolved(findings, summary), identityAccepted(findings), conflict(findings));
    }

    private static Condition resolved(List<Finding> findings, Optional<String> summary) {
        if (findings.stream().anyMatch(Finding.BlockingConflict.class::isInstance)) {
            return Condition.no(
                    ConditionType.Resolved,
                    ImportReason.Conflict,
                    "no remote endpoint is written: see condition Conflict");
        }
        List<Ranked> problems = ranked(
                of(findings, Finding.Problem.class).map(problem -> new Ranked(problem.reason(), problem.message())));
        Stream<ImportReason> leftOut = of(findings, Finding.LeftOut.class).map(Finding.LeftOut::reason);
        String message = sentence(Stream.of(
                        problems.stream().map(Ranked::message),
                        summary.stream(),
                        messages(findings, Finding.LeftOut.class),
                        messages(findings, Finding.Note.class))
                .flatMap(part -> part));
        ImportReason reason = Stream.of(
                        problems.stream().map(Ranked::reason),
                        summary.stream().map(served -> ImportReason.Imported),
                        leftOut)
                .flatMap(part -> part)
                .min(Comparator.comparing(RANK::indexOf))
                .orElse(ImportReason.NoRemote);
        return reason == ImportReason.Imported
                ? Condition.yes(ConditionType.Resolved, reason, message)
                : Condition.no(ConditionType.Resolved, reason, message);
    }

    private static Condition identityAccepted(List<Finding> findings) {
        List<Ranked> refused = ranked(of(findings, Finding.IdentityRefused.class)
                .map(refusal -> new Ranked(refusal.reason(), refusal.message()))
                .distinct());
        if (!refused.isEmpty()) {
            return Condition.no(ConditionType.IdentityAccepted, refused.get(0).reason(), sentence(refused));
        }
        return of(findings, Finding.IdentityAccepted.class)
                .map(accepted ->
                        Condition.yes(ConditionType.IdentityAccepted, ImportReason.Accepted, accepted.message()))
                .findFirst()
                .or(() -> of(findings, Finding.IdentityUnrestricted.class)
                        .map(any -> Condition.unknown(
                                ConditionType.IdentityAccepted, ImportReason.ServiceAccountsUnknown, any.message()))
                        .findFirst())
                .orElseGet(() -> Condition.unknown(
                        ConditionType.IdentityAccepted,
                        ImportReason.NothingJoined,
                        "the host has no remote endpoint, so there is no identity to check"));
    }

    private static Condition conflict(List<Finding> findings) {
        List<Ranked> conflicts = ranked(Stream.concat(
                of(findings, Finding.BlockingConflict.class).map(c -> new Ranked(c.reason(), c.message())),
                of(findings, Finding.Conflict.class).map(c -> new Ranked(c.reason(), c.message()))));
        Stream<String> notes = messages(findings, Finding.ConflictNote.class);
        if (conflicts.isEmpty()) {
            String message = sentence(notes);
            return noConflict(message.isEmpty() ? "no conflict found" : message);
        }
        return Condition.yes(
                ConditionType.Conflict,
                conflicts.get(0).reason(),
                sentence(Stream.concat(conflicts.stream().map(Ranked::message), notes)));
    }

    /** A draft of Conflict that is False. */
    static Condition noConflict(String message) {
        return Condition.no(ConditionType.Conflict, ImportReason.NoConflict, message);
    }

    private static <F extends Finding> Stream<F> of(List<Finding> findings, Class<F> kind) {
        return findings.stream().filter(kind::isInstance).map(kind::cast);
    }

    private static Stream<String> messages(List<Finding> findings, Class<? extends Finding> kind) {
        return of(findings, kind).map(Finding::message);
    }

    /** By rank; findings of one rank stay in their order, which is that of the remotes. */
    private static List<Ranked> ranked(Stream<Ranked> unranked) {
        return unranked.sorted(Ranked.BY_RANK).toList();
    }

    private static String sentence(List<Ranked> parts) {
        return sentence(parts.stream().map(Ranked::message));
    }

    private static String sentence(Stream<String> parts) {
        return parts.collect(Collectors.joining("; "));
    }
}
