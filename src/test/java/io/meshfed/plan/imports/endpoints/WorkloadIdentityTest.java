package io.meshfed.plan.imports.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.ImportedService;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.api.Selector;
import io.meshfed.api.condition.ImportReason;
import io.meshfed.plan.Yaml;
import io.meshfed.plan.imports.world.Finding;
import io.meshfed.plan.imports.world.ImportSource;
import io.meshfed.plan.imports.world.ImportTarget;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.RemoteParticipation;
import io.meshfed.plan.imports.world.RemoteState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkloadIdentityTest {
    private static final RemoteState WEST = remote("west", "west.local");
    private static final RemoteState NORTH = remote("north", "north.local");

    @Test
    void aRemoteOfAnAliasMayJoinTheLocalService() {
        assertThat(identity("[shop]", "west.local").refusalToJoin(WEST)).isEmpty();
        assertThat(identity("[shop]").refusalToJoin(remote("twin", "east.local")))
                .isEmpty();
    }

    @Test
    void anIdentityThatClientsOfTheLocalServiceWouldRefuseDoesNotJoinIt() {
        assertThat(refusal(identity("[]", "west.local"), WEST)).isEqualTo(ImportReason.ServiceAccountsUnknown);
        assertThat(refusal(identity("[shop, cart]", "west.local"), WEST))
                .isEqualTo(ImportReason.SeveralServiceAccounts);
        assertThat(refusal(identity("[shop]", "west.local"), NORTH)).isEqualTo(ImportReason.TrustDomainNotAccepted);
    }

    @Test
    void theServiceEntryNamesEachAccountInEachRemotesTrustDomain() {
        List<ImportSource> sources = List.of(new ImportSource(WEST, 1), new ImportSource(NORTH, 1));

        assertThat(identity("[shop, cart]").subjectAltNames(sources))
                .containsExactly(
                        "spiffe://north.local/ns/shop/sa/cart",
                        "spiffe://north.local/ns/shop/sa/shop",
                        "spiffe://west.local/ns/shop/sa/cart",
                        "spiffe://west.local/ns/shop/sa/shop");
    }

    @Test
    void theMessageNamesTheAliasesTooThatIstiodAdds() {
        Optional<Finding> accepted =
                identity("[shop]", "alias.local").acceptedOfServiceEntry(List.of(new ImportSource(WEST, 1)));

        assertThat(accepted).get().isInstanceOf(Finding.IdentityAccepted.class);
        assertThat(accepted.get().message())
                .contains("spiffe://alias.local/ns/shop/sa/shop, spiffe://west.local/ns/shop/sa/shop")
                .doesNotContain("east.local");
    }

    @Test
    void withoutServiceAccountsAServiceEntryAcceptsAnyIdentity() {
        WorkloadIdentity identity = identity("[]");
        List<ImportSource> sources = List.of(new ImportSource(WEST, 1));

        assertThat(identity.subjectAltNames(sources)).isEmpty();
        assertThat(identity.acceptedOfServiceEntry(sources)).get().isInstanceOf(Finding.IdentityUnrestricted.class);
    }

    @Test
    void withoutEndpointsThereIsNoIdentityToCompare() {
        assertThat(identity("[shop]").acceptedOfServiceEntry(List.of())).isEmpty();
        assertThat(identity("[shop]").acceptedOfLocalService(List.of())).isEmpty();
    }

    private static ImportReason refusal(WorkloadIdentity identity, RemoteState remote) {
        return identity.refusalToJoin(remote).orElseThrow().reason();
    }

    private static WorkloadIdentity identity(String serviceAccounts, String... aliases) {
        LocalMesh mesh = new LocalMesh(
                "east",
                "east-network",
                "east.local",
                Set.of(aliases),
                "cluster.local",
                "istio-system",
                "istio-system",
                Optional.empty(),
                Optional.empty(),
                Selector.EVERYTHING);
        ImportedService service = Yaml.of(
                """
                apiVersion: meshfed.io/v1alpha1
                kind: ImportedService
                metadata: {name: shop, namespace: shop}
                spec: {serviceAccounts: %s}
                """
                        .formatted(serviceAccounts),
                ImportedService.class);
        return new WorkloadIdentity(ImportTarget.of(service, mesh));
    }

    private static RemoteState remote(String name, String trustDomain) {
        return new RemoteState(
                name,
                name + "-network",
                trustDomain,
                Optional.empty(),
                Addressing.RemoteGateway,
                true,
                List.of(),
                15443,
                Map.of(),
                RemoteParticipation.Active,
                Optional.empty());
    }
}
