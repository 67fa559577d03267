package io.meshfed.plan.imports.world;

import io.meshfed.api.condition.Condition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What planning finds, in the order it is found, and the three conditions that follow. Messages name objects, fields
 * and remedies, never addresses: a gateway's address may change without any import changing.
 */
public final class ImportConditions {
    private record Finding(String reason, String message) {}

    /** Why a remote is not in balancing; the first that applies gives the reason when no remote is. */
    public enum Absence {
        GatewayUnknown,
        RemoteRefused,
        IdentityNotAccepted,
        RemoteSuspended,
        AllDrained
    }

    private record Absent(Absence why, String message) {}

    private final List<Finding> problems = new ArrayList<>();
    private final List<Finding> conflicts = new ArrayList<>();
    private final List<Finding> identityRefusals = new ArrayList<>();
    private final List<Absent> absences = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> conflictNotes = new ArrayList<>();
    private Optional<Condition> identity = Optional.empty();
    private boolean nothingJoined;

    /** Resolved is False with this reason, whatever else is served. */
    public void problem(String reason, String message) {
        problems.add(new Finding(reason, message));
    }

    /** Conflict is True; the rest of the import goes on. */
    public void conflict(String reason, String message) {
        conflicts.add(new Finding(reason, message));
    }

    /** Conflict is True and nothing is joined because of it. */
    public void stoppedByConflict(String reason, String message) {
        conflict(reason, message);
        nothingJoined = true;
    }

    /** A remote is left out. */
    public void absent(Absence why, String message) {
        absences.add(new Absent(why, message));
    }

    /** A remote is left out of a local Service because clients would not accept its identity. */
    public void identityRefused(String reason, String remote, String message) {
        Finding refusal = new Finding(reason, message);
        if (!identityRefusals.contains(refusal)) {
            identityRefusals.add(refusal);
        }
        absent(Absence.IdentityNotAccepted, remote + " is not joined, see condition IdentityAccepted");
    }

    public void identity(Condition draft) {
        identity = Optional.of(draft);
    }

    /** Something worth knowing that is no problem. */
    public void note(String message) {
        notes.add(message);
    }

    /** Something about others' objects worth knowing that is no conflict. */
    public void conflictNote(String message) {
        conflictNotes.add(message);
    }

    /**
     * Resolved, IdentityAccepted, Conflict.
     *
     * @param summary what stands; empty if no remote is in balancing
     */
    public List<Condition> conditions(Optional<String> summary) {
        return List.of(resolved(summary), identityAccepted(), conflicting());
    }

    private Condition resolved(Optional<String> summary) {
        if (nothingJoined) {
            return Condition.no("Resolved", "Conflict", "nothing is joined, see condition Conflict");
        }
        Stream<String> remarks = Stream.concat(absences.stream().map(Absent::message), notes.stream());
        if (!problems.isEmpty()) {
            String message = sentence(Stream.of(problems.stream().map(Finding::message), summary.stream(), remarks)
                    .flatMap(s -> s));
            return Condition.no("Resolved", problems.get(0).reason(), message);
        }
        if (summary.isPresent()) {
            return Condition.yes("Resolved", "Imported", sentence(Stream.concat(summary.stream(), remarks)));
        }
        String reason = absences.stream()
                .map(Absent::why)
                .min(Comparator.naturalOrder())
                .map(Enum::name)
                .orElse("NoRemote");
        return Condition.no("Resolved", reason, sentence(remarks));
    }

    private Condition identityAccepted() {
        if (!identityRefusals.isEmpty()) {
            return Condition.no(
                    "IdentityAccepted",
                    identityRefusals.get(0).reason(),
                    sentence(identityRefusals.stream().map(Finding::message)));
        }
        return identity.orElse(Condition.unknown(
                "IdentityAccepted", "NothingJoined", "nothing is joined, so no identity was compared"));
    }

    private Condition conflicting() {
        if (conflicts.isEmpty()) {
            String message = conflictNotes.isEmpty() ? "nothing is in the way" : sentence(conflictNotes.stream());
            return Condition.no("Conflict", "NoConflict", message);
        }
        return Condition.yes(
                "Conflict",
                conflicts.get(0).reason(),
                sentence(Stream.concat(conflicts.stream().map(Finding::message), conflictNotes.stream())));
    }

    private static String sentence(Stream<String> parts) {
        return parts.collect(Collectors.joining("; "));
    }
}
