package io.meshfed.api.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshfed.api.condition.ConditionType.Kind;
import io.meshfed.api.condition.Reason.Explanation;
import io.meshfed.api.condition.Reason.Outlook;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonCatalogueTest {
    static Stream<Reason> reasons() {
        return ReasonCatalogue.all().stream();
    }

    @Test
    void everyEnumOfReasonsIsPartOfIt() {
        Set<Class<?>> enums =
                reasons().map(reason -> ((Enum<?>) reason).getDeclaringClass()).collect(Collectors.toSet());

        assertThat(enums).isEqualTo(Set.of(Reason.class.getPermittedSubclasses()));
    }

    @Test
    void aWordHasTheOutlookOfItsReason() {
        assertThat(reasons()).allSatisfy(reason -> assertThat(ReasonCatalogue.outlook(reason.name()))
                .isEqualTo(reason.outlook()));
    }

    @Test
    void aWordWithTwoOutlooksIsRefused() {
        Map<String, Outlook> outlooks = new HashMap<>(Map.of("AddressPending", Outlook.PASSES));

        ReasonCatalogue.put(outlooks, "AddressPending", Outlook.PASSES);

        assertThatThrownBy(() -> ReasonCatalogue.put(outlooks, "AddressPending", Outlook.NEEDS_ACTION))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("AddressPending");
    }

    @Test
    void aWordOutsideOfItFailsInTests() {
        assertThat(ReasonCatalogue.class.desiredAssertionStatus())
                .as("assertions are enabled, as Maven does for tests")
                .isTrue();

        assertThatThrownBy(() -> ReasonCatalogue.outlook("NotInTheCatalogue"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("NotInTheCatalogue");
    }

    /** As the schema of a condition demands. */
    @ParameterizedTest
    @MethodSource("reasons")
    void aNameIsAReason(Reason reason) {
        assertThat(reason.name()).matches("[A-Z][A-Za-z0-9]{0,127}");
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void aReasonIsExplainedOnceForEachOfItsConditions(Reason reason) {
        List<ConditionType> conditions = reason.explanations().stream()
                .flatMap(explanation -> explanation.conditions().stream())
                .toList();

        assertThat(conditions)
                .isNotEmpty()
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(reason.conditions());
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void aReasonThatNeedsActionHasARemedyAndAGoodOneHasNone(Reason reason) {
        assertThat(reason.explanations()).allSatisfy(explanation -> {
            assertThat(explanation.meaning()).isNotBlank().endsWith(".");
            if (reason.outlook() == Outlook.NEEDS_ACTION) {
                assertThat(explanation.remedy()).endsWith(".");
            }
            if (reason.outlook() == Outlook.GOOD) {
                assertThat(explanation.remedy()).isEmpty();
            }
        });
    }

    /** The reference has one row for a word in the table of a condition. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void noWordIsExplainedTwiceOnOneCondition(Kind kind) {
        for (ConditionType type : ConditionType.values()) {
            Set<String> words = new HashSet<>();
            assertThat(reasons().filter(reason -> type.kinds().contains(kind)).filter(reason -> reason.conditions()
                            .contains(type)))
                    .filteredOn(reason -> !isOfOtherKind(reason, kind))
                    .filteredOn(reason -> !words.add(reason.name()))
                    .isSubsetOf(CaDefect.TooLarge, KubeconfigReason.TooLarge);
        }
    }

    private static boolean isOfOtherKind(Reason reason, Kind kind) {
        return (reason instanceof FederationReason && kind != Kind.MeshFederation)
                || (reason instanceof RemoteReason && kind != Kind.RemoteMesh)
                || (reason instanceof ImportReason && kind != Kind.ImportedService);
    }

    @Test
    void everyConditionThatDoesNotSumUpHasAGoodReason() {
        assertThat(Arrays.stream(ConditionType.values())
                        .filter(type -> type != ConditionType.Reconciling && type != ConditionType.Stalled))
                .allSatisfy(type -> assertThat(reasons())
                        .anyMatch(reason -> reason.outlook() == Outlook.GOOD
                                && reason.conditions().contains(type)));
    }

    @Test
    void anExplanationWithoutAConditionIsRefused() {
        assertThatThrownBy(() -> new Explanation("m", "r", List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
