package io.meshfed.demo;

import static org.awaitility.Awaitility.await;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.istio.api.networking.v1.WorkloadEntry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.ClusterOptions;
import io.meshfed.testbed.Kubectl;
import io.meshfed.testbed.Mesh;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Federates two meshes on two real control planes, with the shipped operator in each. With {@code -Ddemo.once=true} the demo
 * ends without waiting for Ctrl-C; exit code 0 means that every check passed.
 */
public final class Demo {
    private static final String SYSTEM = "meshfed-system";
    private static final String GATEWAYS = "/apis/gateway.networking.k8s.io/v1/namespaces/meshfed-gateway/gateways";
    private static final String ENTRIES = "/apis/networking.istio.io/v1/namespaces/httpbin/";

    private final Console tell = new Console(System.out);
    private final Mesh east;
    private final Mesh west;

    private Demo(Mesh east, Mesh west) {
        this.east = east;
        this.west = west;
    }

    /** Runs the demo. */
    public static void main(String[] args) {
        int code = 0;
        try {
            play(Boolean.getBoolean("demo.once"));
        } catch (RuntimeException e) {
            code = 1;
            System.out.println();
            System.out.println("   ✗ The demo failed: " + e.getMessage());
            e.printStackTrace(System.out);
        }
        // The Kubernetes clients have non-daemon threads, which would keep the JVM running.
        System.exit(code);
    }

    private static void play(boolean once) {
        Instant start = Instant.now();
        Console opening = new Console(System.out);
        opening.say("meshfed federates two Istio meshes, east and west.");
        opening.say(
                "Real: two API servers with etcd and controllers, an operator in each cluster with the permissions");
        opening.say("of the Helm chart, and every object below.");
        opening.say(
                "Simulated: the cloud's load balancers, the kubelets, and the objects that Istio's chart and istiod");
        opening.say("create. No traffic flows.");
        List<Cluster> clusters = Cluster.startAll(
                ClusterOptions.named("east").withServiceCidr("10.255.10.0/24"),
                ClusterOptions.named("west").withServiceCidr("10.255.30.0/24"));
        try (Mesh east = Mesh.example(clusters.get(0), "west", "172.18.64.").run();
                Mesh west = Mesh.example(clusters.get(1), "east", "172.18.128.").run()) {
            opening.took("two clusters are running, each with an operator", Duration.between(start, Instant.now()));
            Demo demo = new Demo(east, west);
            demo.run(once);
            demo.tell.say("");
            demo.tell.took("duration of the demo", Duration.between(start, Instant.now()));
        }
    }

    private void run(boolean once) {
        applyMeshes();
        gatewayGetsAddress();
        importRemote();
        flipToLocal();
        addressChanges();
        remoteGoesAway();
        if (!once) {
            stayUp();
        }
        delete();
    }

    private void applyMeshes() {
        tell.chapter("Each cluster gets a MeshFederation and a RemoteMesh");
        tell.say(
                "There is no cacerts Secret, no gateway and no certificate yet. East's operator generates the root; you copy its Secret to west.");
        east.applyExample("east.yaml");
        Duration issued = Mesh.until("east's cacerts", () -> east.find(Secret.class, "istio-system", "cacerts")
                .isPresent());
        tell.took("east: the operator generated a root, signed an intermediate and wrote the Secret cacerts", issued);
        east.copySecret("mesh-root-ca", west);
        west.applyExample("west.yaml");
        tell.took(
                "west: the operator signed an intermediate with the same root",
                Mesh.until("west's cacerts", () -> west.find(Secret.class, "istio-system", "cacerts")
                        .isPresent()));
        tell.say("istiod starts with this Secret and publishes the root in every namespace (simulated).");
        east.istio().publishRoot();
        west.istio().publishRoot();
        Mesh.until("east's trust", () -> Mesh.holds(east.federation("east"), "TrustReady"));
        Mesh.until("west's trust", () -> Mesh.holds(west.federation("west"), "TrustReady"));
        tell.command(
                "kubectl --context east get secret -n istio-system",
                east.kubectl().get("/api/v1/namespaces/istio-system/secrets"));
        tell.command(
                "kubectl --context east get deployment,service -n meshfed-gateway",
                east.kubectl().get("/apis/apps/v1/namespaces/meshfed-gateway/deployments")
                        + "\n\n"
                        + east.kubectl().get("/api/v1/namespaces/meshfed-gateway/services"));
        show(east, "mfed", "/apis/meshfed.io/v1alpha1/meshfederations");
    }

    private void gatewayGetsAddress() {
        tell.chapter("West's gateway gets an address, and east gets read access to the gateway's Service");
        east.applyExample("gateway-reader.yaml");
        west.applyExample("gateway-reader.yaml");
        credential(east, west);
        credential(west, east);
        Mesh.until("the connection", () -> Mesh.holds(east.remote("west"), "Connected"));
        east.cloudWakes();
        west.cloudWakes();
        tell.took(
                "east registered the address that west's gateway Service got",
                Mesh.until("east's Gateway for west", () -> east.find(Gateway.class, "meshfed-gateway", "meshfed-west")
                        .isPresent()));
        tell.command(
                "kubectl --context east get gateways.gateway.networking.k8s.io -n meshfed-gateway",
                east.kubectl().get(GATEWAYS));
        Mesh.until("west ready", () -> Mesh.holds(east.remote("west"), "Ready"));
        Mesh.until("east ready", () -> Mesh.holds(east.federation("east"), "Ready"));
        show(east, "rmesh", "/apis/meshfed.io/v1alpha1/remotemeshes");
        show(east, "mfed", "/apis/meshfed.io/v1alpha1/meshfederations");
    }

    private static void credential(Mesh from, Mesh to) {
        to.kubeconfigSecret(
                from.cluster().name() + "-kubeconfig",
                from.cluster().serviceAccountKubeconfig("meshfed-gateway", "meshfed-peer"));
    }

    private void importRemote() {
        tell.chapter("West runs httpbin, and east imports it under the same host name");
        west.applyExample("httpbin.yaml");
        east.cluster().createNamespace("httpbin");
        east.applyExample("httpbin-import.yaml");
        tell.took("east: the operator created a ServiceEntry", Mesh.until("the ServiceEntry", () -> east.find(
                        ServiceEntry.class, "httpbin", "meshfed-httpbin")
                .isPresent()));
        Mesh.until("the import", () -> Mesh.holds(east.imported("httpbin", "httpbin"), "Ready"));
        tell.command(
                "kubectl --context east get serviceentry -n httpbin meshfed-httpbin -o yaml",
                Kubectl.yaml(east.get(ServiceEntry.class, "httpbin", "meshfed-httpbin")));
        Mesh.until("west's export", () -> Integer.valueOf(1)
                .equals(west.federation("west").orElseThrow().getStatus().exportedServices()));
        tell.command(
                "kubectl --context west get gateways.networking.istio.io -n meshfed-gateway -o yaml",
                Kubectl.yaml(west.get(
                        io.fabric8.istio.api.networking.v1.Gateway.class, "meshfed-gateway", "meshfed-exports")));
        show(east, "imps -n httpbin", "/apis/meshfed.io/v1alpha1/namespaces/httpbin/importedservices");
    }

    private void flipToLocal() {
        tell.chapter("East deploys httpbin too, and the import adds west's endpoint to the local Service");
        east.applyExample("httpbin.yaml");
        tell.took(
                "the operator replaced the ServiceEntry by a WorkloadEntry",
                Mesh.until(
                        "the flip",
                        () -> east.find(WorkloadEntry.class, "httpbin", "meshfed-httpbin.west")
                                        .isPresent()
                                && east.find(ServiceEntry.class, "httpbin", "meshfed-httpbin")
                                        .isEmpty()));
        tell.command(
                "kubectl --context east get workloadentry -n httpbin -o yaml",
                Kubectl.yaml(east.get(WorkloadEntry.class, "httpbin", "meshfed-httpbin.west")));
        Mesh.until("the status", () -> "Local"
                .equals(String.valueOf(east.imported("httpbin", "httpbin")
                        .orElseThrow()
                        .getStatus()
                        .mode())));
        show(east, "imps -n httpbin", "/apis/meshfed.io/v1alpha1/namespaces/httpbin/importedservices");
    }

    private void addressChanges() {
        tell.chapter("The address of west's gateway changes");
        east.settle();
        AuditLog.Mark mark = east.cluster().auditLog().mark();
        String address = west.nextAddress();
        Instant start = Instant.now();
        west.cluster().cloud().assign("meshfed-gateway", "istio-eastwestgateway", address);
        await().pollInterval(Duration.ofMillis(2)).atMost(Mesh.PATIENCE).until(() -> address(east)
                .equals(address));
        tell.took("east: the operator wrote the new address", Duration.between(start, Instant.now()));
        east.settle();
        List<AuditEvent> writes = east.objectWrites(mark);
        tell.say("What east's operator wrote meanwhile, from the API server's audit log (without status):");
        writes.forEach(w -> tell.say("  " + w.verb() + " " + w.resource() + " " + w.namespace() + "/" + w.name()));
        check("one write, regardless of the number of imported services", writes.size() == 1);
    }

    private String address(Mesh stage) {
        return stage.get(Gateway.class, "meshfed-gateway", "meshfed-west")
                .getSpec()
                .getAddresses()
                .get(0)
                .getValue();
    }

    private void remoteGoesAway() {
        tell.chapter("West's API server stops, and east's operator crashes and restarts");
        List<String> before = versions();
        west.cluster().stopApiServer();
        Mesh.until("the status that says so", () -> !Mesh.holds(east.remote("west"), "Connected"));
        tell.took("east's operator is ready again while west is unreachable", east.crashAndRestart());
        tell.say("It becomes the leader when the Lease of the killed operator has expired.");
        Mesh.until("the status after the restart", () -> "LastKnown"
                .equals(Mesh.reason(east.remote("west"), "GatewayKnown")));
        east.settle();
        show(east, "rmesh", "/apis/meshfed.io/v1alpha1/remotemeshes");
        condition("Connected");
        condition("GatewayKnown");
        check(
                "no object was changed: each has the same resourceVersion as before",
                versions().equals(before));
        west.cluster().startApiServer();
        tell.took(
                "west is reachable again, and east's operator reconnected",
                Mesh.until("the connection", () -> Mesh.holds(east.remote("west"), "Connected")));
    }

    private List<String> versions() {
        return List.of(
                version(east.get(WorkloadEntry.class, "httpbin", "meshfed-httpbin.west")),
                version(east.get(Gateway.class, "meshfed-gateway", "meshfed-west")),
                version(east.get(Secret.class, "istio-system", "cacerts")));
    }

    private static String version(HasMetadata object) {
        return object.getMetadata().getResourceVersion();
    }

    private void stayUp() {
        Path folder = Path.of("target", "demo").toAbsolutePath();
        folder.toFile().mkdirs();
        tell.chapter("Try it yourself");
        tell.say("Both clusters run until you press Ctrl-C.");
        for (Mesh stage : List.of(east, west)) {
            Path file = stage.cluster()
                    .writeAdminKubeconfig(folder.resolve(stage.cluster().name() + ".kubeconfig"));
            tell.say("  export KUBECONFIG=" + file);
        }
        tell.say("  kubectl get mfed,rmesh,imps -A");
        try {
            Thread.currentThread().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void delete() {
        tell.chapter("All meshfed resources are deleted in east");
        String cacerts = version(east.get(Secret.class, "istio-system", "cacerts"));
        Instant start = Instant.now();
        east.cluster()
                .adminClient()
                .resources(ImportedService.class)
                .inNamespace("httpbin")
                .delete();
        east.cluster().adminClient().resources(RemoteMesh.class).delete();
        east.cluster().adminClient().resources(MeshFederation.class).delete();
        Mesh.until(
                "the finalizers",
                () -> east.federation("east").isEmpty() && east.remote("west").isEmpty());
        Mesh.until("the entries", () -> east.find(WorkloadEntry.class, "httpbin", "meshfed-httpbin.west")
                .isEmpty());
        tell.took(
                "the operator deleted everything that it had created in east, except CA material",
                Duration.between(start, Instant.now()));
        tell.command(
                "kubectl --context east get workloadentry,serviceentry,destinationrule -n httpbin",
                east.kubectl().get(ENTRIES + "workloadentries") + "\n"
                        + east.kubectl().get(ENTRIES + "serviceentries") + "\n"
                        + east.kubectl().get(ENTRIES + "destinationrules"));
        tell.command(
                "kubectl --context east get deployment,service -n meshfed-gateway",
                east.kubectl().get("/apis/apps/v1/namespaces/meshfed-gateway/deployments") + "\n"
                        + east.kubectl().get("/api/v1/namespaces/meshfed-gateway/services"));
        check(
                "CA material is kept: the Secrets cacerts and mesh-root-ca still exist, unchanged",
                version(east.get(Secret.class, "istio-system", "cacerts")).equals(cacerts)
                        && east.find(Secret.class, SYSTEM, "mesh-root-ca").isPresent());
    }

    private void check(String fact, boolean holds) {
        if (!holds) {
            throw new IllegalStateException("A check failed: " + fact);
        }
        tell.checked(fact);
    }

    private void show(Mesh stage, String what, String path) {
        tell.command(
                "kubectl --context " + stage.cluster().name() + " get " + what,
                stage.kubectl().get(path));
    }

    private void condition(String type) {
        Mesh.condition(east.remote("west"), type)
                .ifPresent(c -> tell.say(type + "=" + c.status() + " (" + c.reason() + "): " + c.message()));
    }
}
