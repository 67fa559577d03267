package io.meshfed.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.secrecy.SecrecyCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A Kubernetes cluster without nodes: a real API server with RBAC, CRDs, and the controllers for endpoint slices,
 * service accounts, garbage collection and namespaces. What a kubelet or a cloud would do, {@link Workloads} and
 * {@link Cloud} do on request. Everything runs on loopback and ends with this JVM.
 */
public final class Cluster implements AutoCloseable {

    private static final String FIELD_MANAGER = "testbed";
    private static final Duration TOKEN_VALIDITY = Duration.ofHours(24);
    private static final Set<Cluster> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Cluster::end), "testbed-clusters"));
    }

    private final ClusterOptions options;
    private final Path folder;
    private final ControlPlane controlPlane;
    private final KubernetesClient adminClient;
    private final AuditLog auditLog;
    private final SecrecyCheck secrecy;
    private final Set<OperatorProcess> operators = ConcurrentHashMap.newKeySet();
    private final Cloud cloud;

    private Cluster(ClusterOptions options, ControlPlaneBinaries binaries, Path folder, Optional<Path> snapshot)
            throws IOException {
        this.options = options;
        this.folder = folder;
        this.controlPlane = new ControlPlane(options, binaries, folder, snapshot);
        this.adminClient = clientWithToken(controlPlane.adminToken());
        this.auditLog = new AuditLog(controlPlane.auditLog(), controlPlane.http());
        this.secrecy = SecrecyCheck.of(folder, controlPlane.auditLog());
        this.cloud = new Cloud(adminClient);
        OPEN.add(this);
    }

    /**
     * Starts a cluster; it is ready when this returns.
     *
     * @param options what it is to look like
     * @throws TestbedException when it cannot start, with the end of the log that says why
     */
    public static Cluster start(ClusterOptions options) {
        ControlPlaneBinaries binaries = ControlPlaneBinaries.ensure();
        Optional<Path> snapshot = ClusterSnapshot.of(options, binaries);
        return StartSlots.take(() -> start(options, binaries, snapshot));
    }

    private static Cluster start(ClusterOptions options, ControlPlaneBinaries binaries, Optional<Path> snapshot) {
        try {
            Path folder = Files.createTempDirectory("meshfed-" + options.name() + "-");
            Cluster cluster;
            try {
                cluster = new Cluster(options, binaries, folder, snapshot);
            } catch (RuntimeException | IOException e) {
                Folders.delete(folder);
                throw e;
            }
            cluster.installCrds(binaries, snapshot.isPresent());
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the files of cluster " + options.name(), e);
        }
    }

    /**
     * Starts several clusters at the same time.
     *
     * @param options one per cluster
     * @return the clusters in the same order
     * @throws TestbedException when one cannot start; the others are closed then
     */
    public static List<Cluster> startAll(ClusterOptions... options) {
        ControlPlaneBinaries.ensure();
        List<CompletableFuture<Cluster>> starting = Arrays.stream(options)
                .map(each -> CompletableFuture.supplyAsync(
                        () -> start(each), task -> new Thread(task, "start-" + each.name()).start()))
                .toList();
        List<Cluster> started = new ArrayList<>();
        Optional<CompletionException> failure = Optional.empty();
        for (CompletableFuture<Cluster> each : starting) {
            try {
                started.add(each.join());
            } catch (CompletionException e) {
                failure = Optional.of(e);
            }
        }
        failure.ifPresent(e -> {
            started.forEach(Cluster::end);
            throw new TestbedException(
                    "A cluster did not start: " + e.getCause().getMessage(), e.getCause());
        });
        return started;
    }

    private void installCrds(ControlPlaneBinaries binaries, boolean present) throws IOException {
        try {
            CrdInstaller installer = new CrdInstaller(controlPlane.http());
            List<JsonNode> crds = CrdFiles.wantedBy(options, binaries.crds());
            if (present) {
                installer.awaitServed(crds, controlPlane.apiServer());
            } else {
                installer.install(crds, controlPlane.apiServer());
            }
            // After the CRDs: the garbage collector looks for new kinds every 30 s only.
            controlPlane.startControllers();
        } catch (RuntimeException | IOException e) {
            end();
            throw e;
        }
    }

    /** Installs Istio's CRDs in a cluster that was started without them; they are served when this returns. */
    public void installIstioCrds() {
        ClusterOptions istio =
                ClusterOptions.named(name()).withoutGatewayApiCrds().withoutMeshfedCrds();
        try {
            installCrds(CrdFiles.wantedBy(istio, ControlPlaneBinaries.ensure().crds()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read Istio's CRDs", e);
        }
    }

    /** Installs CRDs; they are served when this returns. */
    void installCrds(List<JsonNode> crds) throws IOException {
        new CrdInstaller(controlPlane.http()).install(crds, controlPlane.apiServer());
    }

    /** The name from the options. */
    public String name() {
        return options.name();
    }

    /** The API server, {@code https://127.0.0.1:<port>}; the port survives {@link #stopApiServer()}. */
    public String url() {
        return controlPlane.url();
    }

    /** The address of the Service {@code kubernetes}, for which the API server's certificate is good too. */
    public String kubernetesService() {
        return controlPlane.kubernetesService();
    }

    /** The port of {@link #url()}. */
    public int apiServerPort() {
        return controlPlane.apiServerPort();
    }

    /** The CA that signed the API server's certificate, PEM in base64 as in a kubeconfig. */
    public String caData() {
        return controlPlane.caData();
    }

    /** The folder with the logs of the processes; it goes when the cluster is closed. */
    public Path folder() {
        return folder;
    }

    /** A client that may do everything; closed with the cluster. */
    public KubernetesClient adminClient() {
        return adminClient;
    }

    /** A kubeconfig that may do everything, as YAML. */
    public String adminKubeconfig() {
        return controlPlane.adminKubeconfig();
    }

    /**
     * Writes {@link #adminKubeconfig()} to a file.
     *
     * @return the file
     */
    public Path writeAdminKubeconfig(Path file) {
        try {
            return Files.writeString(file, adminKubeconfig());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the kubeconfig of " + name(), e);
        }
    }

    /**
     * A token for a ServiceAccount that exists, from the TokenRequest API.
     *
     * @param validity at least ten minutes
     */
    public String serviceAccountToken(String namespace, String name, Duration validity) {
        var request = new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(validity.toSeconds())
                .endSpec()
                .build();
        return adminClient
                .serviceAccounts()
                .inNamespace(namespace)
                .withName(name)
                .tokenRequest(request)
                .getStatus()
                .getToken();
    }

    /** A client that may do what the ServiceAccount may; the caller closes it. */
    public KubernetesClient serviceAccountClient(String namespace, String name) {
        return clientWithToken(serviceAccountToken(namespace, name, TOKEN_VALIDITY));
    }

    /** A kubeconfig (YAML: server, CA data, token) for a ServiceAccount, as a RemoteMesh wants it in a Secret. */
    public String serviceAccountKubeconfig(String namespace, String name) {
        return Kubeconfig.withToken(name(), url(), caData(), serviceAccountToken(namespace, name, TOKEN_VALIDITY));
    }

    /** A kubeconfig (YAML) with a client certificate for a user of that name, without any group. */
    public String clientCertificateKubeconfig(String user) {
        var client = controlPlane.ca().client(user, Optional.empty());
        return Kubeconfig.withCertificate(
                name(),
                url(),
                caData(),
                Kubeconfig.base64(client.certificatePem()),
                Kubeconfig.base64(client.keyPem()));
    }

    /**
     * Applies manifests by server-side apply, forced, as field manager {@code testbed}.
     *
     * @param file YAML or JSON, one or several documents
     */
    public void applyYaml(Path file) {
        try {
            applyYaml(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /**
     * Applies manifests by server-side apply, forced, as field manager {@code testbed}. Roles and bindings take effect
     * a moment after they are written, in a test cluster as in any other.
     *
     * @param manifests YAML or JSON, one or several documents; namespaced objects that name no namespace go to
     *     {@code default}
     */
    public void applyYaml(String manifests) {
        for (JsonNode document : Documents.in(manifests)) {
            adminClient
                    .resource(Serialization.jsonMapper().convertValue(document, GenericKubernetesResource.class))
                    .fieldManager(FIELD_MANAGER)
                    .forceConflicts()
                    .serverSideApply();
        }
    }

    /**
     * Merges fields into the spec of a cluster-scoped object, as {@code kubectl patch --type merge} does.
     *
     * @param spec the fields, YAML or JSON; {@code null} takes one away
     */
    public void mergeSpec(Class<? extends HasMetadata> type, String name, String spec) {
        adminClient
                .resources(type)
                .withName(name)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":" + Documents.in(spec).get(0) + "}");
    }

    /** Makes a namespace. */
    public void createNamespace(String namespace) {
        adminClient
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
    }

    /**
     * Makes a namespace that no other test has.
     *
     * @param prefix start of its name
     * @return the name
     */
    public String newNamespace(String prefix) {
        String name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
        createNamespace(name);
        return name;
    }

    /** An outage: kills the API server. Connections are refused until {@link #startApiServer()}. */
    public void stopApiServer() {
        controlPlane.apiServer().close();
    }

    /** Ends an outage: same port, same data. Returns when the API server is ready. */
    public void startApiServer() {
        controlPlane.startApiServer();
    }

    /** A black hole: connections stay open or are accepted, and nothing answers until {@link #resumeApiServer()}. */
    public void pauseApiServer() {
        controlPlane.apiServer().freeze();
    }

    /** Ends a black hole. */
    public void resumeApiServer() {
        controlPlane.apiServer().thaw();
    }

    /** The processes that the cluster is made of. */
    List<ProcessHandle> processes() {
        return controlPlane.processes();
    }

    /** What was asked of the API server, by whom. */
    public AuditLog auditLog() {
        return auditLog;
    }

    /** The cloud that gives addresses to LoadBalancer Services. */
    public Cloud cloud() {
        return cloud;
    }

    /** Adds an operator that runs here: the check also searches its logs, metrics and files. */
    void hasOperator(OperatorProcess operator) {
        operators.add(operator);
    }

    SecrecyCheck secrecy() {
        return secrecy;
    }

    /**
     * Checks whether anything private was disclosed, in everything that has happened here so far. Shared
     * clusters are asked after each class, others when they are closed.
     *
     * @throws AssertionError if so; each disclosure is reported once
     */
    public void assertNothingPrivateIsDisclosed() {
        operators.forEach(OperatorProcess::tellEverything);
        List<String> findings = secrecy.findings(AllObjects.of(controlPlane.http()));
        if (!findings.isEmpty()) {
            throw new AssertionError("Leaked in cluster " + name() + ":\n" + String.join("\n", findings));
        }
    }

    /**
     * Ends all processes and removes the cluster's folder (kept when the variable MESHFED_TESTBED_KEEP is set).
     *
     * @throws AssertionError if anything private was disclosed; the cluster has been stopped nevertheless
     */
    @Override
    public void close() {
        if (OPEN.contains(this)) {
            try {
                assertNothingPrivateIsDisclosed();
            } finally {
                end();
            }
        }
    }

    private void end() {
        if (!OPEN.remove(this)) {
            return;
        }
        cloud.stop();
        adminClient.close();
        controlPlane.close();
        secrecy.close();
        if (System.getenv("MESHFED_TESTBED_KEEP") == null) {
            Folders.delete(folder);
        }
    }

    private KubernetesClient clientWithToken(String token) {
        Config config = new ConfigBuilder(Config.empty())
                .withRequestTimeout((int) Mesh.PATIENCE.toMillis())
                .withMasterUrl(url())
                .withCaCertData(caData())
                .withOauthToken(token)
                .withNamespace("default")
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
