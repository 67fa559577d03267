package io.meshfed.testbed;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.meshfed.api.ImportedService;
import io.meshfed.api.ImportedServiceStatus;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus;
import io.meshfed.api.condition.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** One cluster with everything that is played in it: Istio's own objects, the cloud, the kubelets; and the shipped operator. */
public final class Mesh implements AutoCloseable {
    /** How long a test waits for what should come at once. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final String addressPrefix;
    private final AtomicInteger nextAddress = new AtomicInteger(10);
    private final OperatorInstallation installation;
    private final DeploymentController deployments;
    private final IstioInstallation istio;
    private Optional<OperatorProcess> operator = Optional.empty();

    private Mesh(Cluster cluster, IstioInstallation istio, OperatorInstallation installation, String addressPrefix) {
        this.cluster = cluster;
        this.istio = istio;
        this.installation = installation;
        this.addressPrefix = addressPrefix;
        this.deployments = DeploymentController.on(cluster);
    }

    /**
     * Installs Istio's objects and meshfed's chart; the operator does not run yet.
     *
     * @param istio what Istio is configured with
     * @param chart values of the chart that differ from the defaults
     * @param addressPrefix first three bytes of the load balancer addresses, such as {@code 172.18.64.}
     */
    public static Mesh install(
            Cluster cluster, UnaryOperator<IstioInstallation> istio, Map<String, String> chart, String addressPrefix) {
        IstioInstallation installed = istio.apply(IstioInstallation.on(cluster)).install();
        return new Mesh(cluster, installed, OperatorInstallation.install(cluster, chart), addressPrefix);
    }

    /** A mesh as in the examples: trust domain, network and aliases follow from the names. */
    public static Mesh example(Cluster cluster, String peer, String addressPrefix) {
        return install(
                cluster,
                istio -> istio.trustDomain(cluster.name() + ".local")
                        .trustDomainAliases(peer + ".local")
                        .network(cluster.name() + "-network")
                        .dnsCapture(true),
                Map.of(),
                addressPrefix);
    }

    /** Starts the operator and waits until it is ready. */
    public Mesh run() {
        operator = Optional.of(OperatorProcess.start(cluster, installation));
        return this;
    }

    /**
     * Kills the operator, starts it again, and returns when the new one leads: until the dead one's Lease has run out it
     * is ready and only watches.
     *
     * @return how long it took to be ready
     */
    public Duration crashAndRestart() {
        String before = leader();
        Instant start = Instant.now();
        operator().restart();
        Duration ready = Duration.between(start, Instant.now());
        until("the new leader", () -> !leader().equals(before));
        return ready;
    }

    private String leader() {
        return Optional.ofNullable(cluster.adminClient()
                        .leases()
                        .inNamespace(installation.namespace())
                        .withName("meshfed")
                        .get())
                .map(lease -> lease.getSpec().getHolderIdentity())
                .orElse("");
    }

    /** The cluster. */
    public Cluster cluster() {
        return cluster;
    }

    /** The running operator. */
    public OperatorProcess operator() {
        return operator.orElseThrow(
                () -> new TestbedException("the operator of " + cluster.name() + " was not started"));
    }

    /** What Istio's chart made. */
    public IstioInstallation istio() {
        return istio;
    }

    /** The chart as it is installed. */
    public OperatorInstallation installation() {
        return installation;
    }

    /** {@code kubectl get} on this cluster. */
    public Kubectl kubectl() {
        return new Kubectl(cluster.adminClient());
    }

    /** {@code kubectl apply -f docs/examples/<file>}. */
    public void applyExample(String file) {
        cluster.applyYaml(Repository.root().resolve("docs/examples").resolve(file));
    }

    /** Plays istiod, which starts with the {@code cacerts} that the operator made, and the cloud. */
    public void istiodAndCloudFollow() {
        until("cacerts", istio::hasCacerts);
        istio.publishRoot();
        cloudWakes();
    }

    /** The same, until the MeshFederation of the cluster's name is Ready. */
    public void untilFederated() {
        istiodAndCloudFollow();
        until("the MeshFederation", () -> holds(federation(cluster.name()), "Ready"));
    }

    /** From now on the cloud gives every LoadBalancer Service an address. */
    public void cloudWakes() {
        cluster.cloud().auto(this::nextAddress);
    }

    /** An address that is not in use yet. */
    public String nextAddress() {
        return addressPrefix + nextAddress.getAndIncrement();
    }

    /** Copies a Secret of the operator's namespace to another mesh, as a user would with two kubectl commands. */
    public void copySecret(String name, Mesh to) {
        var secret = cluster.adminClient()
                .secrets()
                .inNamespace(installation.namespace())
                .withName(name)
                .get();
        to.secret(name, secret.getType(), secret.getData());
    }

    /** Makes a Secret in the operator's namespace; values in base64. */
    public void secret(String name, String type, Map<String, String> data) {
        installation.secret(cluster, name, type, data);
    }

    /** Puts a kubeconfig into a Secret of the operator's namespace. */
    public void kubeconfigSecret(String name, String kubeconfig) {
        installation.kubeconfigSecret(cluster, name, kubeconfig);
    }

    /** Requests by the operator that were meant to change something, without status, Events and Leases. */
    public List<AuditEvent> objectWrites(AuditLog.Mark since) {
        return operatorWrites(since).stream()
                .filter(event -> !event.subresource().equals("status"))
                .filter(event -> !event.resource().equals("events"))
                .toList();
    }

    /** Requests by the operator that were meant to change something, without Leases. */
    public List<AuditEvent> operatorWrites(AuditLog.Mark since) {
        return cluster.auditLog().writes(since).stream()
                .filter(this::byOperator)
                .filter(event -> !event.resource().equals("leases"))
                // A question, although it is asked with a POST.
                .filter(event -> !event.group().equals("authorization.k8s.io"))
                .toList();
    }

    /** Whether a request came from the operator. */
    public boolean byOperator(AuditEvent event) {
        return event.user()
                .equals("system:serviceaccount:" + installation.namespace() + ":" + installation.serviceAccount());
    }

    /** Waits until the operator has written nothing, not even status, for two seconds. */
    public void settle() {
        AuditLog.Mark[] mark = {cluster.auditLog().mark()};
        await("rest").pollInterval(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> {
            boolean quiet = operatorWrites(mark[0]).isEmpty();
            mark[0] = cluster.auditLog().mark();
            return quiet;
        });
    }

    /** Waits for something, and tells how long it took. */
    public static Duration until(String what, Callable<Boolean> condition) {
        Instant start = Instant.now();
        await(what).pollInterval(AwaitDefaults.growing()).atMost(PATIENCE).until(condition);
        return Duration.between(start, Instant.now());
    }

    /** An object, as it is now. */
    public <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
        return Optional.ofNullable(cluster.adminClient()
                .resources(type)
                .inNamespace(namespace)
                .withName(name)
                .get());
    }

    /** An object that must be there. */
    public <T extends HasMetadata> T get(Class<T> type, String namespace, String name) {
        return find(type, namespace, name)
                .orElseThrow(() -> new TestbedException(
                        type.getSimpleName() + " " + namespace + "/" + name + " does not exist in " + cluster.name()));
    }

    /** A MeshFederation, as it is now. */
    public Optional<MeshFederation> federation(String name) {
        return Optional.ofNullable(cluster.adminClient()
                .resources(MeshFederation.class)
                .withName(name)
                .get());
    }

    /** A RemoteMesh, as it is now. */
    public Optional<RemoteMesh> remote(String name) {
        return Optional.ofNullable(
                cluster.adminClient().resources(RemoteMesh.class).withName(name).get());
    }

    /** An ImportedService, as it is now. */
    public Optional<ImportedService> imported(String namespace, String name) {
        return find(ImportedService.class, namespace, name);
    }

    /** A condition of one of our resources. */
    public static Optional<Condition> condition(Optional<? extends HasMetadata> resource, String type) {
        return resource.map(Mesh::conditions).orElse(List.of()).stream()
                .filter(c -> c.type().equals(type))
                .findFirst();
    }

    /** Whether a condition is true, of the resource's present generation. */
    public static boolean holds(Optional<? extends HasMetadata> resource, String type) {
        return condition(resource, type)
                .filter(c -> c.holds()
                        && resource.orElseThrow().getMetadata().getGeneration().equals(c.observedGeneration()))
                .isPresent();
    }

    /** The reason of a condition; empty if there is none. */
    public static String reason(Optional<? extends HasMetadata> resource, String type) {
        return condition(resource, type).map(Condition::reason).orElse("");
    }

    /** The conditions of one of our resources; empty for any other. */
    public static List<Condition> conditions(HasMetadata resource) {
        if (resource instanceof MeshFederation mesh) {
            return Optional.ofNullable(mesh.getStatus())
                    .map(MeshFederationStatus::conditions)
                    .orElse(List.of());
        }
        if (resource instanceof RemoteMesh remote) {
            return Optional.ofNullable(remote.getStatus())
                    .map(RemoteMeshStatus::conditions)
                    .orElse(List.of());
        }
        return resource instanceof ImportedService service
                ? Optional.ofNullable(service.getStatus())
                        .map(ImportedServiceStatus::conditions)
                        .orElse(List.of())
                : List.of();
    }

    @Override
    public void close() {
        operator.ifPresent(OperatorProcess::close);
        deployments.close();
        cluster.close();
    }
}
