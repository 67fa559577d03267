package io.meshfed.reconcile;

import static io.meshfed.reconcile.RouterWorld.OPERATOR;
import static io.meshfed.reconcile.RouterWorld.came;
import static io.meshfed.reconcile.RouterWorld.catalogue;
import static io.meshfed.reconcile.RouterWorld.changed;
import static io.meshfed.reconcile.RouterWorld.entry;
import static io.meshfed.reconcile.RouterWorld.federation;
import static io.meshfed.reconcile.RouterWorld.gone;
import static io.meshfed.reconcile.RouterWorld.imported;
import static io.meshfed.reconcile.RouterWorld.metadata;
import static io.meshfed.reconcile.RouterWorld.of;
import static io.meshfed.reconcile.RouterWorld.remote;
import static io.meshfed.reconcile.RouterWorld.rule;
import static io.meshfed.reconcile.RouterWorld.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.RemoteMesh;
import io.meshfed.plan.mesh.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is woken by what, in a mesh with two remotes and a thousand imports beside two that matter. */
class ChangeRouterTest {
    private static final Duration DELAY = Duration.ofMillis(50);
    private static final Duration NEVER = Duration.ofHours(1);

    private final RouterWorld cluster = new RouterWorld();
    private final Set<String> woken = cluster.woken;
    private final ChangeRouter router = new ChangeRouter(cluster, cluster.triggers(), OPERATOR, DELAY, NEVER);

    @BeforeEach
    void populate() {
        cluster.federations.add(federation("issuer: {secretName: issuer}"));
        cluster.remotes.add(remote("west"));
        cluster.remotes.add(remote("north"));
        cluster.add(imported("shop", "cart", "from: [{remote: west}]"));
        cluster.add(imported("shop", "pay", "from: [{remote: north}], loadBalancing: {maxRequestsPerConnection: 1}"));
        IntStream.range(0, 1000).forEach(i -> cluster.add(imported("many", "s" + i, "from: [{remote: north}]")));
    }

    @Test
    void anEntryOfOursWakesItsImportOnly() {
        ServiceEntry ours = entry("meshfed-cart", "labels: {meshfed.io/imported-service: cart}, generation: 1");

        router.changed(gone(ServiceEntry.class, ours));

        assertThat(woken).containsExactly("import shop/cart");
    }

    @Test
    void anEntryThatLosesItsLabelWakesItsImport() {
        ServiceEntry ours = entry("meshfed-cart", "labels: {meshfed.io/imported-service: cart}, generation: 1");

        router.changed(changed(ServiceEntry.class, ours, entry("meshfed-cart", "generation: 1")));

        assertThat(woken).containsExactly("import shop/cart");
    }

    @Test
    void aForeignEntryThatStandsInTheWayWakesWhomItHinders() {
        WorkloadEntry foreign = metadata("shop", "meshfed-cart.west", "generation: 1", WorkloadEntry.class);

        router.changed(gone(WorkloadEntry.class, foreign));

        assertThat(woken).containsExactly("import shop/cart");
    }

    @Test
    void whatCertManagerSaysWakesTheMesh() {
        router.changed(came(
                Certificate.class,
                metadata("meshfed-system", "meshfed-intermediate", "generation: 1", Certificate.class)));

        assertThat(woken).containsExactly("federation east");
    }

    @Test
    void foreignEntriesWakeNobody() {
        router.changed(came(WorkloadEntry.class, metadata("shop", "vm-1", "generation: 1", WorkloadEntry.class)));
        router.changed(came(ServiceEntry.class, entry("egress", "generation: 1")));

        assertThat(woken).isEmpty();
    }

    @Test
    void statusOfEntriesAndGatewaysWakesNobody() {
        router.changed(changed(
                ServiceEntry.class,
                entry("meshfed-cart", "labels: {meshfed.io/imported-service: cart}, generation: 1"),
                entry(
                        "meshfed-cart",
                        "labels: {meshfed.io/imported-service: cart}, generation: 1, resourceVersion: '9'")));
        router.changed(changed(
                Gateway.class,
                metadata("shop", "web", "generation: 3", Gateway.class),
                metadata("shop", "web", "generation: 3, resourceVersion: '9'", Gateway.class)));

        assertThat(woken).isEmpty();
    }

    @Test
    void aRuleWakesTheImportOfItsHost() {
        router.changed(came(DestinationRule.class, rule("shop", "cart")));
        router.changed(came(DestinationRule.class, rule("elsewhere", "pay.shop.svc.cluster.local")));

        assertThat(woken).containsExactly("import shop/cart", "import shop/pay");
    }

    /** What the east-west gateway is to follow for an exported host depends on every rule of that host. */
    @Test
    void aRuleWakesTheMeshToo() {
        rulesFirst().changed(gone(DestinationRule.class, rule("elsewhere", "other.shop.svc.cluster.local")));

        await().untilAsserted(() -> assertThat(woken).containsExactly("federation east"));
    }

    @Test
    void anImportsTrafficPolicyWakesTheMesh() {
        ImportedService asks = imported("shop", "cart", "loadBalancing: {maxRequestsPerConnection: 1}");
        asks.getMetadata().setGeneration(2L);

        rulesFirst().changed(changed(ImportedService.class, cluster.imports.get("shop/cart"), asks));

        await().untilAsserted(() -> assertThat(woken).containsExactly("federation east"));
    }

    /** Whether a host is exported decides whether the policy of its import has to wait. */
    @Test
    void anExportLabelWakesTheImportThatSetsAPolicy() {
        router.changed(changed(
                Service.class, service("pay", "app: pay", ""), service("pay", "app: pay", "labels: {export: 'true'}")));
        router.changed(changed(
                Service.class,
                service("cart", "app: cart", ""),
                service("cart", "app: cart", "labels: {export: 'true'}")));

        assertThat(woken).containsExactly("federation east", "import shop/pay");
    }

    @Test
    void aMeshWithAnotherSpecWakesTheImportsThatSetAPolicy() {
        MeshFederation after = federation("issuer: {secretName: issuer}");
        after.getMetadata().setGeneration(2L);

        router.changed(changed(MeshFederation.class, cluster.federations.get(0), after));

        assertThat(woken).containsExactly("federation east", "import shop/pay", "remote north", "remote west");
    }

    private ChangeRouter rulesFirst() {
        return new ChangeRouter(cluster, cluster.triggers(), OPERATOR, NEVER, DELAY);
    }

    @Test
    void aWildcardRuleWakesThoseThatSetATrafficPolicy() {
        router.changed(came(DestinationRule.class, rule("istio-system", "*.local")));

        assertThat(woken).containsExactly("import shop/pay");
    }

    @Test
    void aServiceWakesItsImportAndTheMesh() {
        router.changed(came(Service.class, service("cart", "app: cart", "")));

        assertThat(woken).containsExactly("federation east", "import shop/cart");
    }

    /** A selector may catch the entries of another import, so those that joined a Service must look again. */
    @Test
    void anotherServicesSelectorWakesTheImportsThatJoinedOne() {
        cluster.services.add("shop/pay");

        router.changed(came(Service.class, service("other", "app: pay", "")));

        assertThat(woken).containsExactly("federation east", "import shop/pay");
    }

    @Test
    void aServiceThatBecomesAGatewayOfAnotherNetworkWakesTheRemotes() {
        router.changed(changed(
                Service.class,
                service("gw", "app: gw", "labels: {topology.istio.io/network: a}"),
                service("gw", "app: gw", "labels: {topology.istio.io/network: b}")));

        assertThat(woken).containsExactly("federation east", "remote north", "remote west");
    }

    @Test
    void aKubeconfigWakesItsRemoteOnly() {
        router.changed(came(Secret.class, metadata("meshfed-system", "west-kubeconfig", "", Secret.class)));

        assertThat(woken).containsExactly("remote west");
    }

    @Test
    void aConfigMapWakesTheMesh() {
        router.changed(came(ConfigMap.class, metadata("istio-system", "istio", "", ConfigMap.class)));

        assertThat(woken).containsExactly("federation east");
    }

    @Test
    void whatTheMeshOwnsInTheGatewayNamespaceWakesIt() {
        router.changed(gone(Deployment.class, metadata("meshfed-gateway", "gw", "", Deployment.class)));

        assertThat(woken).containsExactly("federation east");
    }

    @Test
    void aNamespacesLabelsWakeItsImports() {
        router.changed(changed(
                Namespace.class,
                metadata("", "shop", "", Namespace.class),
                metadata("", "shop", "labels: {a: b}", Namespace.class)));

        assertThat(woken).containsExactly("federation east", "import shop/cart", "import shop/pay");
    }

    @Test
    void aRemotesStatusWakesNobodyAndItsEndWakesItsImports() {
        router.changed(changed(RemoteMesh.class, remote("west"), remote("west")));
        assertThat(woken).isEmpty();

        RemoteMesh leaving = remote("west");
        leaving.getMetadata().setGeneration(2L);
        leaving.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        router.changed(changed(RemoteMesh.class, remote("west"), leaving));

        assertThat(woken).containsExactly("federation east", "import shop/cart", "remote north", "remote west");
    }

    @Test
    void aThousandNewImportsWakeEachItselfAndTheCountsOnce() {
        cluster.imports.values().forEach(i -> router.changed(came(ImportedService.class, i)));

        assertThat(woken).filteredOn(w -> w.startsWith("import ")).hasSize(1002);
        await().untilAsserted(() -> assertThat(woken).contains("remote west", "remote north", "federation east"));
    }

    @Test
    void anImportsConditionsWakeNobody() {
        ImportedService cart = cluster.imports.get("shop/cart");

        router.changed(changed(ImportedService.class, cart, cart));

        await().pollDelay(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(woken).isEmpty());
    }

    @Test
    void importsAreWokenWhenTheLastThingTheyLookAtIsSeen() {
        cluster.waiting = true;
        router.syncChanged(Service.class);
        assertThat(woken).containsExactly("federation east", "remote north", "remote west");

        cluster.waiting = false;
        router.syncChanged(Namespace.class);

        assertThat(woken).hasSize(3 + 1002);
    }

    @Test
    void aRemoteChangeWakesItsOwnImports() {
        router.remotePublished("west");

        assertThat(woken).containsExactly("import shop/cart");
    }

    @Test
    void aRemoteWhoseCacertsIsMadeHereFollowsThisMeshsTrustAndWhatItsPeersSay() {
        cluster.remotes.add(of(
                "RemoteMesh",
                "south",
                "network: south-network, trust: {issueCacerts: {kubeconfigSecretRef: {name: south-writer}}}",
                RemoteMesh.class));
        MeshFederation before = cluster.federations.get(0);
        MeshFederation after = federation("issuer: {secretName: issuer}");
        after.setStatus(new MeshFederationStatus(1L, List.of(), null, null, null, null));

        router.changed(came(Secret.class, metadata("istio-system", "cacerts", "", Secret.class)));
        assertThat(woken).containsExactly("federation east", "remote south");
        woken.clear();
        router.changed(changed(MeshFederation.class, before, after));
        assertThat(woken).containsExactly("remote south");
        woken.clear();
        router.remoteObserved("west", PeerObservation.NOTHING, catalogue());
        assertThat(woken).containsExactly("federation east", "remote south", "remote west");
    }

    /** An address of the gateway is no part of what trust depends on. */
    @Test
    void anObservationThatTrustDoesNotDependOnWakesTheRemoteOnly() {
        router.remoteObserved("west", PeerObservation.NOTHING, PeerObservation.NOTHING);

        assertThat(woken).containsExactly("remote west");
    }
}
