package io.meshfed.plan.imports.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.Service;
import io.meshfed.api.ImportedService;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.api.Selector;
import io.meshfed.plan.Yaml;
import io.meshfed.plan.imports.ImportPlanner;
import io.meshfed.plan.imports.world.ImportWorld;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.RemoteParticipation;
import io.meshfed.plan.imports.world.RemoteState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every WorkloadEntry of a namespace has a name of its own, whatever imports, remotes and addresses there are. */
class EntryNamesTest {
    private static final int LONGEST_NAME = 253;
    private static final int DIGEST = 8;

    @Test
    void namesThatDifferOnlyInWhereTheyPartDoNotMeet() {
        List<String> names = new ArrayList<>();
        names.addAll(names("a", List.of("b-c", "b", "c"), "192.0.2.1"));
        names.addAll(names("a-b", List.of("c", "b-c"), "192.0.2.1"));

        assertThat(names).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void aRemoteThatIsCalledLikeAnAddressDoesNotMeetIt() {
        List<String> several = names("a", List.of("west"), "192.0.2.1", "192.0.2.2");
        String digest = several.get(0).substring(several.get(0).length() - DIGEST);

        List<String> likeIt = names("a", List.of("west-" + digest), "192.0.2.1");

        assertThat(several).hasSize(2).doesNotContainAnyElementsOf(likeIt);
    }

    @Test
    void theLongestNamesFit() {
        List<String> names = names("a".repeat(63), List.of("b".repeat(52)), "192.0.2.1", "192.0.2.2");

        assertThat(names).hasSize(2).allMatch(name -> name.length() <= LONGEST_NAME);
    }

    private static List<String> names(String service, List<String> remotes, String... addresses) {
        LocalMesh mesh = new LocalMesh(
                "east",
                "east-network",
                "east.local",
                Set.of("west.local"),
                "cluster.local",
                "istio-system",
                "istio-system",
                Optional.empty(),
                Optional.empty(),
                Selector.EVERYTHING);
        ImportWorld world = new ImportWorld(
                Yaml.of(
                        """
                        apiVersion: meshfed.io/v1alpha1
                        kind: ImportedService
                        metadata: {name: %s, namespace: shop}
                        spec: {serviceAccounts: [shop]}
                        """
                                .formatted(service),
                        ImportedService.class),
                Optional.of(mesh),
                remotes.stream().map(name -> remote(name, addresses)).toList(),
                Map.of(),
                Optional.of(Yaml.of(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: %s, namespace: shop}
                        spec: {clusterIP: 10.0.0.1, selector: {app: shop}, ports: [{name: http, port: 80, targetPort: 8080}]}
                        """
                                .formatted(service),
                        Service.class)),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of());
        return ImportPlanner.plan(world).wanted().stream()
                .filter(WorkloadEntry.class::isInstance)
                .map(entry -> entry.getMetadata().getName())
                .toList();
    }

    private static RemoteState remote(String name, String... addresses) {
        return new RemoteState(
                name,
                name + "-network",
                "west.local",
                Optional.empty(),
                Addressing.Inline,
                false,
                List.of(addresses),
                15443,
                Map.of(),
                RemoteParticipation.Active,
                Optional.empty());
    }
}
