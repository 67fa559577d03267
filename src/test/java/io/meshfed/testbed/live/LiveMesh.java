package io.meshfed.testbed.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.meshfed.api.ImportedService;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.OperatorInstallation;
import io.meshfed.testbed.OperatorProcess;
import io.meshfed.testbed.Ports;
import io.meshfed.testbed.Repository;
import io.meshfed.testbed.TestbedException;
import io.meshfed.testbed.live.PodSandbox.Machine;
import io.meshfed.testbed.live.ServiceNetwork.PublicNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** One real mesh: a cluster whose pods run, Istio from its own chart, and the shipped operator. */
public final class LiveMesh implements AutoCloseable {
    /** Where the operator puts the gateway. */
    public static final String GATEWAY_NAMESPACE = "meshfed-gateway";

    /** Name of the gateway's Deployment and Service. */
    public static final String GATEWAY = "istio-eastwestgateway";

    private static final String ISTIO_SYSTEM = "istio-system";
    private static final String MESH_CONFIG = "mesh";

    private final Place place;
    private final Cluster cluster;
    private final NetBed netBed;
    private final NetBed.Node node;
    private final Kubelet kubelet;
    private final ServiceNetwork network;
    private final AtomicInteger balancerAddresses = new AtomicInteger();
    private final int webhookPort = Ports.next();
    private final OperatorInstallation installation;
    private final OperatorProcess operator;

    /** Network, kubelet, chart of the operator; the operator is starting when this returns. */
    LiveMesh(Place place, Cluster cluster, NetBed netBed, Images images, PublicNames publicNames) {
        this.place = place;
        this.cluster = cluster;
        this.netBed = netBed;
        this.node = netBed.cluster(place.name(), place.podCidr(), place.serviceCidr(), place.wanAddress());
        Machine machine = new Machine(netBed, place.name(), node, images);
        this.network = new ServiceNetwork(cluster, machine, publicNames);
        this.kubelet = new Kubelet(
                cluster,
                machine,
                place.podPrefix(),
                Map.of(
                        "topology.kubernetes.io/region",
                        place.name(),
                        "topology.kubernetes.io/zone",
                        place.name() + "-a"));
        cluster.cloud().auto(this::nextAddress);
        this.installation = OperatorInstallation.install(cluster, Map.of("controlPlane.create", "true"));
        this.operator = OperatorProcess.launchOnly(cluster, installation);
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

    /** An address for a load balancer of this mesh that nobody has yet. */
    public String nextAddress() {
        return place.balancerAddress(balancerAddresses.getAndIncrement());
    }

    /** {@code kubectl apply -f -}. */
    public LiveMesh apply(String yaml) {
        cluster.applyYaml(yaml);
        return this;
    }

    /** Makes a namespace where Istio puts a proxy into every pod. */
    public LiveMesh namespace(String namespace) {
        return apply(
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: %s, labels: {istio-injection: enabled}}
                """
                        .formatted(namespace));
    }

    /** {@code kubectl apply -f docs/examples/<file>}. */
    public LiveMesh applyExample(String file) {
        cluster.applyYaml(Repository.root().resolve("docs/examples").resolve(file));
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
    public void stopsImporting(App app) {
        cluster.adminClient()
                .resources(ImportedService.class)
                .inNamespace(app.namespace())
                .withName(app.name())
                .delete();
    }

    /** Waits for a Secret, such as {@code cacerts}. */
    Secret awaitSecret(String namespace, String name) {
        Mesh.until(namespace + "/" + name, () -> secret(namespace, name) != null);
        return secret(namespace, name);
    }

    private Secret secret(String namespace, String name) {
        return cluster.adminClient()
                .secrets()
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    /** Makes a Secret in the operator's namespace, or replaces it. */
    void operatorSecret(String name, String type, Map<String, String> base64) {
        cluster.adminClient()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(installation.namespace())
                        .withName(name)
                        .endMetadata()
                        .withType(type)
                        .withData(base64)
                        .build())
                .createOr(r -> r.update());
    }

    /** Gives this mesh the root certificate that another mesh's operator has made. */
    public void trusts(LiveMesh peer) {
        String root = peer.awaitSecret(peer.installation.namespace(), Federations.ROOT)
                .getData()
                .get("tls.crt");
        apply(Federations.remote(peer, new String(Base64.getDecoder().decode(root), StandardCharsets.US_ASCII)));
    }

    /** Gives the operator a kubeconfig for another cluster, in the Secret {@code <its name>-kubeconfig}. */
    public void credentialFor(String peer, String kubeconfig) {
        operatorSecret(
                peer + "-kubeconfig",
                "Opaque",
                Map.of("kubeconfig", Base64.getEncoder().encodeToString(kubeconfig.getBytes(StandardCharsets.UTF_8))));
    }

    /** A kubeconfig with which a peer may watch this mesh's gateway. */
    public String credentialOfPeer() {
        return cluster.serviceAccountKubeconfig(GATEWAY_NAMESPACE, "meshfed-peer");
    }

    /** {@code helm install} of Istio; istiod is starting when this returns. */
    void installIstio(IstioChart chart, List<Path> values, Map<String, Object> more) {
        List<JsonNode> manifests = chart.render(values, more, webhookPort, cluster.folder());
        manifests.forEach(document -> cluster.applyYaml(document.toString()));
        String istiod = cluster.adminClient()
                .services()
                .inNamespace(ISTIO_SYSTEM)
                .withName("istiod")
                .get()
                .getSpec()
                .getClusterIP();
        netBed.relay(name() + "/webhooks", "", "127.0.0.1:" + webhookPort, node.netns(), istiod + ":443");
    }

    /** istiod's mesh config, in YAML. */
    public String meshConfig() {
        return istioConfig().get().getData().get(MESH_CONFIG);
    }

    /** Gives istiod another mesh config; it reads it at once. */
    public void meshConfig(String yaml) {
        istioConfig().edit(config -> new ConfigMapBuilder(config)
                .addToData(MESH_CONFIG, yaml)
                .build());
    }

    private Resource<ConfigMap> istioConfig() {
        return cluster.adminClient().configMaps().inNamespace(ISTIO_SYSTEM).withName("istio");
    }

    /** Waits until istiod serves, injects and validates. */
    void awaitIstio() {
        awaitAvailable(ISTIO_SYSTEM, "istiod", 1);
        Mesh.until("istiod's webhooks", () -> injects() && validates());
    }

    private boolean injects() {
        return cluster
                .adminClient()
                .resources(MutatingWebhookConfiguration.class)
                .withName("istio-sidecar-injector")
                .get()
                .getWebhooks()
                .stream()
                .allMatch(w -> w.getClientConfig().getCaBundle() != null);
    }

    private boolean validates() {
        return cluster
                .adminClient()
                .resources(ValidatingWebhookConfiguration.class)
                .withName("istiod-default-validator")
                .get()
                .getWebhooks()
                .stream()
                .allMatch(w -> "Fail".equals(w.getFailurePolicy()));
    }

    /** Waits until a Deployment has so many available pods, all of its present template. */
    public void awaitAvailable(String namespace, String deployment, int pods) {
        Mesh.until(pods + " pods of " + namespace + "/" + deployment + " in " + name(), () -> {
            Deployment now = cluster.adminClient()
                    .apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withName(deployment)
                    .get();
            return now != null
                    && now.getStatus() != null
                    && now.getMetadata().getGeneration().equals(now.getStatus().getObservedGeneration())
                    // None is not written as 0.
                    && pods == Objects.requireNonNullElse(now.getStatus().getAvailableReplicas(), 0)
                    && pods == Objects.requireNonNullElse(now.getStatus().getReplicas(), 0);
        });
    }

    /** Deploys a workload and waits until its pods are ready. */
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
    public void scale(App app, int replicas) {
        cluster.adminClient()
                .apps()
                .deployments()
                .inNamespace(app.namespace())
                .withName(app.name())
                .scale(replicas);
        awaitAvailable(app.namespace(), app.name(), replicas);
    }

    /** A pod of a workload from which to make requests. */
    public Client client(App app) {
        return clients(app).get(0);
    }

    /** All pods of a workload. */
    public List<Client> clients(App app) {
        return running(app.namespace(), app.name()).stream().map(Client::new).toList();
    }

    /** The sidecars of a workload. */
    public List<ProxyView> sidecars(App app) {
        return running(app.namespace(), app.name()).stream().map(ProxyView::new).toList();
    }

    /** The east-west gateway's Envoys. */
    public List<ProxyView> gateways() {
        return running(GATEWAY_NAMESPACE, GATEWAY).stream().map(ProxyView::new).toList();
    }

    private List<RunningPod> running(String namespace, String deployment) {
        List<RunningPod> found = kubelet.pods().stream()
                .filter(pod -> pod.sandbox().isOf(namespace, deployment))
                .toList();
        if (found.isEmpty()) {
            throw new TestbedException("no pod of " + namespace + "/" + deployment + " runs in " + name());
        }
        return found;
    }

    Kubelet kubelet() {
        return kubelet;
    }

    /** The gateway's Service gets these addresses from the cloud instead of those it has. */
    public void moveGateway(String... addresses) {
        cluster.cloud().assign(GATEWAY_NAMESPACE, GATEWAY, addresses);
    }

    /** Waits for something. */
    public Duration until(String what, Callable<Boolean> condition) {
        return Mesh.until(what + " in " + name(), condition);
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

    @Override
    public void close() {
        operator.close();
        network.close();
        kubelet.close();
        cluster.close();
    }
}
