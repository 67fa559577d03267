package io.meshfed.reconcile;

import static io.meshfed.reconcile.RouterWorld.came;
import static io.meshfed.reconcile.RouterWorld.catalogue;
import static io.meshfed.reconcile.RouterWorld.changed;
import static io.meshfed.reconcile.RouterWorld.entry;
import static io.meshfed.reconcile.RouterWorld.federation;
import static io.meshfed.reconcile.RouterWorld.gone;
import static io.meshfed.reconcile.RouterWorld.imported;
import static io.meshfed.reconcile.RouterWorld.metadata;
import static io.meshfed.reconcile.RouterWorld.of;
import static io.meshfed.reconcile.RouterWorld.rule;
import static io.meshfed.reconcile.RouterWorld.service;

import io.fabric8.istio.api.networking.v1.DestinationRule;
import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceStatus;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.CrdYaml;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.plan.mesh.Certificate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Who wakes whom: the cases that {@link WakeUpsTest} checks against {@link ChangeRouter}, and the page that lists them. */
public final class WakeUps {
    /** The page, from the root of the project. */
    public static final String PAGE = "docs/wakeups.md";

    private static final String ISSUER = "issuer: {secretName: issuer}, crl: {configMapName: revocations}";
    private static final String WEST = "network: west-network, cluster: {kubeconfigSecretRef: {name: west-kubeconfig}},"
            + " trust: {roots: [{name: r, configMapKeyRef: {name: west-roots, key: ca.crt}}]}";

    private WakeUps() {}

    /** A group of custom resources, in the words of the page, and its members in {@link #world}. */
    enum Who {
        NONE("–"),
        FEDERATIONS("all MeshFederations", "federation east"),
        REMOTES("all RemoteMeshes", "remote west", "remote north", "remote south"),
        REMOTE("that RemoteMesh", "remote west"),
        NAMING_REMOTES("RemoteMeshes that name it", "remote west"),
        ISSUING_REMOTES("RemoteMeshes with `issueCacerts`", "remote south"),
        IMPORTS("all ImportedServices", "import shop/cart", "import shop/pay", "import other/any"),
        IMPORT("that ImportedService", "import shop/cart"),
        SAME_NAME("the ImportedService of the same name", "import shop/cart"),
        HOST_IMPORT("the ImportedService of that host", "import shop/cart"),
        OWNING_IMPORT("the ImportedService that it belongs to", "import shop/cart"),
        BLOCKED_IMPORT("the ImportedService whose entry has that name", "import shop/cart"),
        NAMESPACE_IMPORTS("ImportedServices in the namespace", "import shop/cart", "import shop/pay"),
        REMOTE_IMPORTS("ImportedServices that use that remote", "import shop/cart", "import other/any"),
        POLICY_IMPORTS("ImportedServices with `loadBalancing`", "import shop/pay"),
        SAME_NAME_POLICY("the ImportedService of the same name, if it has `loadBalancing`", "import shop/pay"),
        JOINED_IMPORTS("ImportedServices in the namespace that join a local Service", "import shop/pay");

        private final String words;
        private final Set<String> members;

        Who(String words, String... members) {
            this.words = words;
            this.members = Set.of(members);
        }
    }

    /** One row: a change, who is reconciled, and why. */
    record Case(String change, Set<Who> who, String why, Consumer<ChangeRouter> happens) {
        Set<String> members() {
            return who.stream().flatMap(w -> w.members.stream()).collect(Collectors.toCollection(TreeSet::new));
        }

        private String row() {
            String reconciled = who.stream().map(w -> w.words).collect(Collectors.joining(", "));
            return "| " + change + " | " + reconciled + " | " + why + " |";
        }

        @Override
        public String toString() {
            return change;
        }
    }

    /** Two remotes, one more whose {@code cacerts} is issued here, and three imports. */
    static RouterWorld world() {
        RouterWorld world = new RouterWorld();
        world.federations.add(federation(ISSUER));
        world.remotes.add(of("RemoteMesh", "west", WEST, RemoteMesh.class));
        world.remotes.add(of("RemoteMesh", "north", "network: north-network", RemoteMesh.class));
        world.remotes.add(of(
                "RemoteMesh",
                "south",
                "network: south-network, trust: {issueCacerts: {kubeconfigSecretRef: {name: south-writer}}}",
                RemoteMesh.class));
        world.add(imported("shop", "cart", "from: [{remote: west}]"));
        world.add(imported("shop", "pay", "from: [{remote: north}], loadBalancing: {maxRequestsPerConnection: 1}"));
        world.add(imported("other", "any", ""));
        world.services.add("shop/pay");
        return world;
    }

    static List<Case> cases() {
        return List.of(
                row(
                        "MeshFederation: created, or its spec changes",
                        "network, trust and exports; a policy must not reach the gateway of an exported host",
                        r -> r.changed(changed(MeshFederation.class, federation(ISSUER), newer(federation(ISSUER)))),
                        Who.FEDERATIONS,
                        Who.REMOTES,
                        Who.POLICY_IMPORTS),
                row(
                        "MeshFederation: deleted",
                        "another one becomes active, or none is",
                        r -> r.changed(gone(MeshFederation.class, federation(ISSUER))),
                        Who.FEDERATIONS,
                        Who.REMOTES,
                        Who.IMPORTS),
                row(
                        "MeshFederation: status changes",
                        "the history of this mesh's roots",
                        r -> r.changed(changed(MeshFederation.class, federation(ISSUER), federation(ISSUER))),
                        Who.ISSUING_REMOTES),
                row(
                        "The published mesh changes (trust domain, aliases, locality, namespaces)",
                        "hosts, identities and the place of the gateways",
                        ChangeRouter::meshPublished,
                        Who.REMOTES,
                        Who.IMPORTS),
                row(
                        "The published trust of this mesh changes, or istiod's mesh networks, or the addresses of a host name",
                        "`Trusted`, inline addresses, and what else the registration of a gateway depends on",
                        ChangeRouter::remoteInputsChanged,
                        Who.REMOTES),
                row(
                        "RemoteMesh: created or deleted, or its deletion begins",
                        "trust, claims to its network, endpoints",
                        r -> r.changed(came(RemoteMesh.class, of("RemoteMesh", "west", WEST, RemoteMesh.class))),
                        Who.FEDERATIONS,
                        Who.REMOTES,
                        Who.REMOTE_IMPORTS),
                row(
                        "RemoteMesh: spec changes",
                        "trust and claims to its network; imports follow the published remote",
                        r -> r.changed(changed(RemoteMesh.class, west(), newer(west()))),
                        Who.FEDERATIONS,
                        Who.REMOTES),
                row(
                        "RemoteMesh: status changes",
                        "nothing depends on it",
                        r -> r.changed(changed(RemoteMesh.class, west(), west())),
                        Who.NONE),
                row(
                        "A published remote changes (addressing, registration, inline addresses, `suspend`, `drained`)",
                        "endpoints",
                        r -> r.remotePublished("west"),
                        Who.REMOTE_IMPORTS),
                row(
                        "Remote cluster: the connection or the gateway's Service changes",
                        "`Connected` and `GatewayKnown`; trust does not depend on them",
                        r -> r.remoteObserved("west", catalogue(), catalogue()),
                        Who.REMOTE),
                row(
                        "Remote cluster: the catalogue, or a `cacerts` issued here, changes or becomes readable or unreadable",
                        "trust may wait for it",
                        r -> r.remoteObserved("west", PeerObservation.NOTHING, catalogue()),
                        Who.REMOTE,
                        Who.FEDERATIONS,
                        Who.ISSUING_REMOTES),
                row(
                        "ImportedService: created",
                        "itself, because JOSDK may have reconciled it before our cache had it; within 2 seconds: counts of"
                                + " imports, and istiod's DNS capture",
                        r -> r.changed(came(ImportedService.class, imported("shop", "cart", "from: [{remote: west}]"))),
                        Who.IMPORT,
                        Who.FEDERATIONS,
                        Who.REMOTES),
                row(
                        "ImportedService: spec or mode changes, or it is deleted",
                        "within 2 seconds: counts of imports, and istiod's DNS capture. With `loadBalancing` the MeshFederations"
                                + " within 200 ms: rules of the gateway",
                        r -> r.changed(changed(
                                ImportedService.class,
                                imported("shop", "cart", ""),
                                newer(imported("shop", "cart", "")))),
                        Who.FEDERATIONS,
                        Who.REMOTES),
                row(
                        "ImportedService: the rest of its status changes",
                        "nothing depends on it",
                        r -> r.changed(changed(
                                ImportedService.class, imported("shop", "cart", ""), imported("shop", "cart", ""))),
                        Who.NONE),
                row(
                        "Secret in the operator's namespace: an issuer of a MeshFederation (spec or status), or"
                                + " `meshfed-intermediate`",
                        "trust",
                        both(secret("meshfed-system", "issuer"), secret("meshfed-system", "meshfed-intermediate")),
                        Who.FEDERATIONS,
                        Who.ISSUING_REMOTES),
                row(
                        "Secret in the operator's namespace: a kubeconfig",
                        "the connection",
                        secret("meshfed-system", "west-kubeconfig"),
                        Who.NAMING_REMOTES),
                row(
                        "Secret in the operator's namespace: any other one",
                        "nothing reads it",
                        secret("meshfed-system", "pull-secret"),
                        Who.NONE),
                row(
                        "Secret `cacerts` or `istio-ca-secret` in the control-plane namespace",
                        "trust",
                        both(secret("istio-system", "cacerts"), secret("istio-system", "istio-ca-secret")),
                        Who.FEDERATIONS,
                        Who.ISSUING_REMOTES),
                row(
                        "ConfigMap of istiod in the control-plane namespace (mesh config, values, published roots)",
                        "istiod's configuration, and the roots that it uses",
                        both(configMap("istio-system", "istio"), configMap("istio-system", "istio-ca-root-cert")),
                        Who.FEDERATIONS,
                        Who.ISSUING_REMOTES),
                row(
                        "ConfigMap in the operator's namespace that a RemoteMesh names for a root, or a MeshFederation for"
                                + " revocation lists",
                        "trust",
                        both(configMap("meshfed-system", "west-roots"), configMap("meshfed-system", "revocations")),
                        Who.FEDERATIONS,
                        Who.ISSUING_REMOTES),
                row(
                        "ConfigMap in the operator's namespace: any other one",
                        "nothing reads it",
                        configMap("meshfed-system", "kube-root-ca.crt"),
                        Who.NONE),
                row(
                        "Service: created or deleted, or its spec changes",
                        "local endpoints of the host; exports",
                        r -> r.changed(changed(
                                Service.class, service("cart", "app: a", ""), ports(service("cart", "app: a", "")))),
                        Who.SAME_NAME,
                        Who.FEDERATIONS),
                row(
                        "Service: selector changes",
                        "the selector may match entries that joined another Service; exports",
                        r -> r.changed(came(Service.class, service("new", "app: pay", ""))),
                        Who.JOINED_IMPORTS,
                        Who.FEDERATIONS),
                row(
                        "Service: labels or annotations change",
                        "exports, and the policy of an exported host",
                        r -> r.changed(changed(
                                Service.class,
                                service("pay", "app: pay", ""),
                                service("pay", "app: pay", "labels: {export: 'true'}"))),
                        Who.SAME_NAME_POLICY,
                        Who.FEDERATIONS),
                row(
                        "Service with the label of a network: spec or labels change",
                        "istiod may use it as the gateway of that network",
                        r -> r.changed(changed(
                                Service.class,
                                service("gw", "app: gw", ""),
                                service("gw", "app: gw", "labels: {topology.istio.io/network: b}"))),
                        Who.REMOTES,
                        Who.FEDERATIONS),
                row(
                        "Service: the addresses of its load balancer change",
                        "the address of this mesh's gateway",
                        r -> r.changed(changed(
                                Service.class, service("gw", "app: gw", ""), address(service("gw", "app: gw", "")))),
                        Who.FEDERATIONS),
                row(
                        "Namespace: labels change",
                        "`imports.namespaceSelector`, exports, the network label of the control plane",
                        r -> r.changed(changed(
                                Namespace.class,
                                metadata("", "shop", "", Namespace.class),
                                metadata("", "shop", "labels: {a: b}", Namespace.class))),
                        Who.NAMESPACE_IMPORTS,
                        Who.FEDERATIONS),
                row(
                        "Namespace: created or deleted",
                        "a registration may wait for it",
                        r -> r.changed(came(Namespace.class, metadata("", "new", "labels: {a: b}", Namespace.class))),
                        Who.REMOTES,
                        Who.FEDERATIONS),
                row(
                        "GatewayClass; Gateway (Gateway API), all but the status of a Gateway",
                        "addressing, and gateways that istiod knows from elsewhere",
                        r -> {
                            r.changed(came(GatewayClass.class, metadata("", "istio-remote", "", GatewayClass.class)));
                            r.changed(came(Gateway.class, metadata("shop", "web", "generation: 1", Gateway.class)));
                        },
                        Who.REMOTES),
                row(
                        "ServiceEntry, WorkloadEntry or DestinationRule with the label of an import: all but its status",
                        "repair",
                        r -> r.changed(gone(
                                ServiceEntry.class,
                                entry("meshfed-cart", "labels: {meshfed.io/imported-service: cart}, generation: 1"))),
                        Who.OWNING_IMPORT),
                row(
                        "ServiceEntry or WorkloadEntry without the label, with the name of an entry of an import",
                        "it blocks that entry, or did",
                        r -> r.changed(gone(
                                WorkloadEntry.class,
                                metadata("shop", "meshfed-cart.west", "generation: 1", WorkloadEntry.class))),
                        Who.BLOCKED_IMPORT),
                row(
                        "Any other ServiceEntry or WorkloadEntry",
                        "nothing depends on it",
                        r -> r.changed(came(
                                WorkloadEntry.class, metadata("shop", "vm-1", "generation: 1", WorkloadEntry.class))),
                        Who.NONE),
                row(
                        "DestinationRule of one host: all but its status",
                        "conflicting policies; within 200 ms: the gateway's rule for that host",
                        r -> r.changed(came(DestinationRule.class, rule("elsewhere", "cart.shop.svc.cluster.local"))),
                        Who.HOST_IMPORT,
                        Who.FEDERATIONS),
                row(
                        "DestinationRule of a wildcard host: all but its status",
                        "conflicting policies; within 200 ms: the gateway's rules",
                        r -> r.changed(came(DestinationRule.class, rule("istio-system", "*.local"))),
                        Who.POLICY_IMPORTS,
                        Who.FEDERATIONS),
                row(
                        "Certificate of cert-manager; Deployment, ServiceAccount, HorizontalPodAutoscaler, PodDisruptionBudget in"
                                + " the gateway's namespace; Gateway (Istio), PeerAuthentication, ExportedMesh",
                        "repair, and the state of the gateway and of the intermediate",
                        r -> {
                            r.changed(came(
                                    Certificate.class,
                                    metadata("meshfed-system", "meshfed-intermediate", "", Certificate.class)));
                            r.changed(gone(Deployment.class, metadata("meshfed-gateway", "gw", "", Deployment.class)));
                        },
                        Who.FEDERATIONS),
                row(
                        "A cache has its first complete list, or fails before that",
                        "each may wait for it",
                        r -> r.syncChanged(Secret.class),
                        Who.FEDERATIONS,
                        Who.REMOTES),
                row(
                        "The last cache that imports are planned from has its first complete list",
                        "each waits for it",
                        r -> r.syncChanged(Service.class),
                        Who.FEDERATIONS,
                        Who.REMOTES,
                        Who.IMPORTS));
    }

    private static Case row(String change, String why, Consumer<ChangeRouter> happens, Who first, Who... more) {
        return new Case(change, EnumSet.of(first, more), why, happens);
    }

    private static Consumer<ChangeRouter> secret(String namespace, String name) {
        return router -> router.changed(came(Secret.class, metadata(namespace, name, "", Secret.class)));
    }

    private static Consumer<ChangeRouter> configMap(String namespace, String name) {
        return router -> router.changed(came(ConfigMap.class, metadata(namespace, name, "", ConfigMap.class)));
    }

    private static Consumer<ChangeRouter> both(Consumer<ChangeRouter> one, Consumer<ChangeRouter> other) {
        return one.andThen(other);
    }

    private static RemoteMesh west() {
        return of("RemoteMesh", "west", WEST, RemoteMesh.class);
    }

    private static <T extends HasMetadata> T newer(T object) {
        object.getMetadata().setGeneration(2L);
        return object;
    }

    private static Service ports(Service service) {
        service.getSpec().setClusterIP("10.0.0.1");
        return service;
    }

    private static Service address(Service service) {
        service.setStatus(
                Serialization.unmarshal("---\n{loadBalancer: {ingress: [{ip: 192.0.2.1}]}}", ServiceStatus.class));
        return service;
    }

    /** The page, from the cases. */
    public static String page() {
        return """
                # Who wakes whom

                <!-- from src/test/java/io/meshfed/reconcile/WakeUps.java by %s -->

                JOSDK reconciles a resource when its own spec changes, after a failure, and once an hour. Everything else that wakes a
                reconciler goes through `ChangeRouter`; this page lists it. `WakeUpsTest` checks every row against the code. A resource
                that is not in the row is not reconciled: with ten thousand imports, waking all of them is expensive.

                | change | who is reconciled | why |
                |---|---|---|
                """
                        .formatted(CrdYaml.COMMAND)
                + cases().stream().map(Case::row).collect(Collectors.joining("\n"))
                + "\n\nSome steps also set a timer: the next moment at which trust changes by itself, retries of a write, and ten"
                + " seconds while a cache\nis not complete. No timer replaces a row of this table.\n";
    }

    static List<Who> unused() {
        return Arrays.stream(Who.values())
                .filter(who -> cases().stream().noneMatch(c -> c.who().contains(who)))
                .toList();
    }
}
