package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.OperatorInstallation;
import io.meshfed.testbed.OperatorProcess;
import io.meshfed.testbed.Repository;
import io.meshfed.testbed.TestbedException;
import io.meshfed.testbed.live.PodSandbox.Machine;
import io.meshfed.testbed.live.ServiceNetwork.PublicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** One real mesh: a cluster whose pods run, Istio from its own chart, and the shipped operator. */
public final class LiveMesh implements AutoCloseable {
    /** Where the operator puts the gateway. */
    public static final String GATEWAY_NAMESPACE = "meshfed-gateway";

    /** Name of the gateway's Deployment and Service. */
    public static final String GATEWAY = "istio-eastwestgateway";

    private final MeshAddresses place;
    private final Cluster cluster;
    private final Kubelet kubelet;
    private final ServiceNetwork network;
    private final IstioControlPlane istio;
    private final AtomicInteger balancerAddresses = new AtomicInteger();
    private final Deployments deployments;
    private final OperatorInstallation installation;
    private final OperatorProcess operator;

    /** Network, kubelet, chart of the operator; the operator is starting when this returns. */
    LiveMesh(
            MeshAddresses place,
            Cluster cluster,
            NetBed netBed,
            Images images,
            PublicNames publicNames,
            Map<String, String> operatorValues) {
        this.place = place;
        this.cluster = cluster;
        NetBed.Node node = netBed.cluster(place.name(), place.podCidr(), place.serviceCidr(), place.wanAddress());
        Machine machine = new Machine(netBed, place.name(), node, images);
        this.network = new ServiceNetwork(cluster, machine, publicNames);
        this.kubelet = new Kubelet(cluster, machine, place);
        this.istio = new IstioControlPlane(cluster, netBed, node);
        this.deployments = new Deployments(cluster);
        cluster.cloud().auto(this::nextAddress);
        this.installation = OperatorInstallation.install(cluster, operatorValues);
        this.operator = OperatorProcess.launchOnly(cluster, installation);
        this.kubelet.everySecond(operator::startAgainIfItEnded);
    }

    /** Name of cluster and mesh. */
    public String name() {
        return place.name();
    }

    /** The cluster's API, logs and outages. */
    public Cluster cluster() {
        return cluster;
    }

    /** The running operator. */
    public OperatorProcess operator() {
        return operator;
    }

    IstioControlPlane istio() {
        return istio;
    }

    Kubelet kubelet() {
        return kubelet;
    }

    /** {@code kubectl apply -f -}. */
    public LiveMesh apply(String yaml) {
        cluster.applyYaml(yaml);
        return this;
    }

    /** {@code kubectl apply -f docs/examples/<file>}. */
    public LiveMesh applyExample(String file) {
        cluster.applyYaml(Repository.root().resolve("docs/examples").resolve(file));
        return this;
    }

    /** Makes a namespace where Istio puts a proxy into every pod. */
    public LiveMesh namespace(String namespace) {
        return apply(
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: %s, labels: {istio-injection: enabled, testbed/scenario: "true"}}
                """
                        .formatted(namespace));
    }

    /** Deletes the namespaces that tests made, with all that is in them; returns at once. */
    void clear() {
        cluster.adminClient().namespaces().withLabel("testbed/scenario").delete();
    }

    /** Deploys workloads and waits until their pods are ready. */
    public LiveMesh deploy(App... apps) {
        for (App app : apps) {
            cluster.applyYaml(app.manifests(name()));
        }
        for (App app : apps) {
            awaitAvailable(app.namespace(), app.name(), app.replicas());
        }
        return this;
    }

    /** {@code kubectl scale}, and waits for the pods to come or go. */
    public LiveMesh scale(App app, int replicas) {
        deployments.scale(app.namespace(), app.name(), replicas);
        return this;
    }

    /** {@code kubectl delete}: Service and Deployment, not what may have been shared. */
    public LiveMesh delete(App app) {
        cluster.adminClient()
                .services()
                .inNamespace(app.namespace())
                .withName(app.name())
                .delete();
        deployments.delete(app.namespace(), app.name());
        return this;
    }

    /** istiod's mesh config, in YAML. */
    public String meshConfig() {
        return istio.meshConfig();
    }

    /** Gives istiod another mesh config; it reads it at once. */
    public void meshConfig(String yaml) {
        istio.meshConfig(yaml);
    }

    /**
     * {@code kubectl delete pod} of istiod; the new one serves when this returns. Two with different roots, as a rollout has
     * them, change the caBundle of Istio's webhooks back and forth, and the new one is not ready for 20 s.
     */
    public LiveMesh restartIstiod() {
        deployments.replacePods(IstioControlPlane.NAMESPACE, IstioControlPlane.ISTIOD);
        return this;
    }

    /** {@code kubectl rollout restart} of a workload. */
    public LiveMesh restart(App app) {
        deployments.restart(app.namespace(), app.name());
        return this;
    }

    /** Waits until a Deployment has so many available pods, all of its present template. */
    public LiveMesh awaitAvailable(String namespace, String deployment, int pods) {
        deployments.await(namespace, deployment, pods);
        return this;
    }

    /**
     * Imports a workload of other meshes under its own name, and waits until that is Ready.
     *
     * @param app as it is deployed there
     * @param spec the ImportedService's spec but for {@code ports} and {@code serviceAccounts}, in YAML, such as
     *     <code>from: [{remote: west}]</code>
     */
    public LiveMesh imports(App app, String spec) {
        apply(app.imported(spec));
        until(
                "ImportedService " + app.namespace() + "/" + app.name(),
                () -> Mesh.holds(imported(app.namespace(), app.name()), "Ready"));
        return this;
    }

    /** Ends an import. */
    public LiveMesh stopsImporting(App app) {
        cluster.adminClient()
                .resources(ImportedService.class)
                .inNamespace(app.namespace())
                .withName(app.name())
                .delete();
        return this;
    }

    /** A pod of a workload from which to make requests. */
    public Client client(App app) {
        return clients(app).get(0);
    }

    /** All pods of a workload. */
    public List<Client> clients(App app) {
        return running(app.namespace(), app.name()).stream().map(Client::new).toList();
    }

    /** The sidecar of a workload's first pod. */
    public ProxyView sidecar(App app) {
        return sidecars(app).get(0);
    }

    /** The sidecars of a workload. */
    public List<ProxyView> sidecars(App app) {
        return running(app.namespace(), app.name()).stream().map(ProxyView::new).toList();
    }

    /** The east-west gateway's first Envoy. */
    public ProxyView gateway() {
        return gateways().get(0);
    }

    /** The east-west gateway's Envoys. */
    public List<ProxyView> gateways() {
        return running(GATEWAY_NAMESPACE, GATEWAY).stream().map(ProxyView::new).toList();
    }

    /** The running istiod. */
    public IstiodView istiod() {
        return new IstiodView(
                running(IstioControlPlane.NAMESPACE, IstioControlPlane.ISTIOD).get(0));
    }

    private List<RunningPod> running(String namespace, String deployment) {
        List<RunningPod> found = kubelet.pods().stream()
                .filter(pod -> pod.sandbox().isOf(namespace, deployment) && pod.isReady())
                .toList();
        if (found.isEmpty()) {
            throw new TestbedException("no pod of " + namespace + "/" + deployment + " is ready in " + name());
        }
        return found;
    }

    /** An address for a load balancer of this mesh that is not in use yet. */
    public String nextAddress() {
        return place.balancerAddress(balancerAddresses.getAndIncrement());
    }

    /** The addresses or host names of the gateway's Service. */
    public List<String> gatewayAddresses() {
        return cluster
                .adminClient()
                .services()
                .inNamespace(GATEWAY_NAMESPACE)
                .withName(GATEWAY)
                .get()
                .getStatus()
                .getLoadBalancer()
                .getIngress()
                .stream()
                .map(i -> Optional.ofNullable(i.getIp()).orElse(i.getHostname()))
                .toList();
    }

    /**
     * The cloud gives the gateway's Service these addresses instead of those it has. An old one refuses new connections,
     * and ends those that stand.
     *
     * @param addresses IPs from {@link #nextAddress()}, or host names from {@link LiveMeshes#publicName}
     */
    public LiveMesh moveGateway(String... addresses) {
        cluster.cloud().assign(GATEWAY_NAMESPACE, GATEWAY, addresses);
        return this;
    }

    /** Waits for something, and tells how long it took. */
    public Duration until(String what, Callable<Boolean> condition) {
        return Waiting.until(what + " in " + name(), condition);
    }

    /** This mesh's MeshFederation. */
    public Optional<MeshFederation> federation() {
        return Optional.ofNullable(cluster.adminClient()
                .resources(MeshFederation.class)
                .withName(name())
                .get());
    }

    /** A RemoteMesh. */
    public Optional<RemoteMesh> remote(String peer) {
        return Optional.ofNullable(
                cluster.adminClient().resources(RemoteMesh.class).withName(peer).get());
    }

    /** An ImportedService. */
    public Optional<ImportedService> imported(String namespace, String service) {
        return Optional.ofNullable(cluster.adminClient()
                .resources(ImportedService.class)
                .inNamespace(namespace)
                .withName(service)
                .get());
    }

    /** Makes a Secret in the operator's namespace, or replaces it; values in base64. */
    public void operatorSecret(String name, String type, Map<String, String> data) {
        installation.secret(cluster, name, type, data);
    }

    /** Gives the operator a kubeconfig for another cluster, in the Secret {@code <its name>-kubeconfig}. */
    public void credentialFor(String peer, String kubeconfig) {
        installation.kubeconfigSecret(cluster, peer + "-kubeconfig", kubeconfig);
    }

    /** A new kubeconfig with which a peer may watch this mesh's gateway. */
    public String credentialOfPeer() {
        return cluster.serviceAccountKubeconfig(GATEWAY_NAMESPACE, "meshfed-peer");
    }

    /** Gives this mesh the root certificate that another mesh's operator has made. */
    public LiveMesh trusts(LiveMesh peer) {
        byte[] root = Base64.getDecoder().decode(peer.root().getData().get("tls.crt"));
        return apply(Federation.remote(peer.name(), new String(root, StandardCharsets.US_ASCII)));
    }

    /** The Secret with the root of the operator's issuer. */
    Secret root() {
        return awaitSecret(installation.namespace(), Federation.ROOT);
    }

    Secret awaitSecret(String namespace, String name) {
        var resource = cluster.adminClient().secrets().inNamespace(namespace).withName(name);
        until("Secret " + namespace + "/" + name, () -> resource.get() != null);
        return resource.get();
    }

    /** Ends everything. */
    @Override
    public void close() {
        operator.close();
        network.close();
        kubelet.close();
        cluster.close();
    }
}
