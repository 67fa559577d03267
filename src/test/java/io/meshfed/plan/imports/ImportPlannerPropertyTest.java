package io.meshfed.plan.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.ImportedService;
import io.meshfed.api.ImportedServiceSpec;
import io.meshfed.api.Names;
import io.meshfed.plan.IstioRules;
import io.meshfed.plan.imports.world.EndpointAddressing;
import io.meshfed.plan.imports.world.ImportWorld;
import io.meshfed.plan.imports.world.OutputKey;
import io.meshfed.plan.imports.world.RemoteParticipation;
import io.meshfed.plan.imports.world.RemoteState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every plan, over worlds by seed. */
class ImportPlannerPropertyTest {

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void orderOfInputsDoesNotMatter(long seed) {
        RandomImports random = new RandomImports(seed);
        ImportWorld world = random.world();

        assertThat(text(ImportPlanner.plan(random.shuffled(world)))).isEqualTo(text(ImportPlanner.plan(world)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsWrittenKeepsIstiosRules(long seed) {
        IstioRules.check(ImportPlanner.plan(new RandomImports(seed).world()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void planningAgainOverItsOwnOutputChangesNothing(long seed) {
        ImportWorld world = new RandomImports(seed).world();
        ImportPlan first = ImportPlanner.plan(world);

        ImportPlan second = ImportPlanner.plan(standing(world, first, UnaryOperator.identity()));

        assertThat(text(second)).isEqualTo(text(first));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyGatewayUnknownKeepsEveryEntry(long seed) {
        ImportWorld world = new RandomImports(seed).world();
        ImportPlan first = ImportPlanner.plan(world);

        ImportPlan second = ImportPlanner.plan(standing(world, first, ImportPlannerPropertyTest::unknown));

        assertThat(Serialization.asYaml(second.wanted())).isEqualTo(Serialization.asYaml(first.wanted()));
        assertThat(second.remotes()).isEqualTo(first.remotes());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyRemoteSuspendedTouchesNoEntry(long seed) {
        ImportWorld world = new RandomImports(seed).world();
        ImportPlan first = ImportPlanner.plan(world);

        ImportPlan second = ImportPlanner.plan(standing(world, first, ImportPlannerPropertyTest::suspended));

        first.wanted().stream()
                .filter(object -> !object.getKind().equals("DestinationRule"))
                .forEach(object -> assertThat(second.kept().contains(OutputKey.of(object))
                                || second.wanted().contains(object))
                        .as(Serialization.asYaml(object))
                        .isTrue());
        assertThat(second.remotes()).isEqualTo(first.remotes());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void removingOneRemoteLeavesTheEndpointsOfTheOthers(long seed) {
        ImportWorld world = new RandomImports(seed).world();
        // A host name gives way to its IPs only beside a RemoteGateway remote, so such a pair does depend on each
        // other.
        boolean names = world.remotes().stream()
                .flatMap(r -> r.addresses().stream())
                .anyMatch(a -> !EndpointAddressing.isIp(a));
        if (names) {
            return;
        }
        Map<String, List<String>> before = endpoints(ImportPlanner.plan(world));
        String removed = world.remotes().get(0).name();

        Map<String, List<String>> after = endpoints(ImportPlanner.plan(without(world, removed)));

        before.remove(removed);
        before.remove(removed + "-network");
        assertThat(after).isEqualTo(before);
    }

    private static ImportWorld standing(ImportWorld world, ImportPlan plan, UnaryOperator<RemoteState> change) {
        return new ImportWorld(
                world.service(),
                world.mesh(),
                world.remotes().stream().map(change).toList(),
                world.namespaceLabels(),
                world.localService(),
                plan.wanted().stream()
                        .filter(ServiceEntry.class::isInstance)
                        .map(ServiceEntry.class::cast)
                        .findFirst(),
                plan.wanted().stream()
                        .filter(WorkloadEntry.class::isInstance)
                        .map(WorkloadEntry.class::cast)
                        .toList(),
                world.otherRules(),
                world.exportedThrough(),
                world.otherServices());
    }

    private static RemoteState unknown(RemoteState r) {
        return new RemoteState(
                r.name(),
                r.network(),
                r.trustDomain(),
                r.locality(),
                r.addressing(),
                false,
                List.of(),
                r.port(),
                Map.of(),
                r.participation(),
                Optional.empty());
    }

    private static RemoteState suspended(RemoteState r) {
        return new RemoteState(
                r.name(),
                r.network(),
                r.trustDomain(),
                r.locality(),
                r.addressing(),
                r.gatewayRegistered(),
                List.of("192.0.2.254"),
                r.port(),
                Map.of(),
                RemoteParticipation.Suspended,
                Optional.empty());
    }

    private static ImportWorld without(ImportWorld world, String remote) {
        ImportedServiceSpec spec = world.service().getSpec();
        ImportedService service = new ImportedService();
        service.setMetadata(world.service().getMetadata());
        service.setSpec(new ImportedServiceSpec(
                spec.from().stream().filter(f -> !f.remote().equals(remote)).toList(),
                spec.mode(),
                spec.ports(),
                spec.serviceAccounts(),
                spec.loadBalancing(),
                spec.exportTo(),
                spec.suspend()));
        return new ImportWorld(
                service,
                world.mesh(),
                world.remotes().stream().filter(r -> !r.name().equals(remote)).toList(),
                world.namespaceLabels(),
                world.localService(),
                world.presentServiceEntry(),
                world.presentWorkloadEntries(),
                world.otherRules(),
                world.exportedThrough(),
                world.otherServices());
    }

    /** Endpoints by remote (WorkloadEntry) or network (ServiceEntry); there without weights, of which only ratios count. */
    private static Map<String, List<String>> endpoints(ImportPlan plan) {
        Map<String, List<String>> endpoints = new TreeMap<>();
        plan.wanted().forEach(object -> {
            if (object instanceof WorkloadEntry entry) {
                String remote = entry.getMetadata().getLabels().get(Names.REMOTE_LABEL);
                endpoints.computeIfAbsent(remote, r -> new ArrayList<>()).add(Serialization.asYaml(entry));
            } else if (object instanceof ServiceEntry entry) {
                entry.getSpec().getEndpoints().forEach(endpoint -> endpoints
                        .computeIfAbsent(endpoint.getNetwork(), n -> new ArrayList<>())
                        .add(Serialization.asYaml(
                                endpoint.edit().withWeight(null).build())));
            }
        });
        return endpoints;
    }

    private static String text(ImportPlan plan) {
        return Stream.of(
                        Serialization.asYaml(plan.wanted()),
                        plan.kept().stream().map(OutputKey::toString).sorted().toList(),
                        plan.conditions(),
                        plan.mode(),
                        plan.remotes(),
                        plan.ports(),
                        plan.addresses())
                .map(String::valueOf)
                .collect(Collectors.joining("\n"));
    }
}
