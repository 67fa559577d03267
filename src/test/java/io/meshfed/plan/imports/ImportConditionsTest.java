package io.meshfed.plan.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.ImportReason;
import io.meshfed.plan.imports.world.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImportConditionsTest {
    private static final Finding UNKNOWN_REMOTE = new Finding.Problem(ImportReason.RemoteUnknown, "no such remote");
    private static final Finding OVERLAP = new Finding.Problem(ImportReason.LocalitiesOverlap, "they overlap");
    private static final Finding DRAINED = new Finding.LeftOut(ImportReason.AllDrained, "west is drained");
    private static final Finding NO_GATEWAY = new Finding.LeftOut(ImportReason.GatewayUnknown, "north is left out");

    @Test
    void theRankOfAReasonDecidesAndNotTheOrderOfTheFindings() {
        List<Finding> findings = List.of(OVERLAP, UNKNOWN_REMOTE);

        Condition resolved = resolved(findings, Optional.of("imported"));

        assertThat(resolved).isEqualTo(resolved(reversed(findings), Optional.of("imported")));
        assertThat(resolved.reason()).isEqualTo("RemoteUnknown");
        assertThat(resolved.message()).isEqualTo("no such remote; they overlap; imported");
    }

    @Test
    void aRemoteThatIsLeftOutGivesTheReasonOnlyIfNoOtherHasAnEndpoint() {
        List<Finding> findings = List.of(DRAINED, NO_GATEWAY);

        assertThat(resolved(findings, Optional.empty()).reason()).isEqualTo("GatewayUnknown");
        assertThat(resolved(reversed(findings), Optional.empty()).reason()).isEqualTo("GatewayUnknown");
        assertThat(resolved(findings, Optional.of("imported")).reason()).isEqualTo("Imported");
    }

    @Test
    void aConflictThatBlocksIsTheReasonOfResolvedToo() {
        List<Finding> findings =
                List.of(UNKNOWN_REMOTE, new Finding.BlockingConflict(ImportReason.HeadlessService, "it is headless"));

        List<Condition> conditions = ImportConditions.of(findings, Optional.empty());

        assertThat(conditions)
                .extracting(Condition::reason)
                .containsExactly("Conflict", "NothingJoined", "HeadlessService");
    }

    @Test
    void oneRefusalOfSeveralRemotesIsSaidOnce() {
        Finding refusal = new Finding.IdentityRefused(ImportReason.ServiceAccountsUnknown, "name one");

        List<Condition> conditions = ImportConditions.of(List.of(refusal, refusal), Optional.empty());

        assertThat(conditions.get(1).message()).isEqualTo("name one");
    }

    @Test
    void everyReasonOfAnImportHasItsRank() {
        Set<ImportReason> ranked = EnumSet.copyOf(ImportConditions.RANK);
        assertThat(ImportConditions.RANK).doesNotHaveDuplicates();

        // No finding has these: they stand alone.
        ranked.addAll(EnumSet.of(
                ImportReason.NoMeshFederation,
                ImportReason.MeshUnknown,
                ImportReason.Suspended,
                ImportReason.Accepted,
                ImportReason.NothingJoined,
                ImportReason.NoConflict));
        assertThat(ranked).containsExactlyInAnyOrderElementsOf(Arrays.asList(ImportReason.values()));
    }

    private static Condition resolved(List<Finding> findings, Optional<String> summary) {
        Condition resolved = ImportConditions.of(findings, summary).get(0);
        assertThat(resolved.type()).isEqualTo(ConditionType.Resolved.name());
        return resolved;
    }

    private static List<Finding> reversed(List<Finding> findings) {
        List<Finding> copy = new ArrayList<>(findings);
        Collections.reverse(copy);
        return copy;
    }
}
