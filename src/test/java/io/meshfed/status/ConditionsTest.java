package io.meshfed.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.Condition.State;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.api.condition.FederationReason;
import io.meshfed.api.condition.ImportReason;
import io.meshfed.api.condition.ObjectReason;
import io.meshfed.api.condition.Reason;
import io.meshfed.api.condition.ReasonCatalogue;
import io.meshfed.api.condition.RemoteReason;
import io.meshfed.api.condition.TrustReason;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
    private static final Instant EARLIER = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    @Test
    void allGoodIsReadyAlone() {
        List<Condition> now =
                summarize(Condition.yes(ConditionType.Connected, ConnectionReason.Connected, "it answers"));

        assertThat(now).extracting(Condition::type).containsExactly("Ready", "Connected");
        assertThat(find(now, ConditionType.Ready)).hasValueSatisfying(ready -> {
            assertThat(ready.status()).isEqualTo(State.True);
            assertThat(ready.message()).isEqualTo("all is well");
            assertThat(ready.observedGeneration()).isEqualTo(7);
            assertThat(ready.lastTransitionTime()).isEqualTo("2026-01-02T03:04:05Z");
        });
    }

    /** The schema allows 32768 characters; with one more the API server refuses the whole status. */
    @Test
    void messageLongerThanTheSchemaAllowsIsCut() {
        List<Condition> now = summarize(
                Condition.no(ConditionType.GatewayReady, FederationReason.AddressPending, "x".repeat(40_000)));

        assertThat(now).allSatisfy(c -> assertThat(c.message()).hasSizeLessThanOrEqualTo(32_768));
        assertThat(find(now, ConditionType.Ready))
                .hasValueSatisfying(ready -> assertThat(ready.message()).endsWith("x…"));
    }

    @Test
    void problemThatNeedsActionComesBeforeOneThatPasses() {
        List<Condition> now = summarize(
                Condition.no(ConditionType.GatewayReady, FederationReason.AddressPending, "wait"),
                Condition.no(ConditionType.TrustReady, TrustReason.IssuerMissing, "make it"));

        assertThat(find(now, ConditionType.Ready)).map(Condition::reason).contains("IssuerMissing");
        assertThat(find(now, ConditionType.Stalled)).map(Condition::message).contains("make it");
        assertThat(find(now, ConditionType.Reconciling)).isEmpty();
    }

    @Test
    void problemThatPassesIsReconciling() {
        List<Condition> now =
                summarize(Condition.no(ConditionType.GatewayReady, FederationReason.AddressPending, "wait"));

        assertThat(find(now, ConditionType.Ready)).map(Condition::status).contains(State.False);
        assertThat(find(now, ConditionType.Reconciling)).map(Condition::reason).contains("AddressPending");
        assertThat(find(now, ConditionType.Stalled)).isEmpty();
    }

    @Test
    void conflictIsAProblemWhileTrue() {
        assertThat(find(
                        summarize(Condition.no(ConditionType.Conflict, ImportReason.NoConflict, "fine")),
                        ConditionType.Ready))
                .map(Condition::status)
                .contains(State.True);
        assertThat(find(
                        summarize(Condition.yes(ConditionType.Conflict, ObjectReason.ForeignObject, "in the way")),
                        ConditionType.Stalled))
                .map(Condition::reason)
                .contains("ForeignObject");
    }

    /** An Unknown condition makes Ready Unknown, unless Ready does not need the observation. */
    @ParameterizedTest
    @CsvSource({
        "Resolved, MeshUnknown, Unknown, Stalled",
        "MeshConfigured, IstiodNotFound, Unknown, Reconciling",
        "GatewayKnown, GatewayUnknown, Unknown, Reconciling",
        "GatewayReady, GatewayWorkloadNotFound, Unknown, Stalled",
        "Trusted, RootUnreadable, Unknown, Stalled",
        "Resolved, Suspended, Unknown,",
        "Trusted, CommonRootAssumed, True,",
        "IdentityAccepted, ServiceAccountsUnknown, True,",
        "IdentityAccepted, NothingJoined, True,",
        "Conflict, Suspended, True,",
    })
    void unknown(ConditionType type, String word, State ready, String summary) {
        Reason reason = ReasonCatalogue.all().stream()
                .filter(r -> r.name().equals(word))
                .findFirst()
                .orElseThrow();

        List<Condition> now = summarize(Condition.unknown(type, reason, "not observed"));

        assertThat(find(now, ConditionType.Ready)).map(Condition::status).contains(ready);
        assertThat(now)
                .extracting(Condition::type)
                .filteredOn(t -> t.equals("Stalled") || t.equals("Reconciling"))
                .isEqualTo(summary == null ? List.of() : List.of(summary));
    }

    @Test
    void onlyANewStatusChangesTheTransitionTime() {
        List<Condition> stored = new Conditions(Clock.fixed(EARLIER, ZoneOffset.UTC))
                .summarize(
                        List.of(),
                        List.of(
                                Condition.yes(ConditionType.Connected, ConnectionReason.Connected, "a"),
                                Condition.yes(ConditionType.Trusted, TrustReason.CommonRoot, "b")),
                        6,
                        "all is well");

        List<Condition> now = summarize(
                stored,
                Condition.yes(ConditionType.Connected, ConnectionReason.Connected, "in other words"),
                Condition.no(ConditionType.Trusted, TrustReason.BundleFull, "b"));

        assertThat(find(now, ConditionType.Connected))
                .map(Condition::lastTransitionTime)
                .contains(EARLIER.toString());
        assertThat(find(now, ConditionType.Connected)).map(Condition::message).contains("in other words");
        assertThat(find(now, ConditionType.Connected))
                .map(Condition::observedGeneration)
                .contains(7L);
        assertThat(find(now, ConditionType.Trusted))
                .map(Condition::lastTransitionTime)
                .contains("2026-01-02T03:04:05Z");
    }

    @Test
    void theSameDraftsGiveTheSameConditions() {
        Condition draft = Condition.no(ConditionType.GatewayReady, FederationReason.AddressPending, "wait");
        List<Condition> stored = new Conditions(Clock.fixed(EARLIER, ZoneOffset.UTC))
                .summarize(List.of(), List.of(draft), 7, "all is well");

        assertThat(summarize(stored, draft)).isEqualTo(stored);
    }

    @Test
    void newResourceHasEventsForReadyAndForProblemsOnly() {
        List<Condition> good = summarize(
                Condition.yes(ConditionType.Resolved, ImportReason.Imported, "r"),
                Condition.no(ConditionType.Conflict, ImportReason.NoConflict, "c"),
                Condition.unknown(ConditionType.IdentityAccepted, ImportReason.NothingJoined, "i"));
        List<Condition> bad = summarize(
                Condition.no(ConditionType.Resolved, ImportReason.PortsUnknown, "r"),
                Condition.yes(ConditionType.Conflict, ObjectReason.ForeignObject, "c"));

        assertThat(Conditions.flips(List.of(), good))
                .extracting(Condition::type)
                .containsExactly("Ready");
        assertThat(Conditions.flips(List.of(), bad))
                .extracting(Condition::type)
                .containsExactly("Resolved", "Conflict");
    }

    @Test
    void changedStatusIsReportedOnceAndRepetitionNever() {
        List<Condition> before = summarize(Condition.yes(ConditionType.Connected, ConnectionReason.Connected, "a"));
        List<Condition> after =
                summarize(before, Condition.no(ConditionType.Connected, ConnectionReason.Unreachable, "b"));
        List<Condition> again =
                summarize(after, Condition.no(ConditionType.Connected, ConnectionReason.Unreachable, "c"));
        List<Condition> back =
                summarize(again, Condition.yes(ConditionType.Connected, ConnectionReason.Connected, "a"));

        assertThat(Conditions.flips(before, after)).extracting(Condition::type).containsExactly("Connected");
        assertThat(Conditions.flips(after, again)).isEmpty();
        assertThat(Conditions.flips(again, back)).extracting(Condition::type).containsExactly("Ready", "Connected");
    }

    private static List<Condition> summarize(Condition... drafts) {
        return summarize(List.of(), drafts);
    }

    private static List<Condition> summarize(List<Condition> stored, Condition... drafts) {
        return new Conditions(Clock.fixed(NOW, ZoneOffset.UTC)).summarize(stored, List.of(drafts), 7, "all is well");
    }

    private static Optional<Condition> find(List<Condition> conditions, ConditionType type) {
        return Conditions.find(conditions, type);
    }

    @Test
    void aFailedReconciliationMakesReadyUnknownAndKeepsTheOtherConditions() {
        Conditions conditions = new Conditions(Clock.systemUTC());
        List<Condition> stored = conditions.summarize(
                List.of(),
                List.of(Condition.no(ConditionType.GatewayKnown, RemoteReason.ServiceAbsent, "install it")),
                1,
                "");

        List<Condition> failed = conditions.reconcileFailed(stored, "it failed", 2);

        assertThat(failed).extracting(Condition::type).containsExactly("Ready", "GatewayKnown", "Reconciling");
        assertThat(failed.get(0).status()).isEqualTo(Condition.State.Unknown);
        assertThat(failed.get(0).reason()).isEqualTo("ReconcileFailed");
        assertThat(failed.get(1)).isEqualTo(stored.get(1));
        assertThat(conditions.reconcileFailed(failed, "it failed", 2)).isEqualTo(failed);
        assertThat(conditions.summarize(
                        failed,
                        List.of(Condition.yes(ConditionType.GatewayKnown, RemoteReason.FromSpec, "m")),
                        2,
                        "well"))
                .extracting(Condition::type)
                .containsExactly("Ready", "GatewayKnown");
    }
}
