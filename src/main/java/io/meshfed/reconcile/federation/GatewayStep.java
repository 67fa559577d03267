package io.meshfed.reconcile.federation;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus.GatewayStatus;
import io.meshfed.api.MeshGateway;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import io.meshfed.api.condition.Condition;
import io.meshfed.api.condition.ConditionType;
import io.meshfed.api.condition.FederationReason;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Owner;
import io.meshfed.plan.gateway.EastWestGatewayPlanner;
import io.meshfed.plan.imports.world.IpFamily;
import io.meshfed.plan.imports.world.OutputKey;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.watch.ClusterWatch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The east-west gateway of this mesh: installs it, or checks an existing one, and finds its addresses. */
public final class GatewayStep {
    /** The kinds of a managed gateway. */
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            ServiceAccount.class,
            Deployment.class,
            Service.class,
            HorizontalPodAutoscaler.class,
            PodDisruptionBudget.class);

    /** The kinds that are read of a gateway that the operator does not manage. */
    private static final List<Class<? extends HasMetadata>> CHECKED = List.of(Deployment.class, Service.class);

    private final LocalCluster cluster;
    private final Applier applier;
    private final boolean permitted;

    /**
     * @param cluster gives the objects of the gateway namespace
     * @param permitted whether the role includes the kinds of a managed gateway
     */
    public GatewayStep(LocalCluster cluster, Applier applier, boolean permitted) {
        this.cluster = cluster;
        this.applier = applier;
        this.permitted = permitted;
    }

    private List<Class<? extends HasMetadata>> kinds() {
        return permitted ? KINDS : CHECKED;
    }

    /** @param ready draft of GatewayReady */
    record Result(Condition ready, GatewayStatus status, Outcomes outcomes) {}

    /** The caches for this step; starts the watches that do not run yet. */
    List<ClusterWatch<?>> caches(MeshFederation mesh) {
        String namespace = mesh.getSpec().gateway().namespace();
        Stream<ClusterWatch<?>> objects = kinds().stream().map(kind -> watch(kind, namespace));
        return Stream.concat(objects, Stream.of(cluster.all(Namespace.class))).toList();
    }

    /** All Services of the cluster are watched anyway; the other kinds only in the gateway's namespace. */
    private ClusterWatch<? extends HasMetadata> watch(Class<? extends HasMetadata> kind, String namespace) {
        return kind == Service.class ? cluster.all(kind) : cluster.in(kind, namespace);
    }

    /**
     * @param network istiod's own network; empty: not known
     * @param istiodSeen whether istiod has run. A pod that is created before istiod's injector runs never gets a proxy, so the
     *     operator does not create the Deployment before
     */
    Result run(MeshFederation mesh, Optional<String> network, boolean istiodSeen) {
        MeshGateway spec = mesh.getSpec().gateway();
        if (cluster.all(Namespace.class).get("", spec.namespace()).isEmpty()) {
            return new Result(
                    notReady(
                            FederationReason.NamespaceMissing,
                            "namespace " + spec.namespace()
                                    + " does not exist: create it, and install the chart with gateway.namespace set to it"),
                    new GatewayStatus(null, List.of(), spec.port()),
                    Outcomes.NONE);
        }
        if (spec.managed() && !permitted) {
            return new Result(
                    notReady(
                            FederationReason.GatewayNotPermitted,
                            "spec.gateway.managed is true, but the operator's role does not include Deployments: install the"
                                    + " chart with gateway.managed=true, or set spec.gateway.managed: false"),
                    status(spec, services(mesh)),
                    Outcomes.NONE);
        }
        List<HasMetadata> planned = EastWestGatewayPlanner.plan(mesh, labelled(mesh, network));
        List<HasMetadata> wanted = planned.stream()
                .filter(o -> istiodSeen || !(o instanceof Deployment) || exists(o))
                .toList();
        Outcomes outcomes = apply(mesh, wanted);
        List<Service> services = services(mesh);
        GatewayStatus status = status(spec, services);
        Condition ready = outcomes.conflict()
                .map(c -> c.as(ConditionType.GatewayReady, Condition.State.False))
                .orElseGet(() -> wanted.size() < planned.size() ? waitingForIstiod() : check(mesh, services, status));
        return new Result(ready, status, outcomes);
    }

    private boolean exists(HasMetadata object) {
        var metadata = object.getMetadata();
        return watch(object.getClass(), metadata.getNamespace())
                .get(metadata.getNamespace(), metadata.getName())
                .isPresent();
    }

    private static Condition waitingForIstiod() {
        return notReady(
                FederationReason.WaitingForIstiod,
                "istiod has not run yet (no ConfigMap istio-ca-root-cert): the operator creates the gateway's Deployment"
                        + " afterwards, because pods that start before istiod's injector never get a proxy");
    }

    private static Condition notReady(FederationReason reason, String message) {
        return Condition.no(ConditionType.GatewayReady, reason, message);
    }

    /** The label is set if istiod has the same network, and never removed: proxies would lose the gateway of their network. */
    private boolean labelled(MeshFederation mesh, Optional<String> network) {
        String own = mesh.getSpec().mesh().network();
        return network.filter(own::equals).isPresent()
                || services(mesh).stream()
                        .anyMatch(s -> own.equals(ObjectMetas.labels(s).get(Names.NETWORK_LABEL)));
    }

    /** The default IP family of this cluster's Services: that of the API server's own Service. */
    Optional<IpFamily> ipFamily() {
        return cluster.all(Service.class).get("default", "kubernetes").flatMap(IpFamily::of);
    }

    private Outcomes apply(MeshFederation mesh, List<HasMetadata> wanted) {
        Owner owner = Owner.of(mesh);
        String namespace = mesh.getSpec().gateway().namespace();
        Set<OutputKey> keys = wanted.stream().map(OutputKey::of).collect(Collectors.toSet());
        // Deletions first: an autoscaler that still exists would change the number of replicas that is written here.
        Outcomes deleted = existing(mesh)
                .filter(o -> !keys.contains(OutputKey.of(o)))
                .map(applier::delete)
                .collect(Outcomes.collect());
        return deleted.and(wanted.stream()
                .map(object -> applier.apply(
                        owner,
                        object,
                        watch(object.getClass(), namespace)
                                .get(namespace, object.getMetadata().getName())))
                .collect(Outcomes.collect()));
    }

    /** The existing objects of the managed gateway. */
    Stream<HasMetadata> existing(MeshFederation mesh) {
        Owner owner = Owner.of(mesh);
        String namespace = mesh.getSpec().gateway().namespace();
        return kinds().stream()
                .flatMap(kind -> watch(kind, namespace).list(namespace).stream())
                .map(HasMetadata.class::cast)
                .filter(owner::owns);
    }

    private List<Service> services(MeshFederation mesh) {
        MeshGateway spec = mesh.getSpec().gateway();
        List<Service> all = cluster.all(Service.class).list(spec.namespace());
        if (spec.managed()) {
            return all.stream()
                    .filter(s -> s.getMetadata().getName().equals(EastWestGatewayPlanner.NAME))
                    .toList();
        }
        return all.stream()
                .filter(s -> ObjectMetas.labels(s)
                        .entrySet()
                        .containsAll(spec.selector().entrySet()))
                .toList();
    }

    private static GatewayStatus status(MeshGateway spec, List<Service> services) {
        return new GatewayStatus(
                services.stream().findFirst().map(ObjectMetas::path).orElse(null),
                services.stream()
                        .flatMap(GatewayStep::addresses)
                        .distinct()
                        .sorted()
                        .toList(),
                spec.port());
    }

    private static Stream<String> addresses(Service service) {
        return Optional.ofNullable(service.getStatus())
                .flatMap(s -> Optional.ofNullable(s.getLoadBalancer()))
                .flatMap(l -> Optional.ofNullable(l.getIngress()))
                .orElse(List.of())
                .stream()
                .map(GatewayStep::address)
                .flatMap(Optional::stream);
    }

    private static Optional<String> address(LoadBalancerIngress ingress) {
        return Optional.ofNullable(ingress.getIp()).or(() -> Optional.ofNullable(ingress.getHostname()));
    }

    private Condition check(MeshFederation mesh, List<Service> services, GatewayStatus status) {
        MeshGateway spec = mesh.getSpec().gateway();
        List<Deployment> deployments = cluster.in(Deployment.class, spec.namespace()).list(spec.namespace()).stream()
                .filter(d -> ObjectMetas.present(
                                d.getSpec().getTemplate().getMetadata().getLabels())
                        .entrySet()
                        .containsAll(spec.selector().entrySet()))
                .toList();
        if (!spec.managed()) {
            Optional<Condition> fault = EastWestGatewayPlanner.judge(mesh, services, deployments);
            if (fault.isPresent()) {
                return fault.get();
            }
        }
        int available = deployments.stream()
                .map(Deployment::getStatus)
                .filter(s -> s != null && s.getAvailableReplicas() != null)
                .mapToInt(s -> s.getAvailableReplicas())
                .sum();
        if (available == 0) {
            return notReady(
                    FederationReason.GatewayPending,
                    "no pod of the gateway in " + spec.namespace() + " is available yet: check kubectl -n "
                            + spec.namespace() + " get deployment,pods");
        }
        if (spec.service().type() == MeshGateway.ServiceType.LoadBalancer
                && status.addresses().isEmpty()) {
            return notReady(
                    FederationReason.AddressPending,
                    "Service " + status.service()
                            + " has no load balancer address yet: check that the cluster has a load"
                            + " balancer controller");
        }
        return Condition.yes(
                ConditionType.GatewayReady,
                FederationReason.Available,
                status.addresses().isEmpty()
                        ? "the gateway is available; its Service has no load balancer: give the other meshes an address at which"
                                + " they reach it"
                        : "the gateway is available at " + String.join(", ", status.addresses()) + ", port "
                                + status.port());
    }
}
