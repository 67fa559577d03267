package io.meshfed.plan.imports.world;

import io.meshfed.api.condition.ImportReason;

/**
 * One thing that planning an import finds. The functions of the plan return their findings; {@code ImportPlanner} gathers
 * them and {@code ImportConditions} turns them into the conditions. Messages name objects, fields and remedies, never
 * addresses: a gateway's address may change without any import changing.
 */
public sealed interface Finding {

    /** One sentence for a status message. */
    String message();

    /** Resolved is False, even if other remotes have endpoints. */
    record Problem(ImportReason reason, String message) implements Finding {}

    /** A remote gets no endpoints. Resolved is False if this leaves none. */
    record LeftOut(ImportReason reason, String message) implements Finding {}

    /** Something worth knowing that is not a problem; part of Resolved. */
    record Note(String message) implements Finding {}

    /** Conflict is True; the rest of the import is written. */
    record Conflict(ImportReason reason, String message) implements Finding {}

    /** Conflict is True, and nothing is joined because of it. */
    record BlockingConflict(ImportReason reason, String message) implements Finding {}

    /** Something about objects of others that is not a conflict; part of Conflict. */
    record ConflictNote(String message) implements Finding {}

    /** IdentityAccepted is False: clients of the local Service would refuse the identity of a remote. */
    record IdentityRefused(ImportReason reason, String message) implements Finding {}

    /** IdentityAccepted is True: clients accept these identities and no others. */
    record IdentityAccepted(String message) implements Finding {}

    /** IdentityAccepted is Unknown: clients accept any identity, because the import names no service account. */
    record IdentityUnrestricted(String message) implements Finding {}
}
