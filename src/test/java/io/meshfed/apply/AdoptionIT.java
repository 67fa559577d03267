package io.meshfed.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LoadBalancerStatus;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.Names;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.WithClusters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An object that is handed over becomes exactly what is wanted, and stays the same object. */
@WithClusters("east")
class AdoptionIT {
    private static Clusters clusters;

    private final Owner owner =
            new Owner("MeshFederation", "east", "11111111-2222-3333-4444-555555555555", Optional.empty());
    private KubernetesClient client;
    private String namespace;
    private Applier applier;

    @BeforeEach
    void anApplier() {
        client = clusters.get("east").adminClient();
        namespace = clusters.get("east").newNamespace("adopt");
        applier = new Applier(client, (verb, o) -> {});
    }

    @AfterEach
    void deleteNamespace() {
        client.namespaces().withName(namespace).delete();
    }

    /** How the former owner wrote what it wanted. */
    enum Writer {
        SERVER_SIDE_APPLY {
            @Override
            void write(KubernetesClient client, HasMetadata object) {
                client.resource(object).fieldManager("helm").serverSideApply();
            }
        },
        CREATE {
            @Override
            void write(KubernetesClient client, HasMetadata object) {
                client.resource(object).create();
            }
        },
        TWO_OF_THEM {
            @Override
            void write(KubernetesClient client, HasMetadata object) {
                client.resource(object).create();
                client.resource(object).fieldManager("argocd-controller").serverSideApply();
            }
        },
        WITHOUT_RECORD {
            @Override
            void write(KubernetesClient client, HasMetadata object) {
                client.resource(object).create();
                client.resource(object).patch(MERGE, "{\"metadata\":{\"managedFields\":[{}]}}");
            }
        };

        abstract void write(KubernetesClient client, HasMetadata object);
    }

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    @ParameterizedTest
    @EnumSource
    void whatOnlyTheFormerOwnerWantedGoes(Writer writer) {
        HasMetadata wanted = of(
                """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: web}
                spec:
                  hosts: [web.shop.svc.cluster.local]
                  location: MESH_INTERNAL
                  resolution: STATIC
                  ports: [{name: http, number: 80, protocol: HTTP}]
                  endpoints: [{network: west-network}]
                """);
        writer.write(
                client,
                of(
                        """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: web, labels: {team: shop}, annotations: {meshfed.io/adopt: "true"}}
                spec:
                  hosts: [web.shop.svc.cluster.local]
                  addresses: [240.0.0.1]
                  exportTo: ["."]
                  resolution: STATIC
                  ports: [{name: http, number: 80, protocol: HTTP}, {name: more, number: 81, protocol: HTTP}]
                  endpoints: [{address: 192.0.2.1, locality: theirs}]
                  subjectAltNames: [theirs]
                """));
        String uid = live(wanted).getMetadata().getUid();

        Outcome outcome = adopt(wanted);

        HasMetadata now = live(wanted);
        assertThat(outcome).isInstanceOf(Outcome.Written.class);
        assertThat(spec(now)).isEqualTo(spec(wanted));
        assertThat(now.getMetadata().getUid()).isEqualTo(uid);
        assertThat(now.getMetadata().getLabels()).containsOnlyKeys(Names.MANAGED_BY);
        assertThat(now.getMetadata().getAnnotations()).containsOnlyKeys(Names.OWNER_UID, Names.APPLIED_HASH);
        assertThat(adopt(wanted)).as("at rest").isInstanceOf(Outcome.Unchanged.class);
    }

    @Test
    void whatOthersNotedStaysAndFinalizersAreKept() {
        HasMetadata wanted = of("{apiVersion: v1, kind: ConfigMap, metadata: {name: notes}, data: {ours: yes}}");
        client.resource(
                        of(
                                """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: notes
                  finalizers: [example.com/cleanup]
                  annotations:
                    example.com/of-the-owner: "1"
                    kubectl.kubernetes.io/last-applied-configuration: everything
                data: {theirs: "1"}
                """))
                .create();
        HasMetadata label = of("{apiVersion: v1, kind: ConfigMap, metadata: {name: notes}}");
        label.getMetadata().setLabels(Map.of("example.com/of-a-bystander", "1"));
        label.getMetadata().setAnnotations(Map.of("example.com/of-a-bystander", "1", Names.ADOPT, "true"));
        client.resource(label).fieldManager("bystander").serverSideApply();

        adopt(wanted);

        HasMetadata now = live(wanted);
        assertThat(((ConfigMap) now).getData()).isEqualTo(Map.of("ours", "yes"));
        assertThat(now.getMetadata().getFinalizers()).containsExactly("example.com/cleanup");
        assertThat(now.getMetadata().getLabels()).containsOnlyKeys(Names.MANAGED_BY, "example.com/of-a-bystander");
        assertThat(now.getMetadata().getAnnotations())
                .containsOnlyKeys(
                        Names.OWNER_UID, Names.APPLIED_HASH, "example.com/of-the-owner", "example.com/of-a-bystander");
        now.getMetadata().setFinalizers(List.of());
        client.resource(now).update();
    }

    @Test
    void aServiceKeepsItsAddresses() {
        HasMetadata wanted = of(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: gateway}
                spec:
                  type: LoadBalancer
                  selector: {istio: eastwestgateway}
                  ports: [{name: tls, port: 15443, targetPort: 15443, protocol: TCP}]
                """);
        client.resource(
                        of(
                                """
                apiVersion: v1
                kind: Service
                metadata: {name: gateway, annotations: {meshfed.io/adopt: "true"}, labels: {app: theirs}}
                spec:
                  type: LoadBalancer
                  loadBalancerIP: 192.0.2.9
                  loadBalancerClass: example.com/cloud
                  externalIPs: [192.0.2.10]
                  externalTrafficPolicy: Local
                  sessionAffinity: ClientIP
                  selector: {app: theirs}
                  ports:
                  - {name: tls, port: 15443, targetPort: 15443}
                  - {name: https, port: 443, targetPort: 8443}
                """))
                .create();
        client.services().inNamespace(namespace).withName("gateway").editStatus(s -> {
            s.getStatus()
                    .setLoadBalancer(
                            Serialization.unmarshal("---\n{ingress: [{ip: 192.0.2.9}]}", LoadBalancerStatus.class));
            return s;
        });
        Service before = (Service) live(wanted);

        adopt(wanted);

        Service now = (Service) live(wanted);
        assertThat(now.getSpec().getClusterIP()).isEqualTo(before.getSpec().getClusterIP());
        assertThat(now.getSpec().getLoadBalancerIP()).isEqualTo("192.0.2.9");
        assertThat(now.getSpec().getLoadBalancerClass()).isEqualTo("example.com/cloud");
        assertThat(now.getSpec().getExternalIPs()).containsExactly("192.0.2.10");
        assertThat(now.getStatus().getLoadBalancer().getIngress().get(0).getIp())
                .isEqualTo("192.0.2.9");
        assertThat(now.getSpec().getPorts()).singleElement().satisfies(port -> assertThat(port.getNodePort())
                .isEqualTo(before.getSpec().getPorts().get(0).getNodePort()));
        assertThat(now.getSpec().getSelector()).isEqualTo(Map.of("istio", "eastwestgateway"));
        assertThat(now.getSpec().getSessionAffinity()).isEqualTo("None");
        assertThat(now.getSpec().getExternalTrafficPolicy()).isEqualTo("Cluster");
        assertThat(now.getMetadata().getLabels()).containsOnlyKeys(Names.MANAGED_BY);
    }

    @ParameterizedTest
    @EnumSource
    void aDeploymentKeepsItsReplicasWhereAnAutoscalerCounts(Writer writer) {
        HasMetadata wanted = of(deployment("", "env: [{name: OURS, value: a}]"));
        HasMetadata theirs = of(deployment("replicas: 3", "env: [{name: THEIRS, value: b}], command: [theirs]"));
        theirs.getMetadata().setAnnotations(Map.of(Names.ADOPT, "true"));
        writer.write(client, theirs);

        adopt(wanted);

        Deployment now = (Deployment) live(wanted);
        assertThat(now.getSpec().getReplicas()).isEqualTo(3);
        assertThat(now.getSpec().getTemplate().getSpec().getContainers())
                .singleElement()
                .satisfies(proxy -> {
                    assertThat(proxy.getCommand()).isEmpty();
                    assertThat(proxy.getEnv()).singleElement().satisfies(env -> assertThat(env.getName())
                            .isEqualTo("OURS"));
                });
    }

    /** istiod takes {@code tls.crt} before {@code ca-cert.pem}, and a stale CRL makes every proxy refuse every peer. */
    @Test
    void aSecretOfKeysHoldsNothingButOurs() {
        HasMetadata wanted =
                of("{apiVersion: v1, kind: Secret, type: Opaque, metadata: {name: ca}, data: {a: b3Vycw==}}");
        HasMetadata controller = client.resource(of("{apiVersion: v1, kind: ConfigMap, metadata: {name: controller}}"))
                .create();
        HasMetadata theirs = of(
                """
                apiVersion: v1
                kind: Secret
                type: Opaque
                metadata: {name: ca, annotations: {meshfed.io/adopt: "true"}}
                data: {a: dGhlaXJz, tls.crt: dGhlaXJz, ca-crl.pem: dGhlaXJz}
                """);
        theirs.getMetadata()
                .setOwnerReferences(Owner.of(controller).reference().stream().toList());
        client.resource(theirs).create();
        HasMetadata before = live(wanted);

        applier.writeExactly(owner, wanted, Optional.of(before.getMetadata().getResourceVersion()));

        Secret now = (Secret) live(wanted);
        assertThat(now.getData()).isEqualTo(Map.of("a", "b3Vycw=="));
        assertThat(now.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(now.getMetadata().getOwnerReferences())
                .as("the garbage collector must not take it")
                .isEmpty();
    }

    @Test
    void anObjectThatChangesMeanwhileIsLeftForTheNextLook() {
        HasMetadata wanted = of("{apiVersion: v1, kind: ConfigMap, metadata: {name: notes}, data: {ours: yes}}");
        client.resource(
                        of(
                                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: notes, annotations: {meshfed.io/adopt: "true"}}
                data: {theirs: "1"}
                """))
                .create();
        HasMetadata seen = live(wanted);
        client.resource(seen).patch(MERGE, "{\"metadata\":{\"annotations\":null}}");
        String version = live(wanted).getMetadata().getResourceVersion();

        assertThatThrownBy(() -> applier.apply(owner, wanted, Optional.of(seen)))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(409));

        assertThat(live(wanted).getMetadata().getResourceVersion()).isEqualTo(version);
    }

    @Test
    void whatCanNeverBecomeOursIsReportedAndKeepsItsContent() {
        HasMetadata wanted = of(deployment("", "env: [{name: OURS, value: a}]"));
        HasMetadata theirs =
                of(deployment("replicas: 3", "env: [{name: THEIRS, value: b}]").replace("app: gateway", "app: other"));
        theirs.getMetadata().setAnnotations(Map.of(Names.ADOPT, "true"));
        client.resource(theirs).create();
        JsonNode before = spec(live(wanted));

        assertThat(adopt(wanted)).isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.message())
                .contains("spec.selector"));
        assertThat(adopt(wanted)).isInstanceOf(Outcome.Refused.class);

        assertThat(spec(live(wanted))).isEqualTo(before);
    }

    /** The other direction: a number that was ours passes to the autoscaler, and comes back. */
    @Test
    void replicasPassToAnAutoscalerAndBack() {
        applier.apply(owner, of(deployment("replicas: 3", "env: []")), Optional.empty());

        HasMetadata autoscaled = of(deployment("", "env: []"));
        adopt(autoscaled);
        assertThat(replicas(autoscaled)).isEqualTo(3);
        client.apps().deployments().inNamespace(namespace).withName("gateway").scale(4);
        assertThat(adopt(autoscaled)).isInstanceOf(Outcome.Unchanged.class);
        assertThat(replicas(autoscaled)).isEqualTo(4);

        adopt(of(deployment("replicas: 2", "env: []")));
        assertThat(replicas(autoscaled)).isEqualTo(2);
    }

    private int replicas(HasMetadata deployment) {
        return ((Deployment) live(deployment)).getSpec().getReplicas();
    }

    private static String deployment(String replicas, String container) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: gateway}
                spec:
                  %s
                  selector: {matchLabels: {app: gateway}}
                  template:
                    metadata: {labels: {app: gateway}}
                    spec:
                      containers: [{name: istio-proxy, image: auto, %s}]
                """
                .formatted(replicas, container);
    }

    private Outcome adopt(HasMetadata wanted) {
        return applier.apply(owner, wanted, Optional.of(live(wanted)));
    }

    private HasMetadata of(String yaml) {
        HasMetadata object = Serialization.unmarshal("---\n" + yaml);
        object.getMetadata().setNamespace(namespace);
        return object;
    }

    private HasMetadata live(HasMetadata object) {
        return client.resource(object).get();
    }

    private static JsonNode spec(HasMetadata object) {
        return ObjectDiff.tree(object).get("spec");
    }
}
