package io.meshfed.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.Condition.State;
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
        List<Condition> now = summarize(Condition.yes("Connected", "Connected", "it answers"));

        assertThat(now).extracting(Condition::type).containsExactly("Ready", "Connected");
        assertThat(find(now, "Ready")).hasValueSatisfying(ready -> {
            assertThat(ready.status()).isEqualTo(State.True);
            assertThat(ready.message()).isEqualTo("all is well");
            assertThat(ready.observedGeneration()).isEqualTo(7);
            assertThat(ready.lastTransitionTime()).isEqualTo("2026-01-02T03:04:05Z");
        });
    }

    /** The schema takes 32768 characters; one more and the API server would refuse the whole status. */
    @Test
    void aMessageThatIsTooLongIsCut() {
        List<Condition> now = summarize(Condition.no("GatewayReady", "AddressPending", "x".repeat(40_000)));

        assertThat(now).allSatisfy(c -> assertThat(c.message()).hasSizeLessThanOrEqualTo(32_768));
        assertThat(find(now, "Ready"))
                .hasValueSatisfying(ready -> assertThat(ready.message()).endsWith("x…"));
    }

    @Test
    void whatSomebodyMustActOnComesBeforeWhatPasses() {
        List<Condition> now = summarize(
                Condition.no("GatewayReady", "AddressPending", "wait"),
                Condition.no("TrustReady", "IssuerMissing", "make it"));

        assertThat(find(now, "Ready")).map(Condition::reason).contains("IssuerMissing");
        assertThat(find(now, "Stalled")).map(Condition::message).contains("make it");
        assertThat(find(now, "Reconciling")).isEmpty();
    }

    @Test
    void whatPassesIsReconciling() {
        List<Condition> now = summarize(Condition.no("GatewayReady", "AddressPending", "wait"));

        assertThat(find(now, "Ready")).map(Condition::status).contains(State.False);
        assertThat(find(now, "Reconciling")).map(Condition::reason).contains("AddressPending");
        assertThat(find(now, "Stalled")).isEmpty();
    }

    @Test
    void conflictIsBadWhenTrue() {
        assertThat(find(summarize(Condition.no("Conflict", "NoConflict", "fine")), "Ready"))
                .map(Condition::status)
                .contains(State.True);
        assertThat(find(summarize(Condition.yes("Conflict", "ForeignObject", "in the way")), "Stalled"))
                .map(Condition::reason)
                .contains("ForeignObject");
    }

    /** What was not observed leaves Ready open where it matters, and only there. */
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
    void unknown(String type, String reason, State ready, String summary) {
        List<Condition> now = summarize(Condition.unknown(type, reason, "who knows"));

        assertThat(find(now, "Ready")).map(Condition::status).contains(ready);
        assertThat(now)
                .extracting(Condition::type)
                .filteredOn(t -> t.equals("Stalled") || t.equals("Reconciling"))
                .isEqualTo(summary == null ? List.of() : List.of(summary));
    }

    @Test
    void onlyAFlipMovesItsTime() {
        List<Condition> stored = new Conditions(Clock.fixed(EARLIER, ZoneOffset.UTC))
                .summarize(
                        List.of(),
                        List.of(
                                Condition.yes("Connected", "Connected", "a"),
                                Condition.yes("Trusted", "CommonRoot", "b")),
                        6,
                        "all is well");

        List<Condition> now = summarize(
                stored,
                Condition.yes("Connected", "Connected", "in other words"),
                Condition.no("Trusted", "BundleFull", "b"));

        assertThat(find(now, "Connected")).map(Condition::lastTransitionTime).contains(EARLIER.toString());
        assertThat(find(now, "Connected")).map(Condition::message).contains("in other words");
        assertThat(find(now, "Connected")).map(Condition::observedGeneration).contains(7L);
        assertThat(find(now, "Trusted")).map(Condition::lastTransitionTime).contains("2026-01-02T03:04:05Z");
    }

    @Test
    void theSameDraftsGiveTheSameConditions() {
        Condition draft = Condition.no("GatewayReady", "AddressPending", "wait");
        List<Condition> stored = new Conditions(Clock.fixed(EARLIER, ZoneOffset.UTC))
                .summarize(List.of(), List.of(draft), 7, "all is well");

        assertThat(summarize(stored, draft)).isEqualTo(stored);
    }

    @Test
    void aNewResourceTellsOfItsReadinessAndOfNothingThatIsAsItShould() {
        List<Condition> good = summarize(
                Condition.yes("Resolved", "Imported", "r"),
                Condition.no("Conflict", "NoConflict", "c"),
                Condition.unknown("IdentityAccepted", "NothingJoined", "i"));
        List<Condition> bad = summarize(
                Condition.no("Resolved", "PortsUnknown", "r"), Condition.yes("Conflict", "ForeignObject", "c"));

        assertThat(Conditions.flips(List.of(), good))
                .extracting(Condition::type)
                .containsExactly("Ready");
        assertThat(Conditions.flips(List.of(), bad))
                .extracting(Condition::type)
                .containsExactly("Resolved", "Conflict");
    }

    @Test
    void aFlipIsToldOnceAndARepetitionNever() {
        List<Condition> before = summarize(Condition.yes("Connected", "Connected", "a"));
        List<Condition> after = summarize(before, Condition.no("Connected", "Unreachable", "b"));
        List<Condition> again = summarize(after, Condition.no("Connected", "Unreachable", "c"));
        List<Condition> back = summarize(again, Condition.yes("Connected", "Connected", "a"));

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

    private static Optional<Condition> find(List<Condition> conditions, String type) {
        return Conditions.find(conditions, type);
    }

    @Test
    void aFailedReconciliationMakesReadyUnknownAndKeepsTheOtherConditions() {
        Conditions conditions = new Conditions(Clock.systemUTC());
        List<Condition> stored = conditions.summarize(
                List.of(), List.of(Condition.no("GatewayKnown", "ServiceAbsent", "install it")), 1, "");

        List<Condition> failed = conditions.reconcileFailed(stored, "it failed", 2);

        assertThat(failed).extracting(Condition::type).containsExactly("Ready", "GatewayKnown", "Reconciling");
        assertThat(failed.get(0).status()).isEqualTo(Condition.State.Unknown);
        assertThat(failed.get(0).reason()).isEqualTo("ReconcileFailed");
        assertThat(failed.get(1)).isEqualTo(stored.get(1));
        assertThat(conditions.reconcileFailed(failed, "it failed", 2)).isEqualTo(failed);
        assertThat(conditions.summarize(failed, List.of(Condition.yes("GatewayKnown", "FromSpec", "m")), 2, "well"))
                .extracting(Condition::type)
                .containsExactly("Ready", "GatewayKnown");
    }
}
