package io.meshfed.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.istio.api.networking.v1.ServiceEntry;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.ImportedService;
import io.meshfed.api.Names;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.WithClusters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The only writer, on a real API server: what it takes, what it leaves alone, and what it sends. */
@WithClusters("east")
class ApplierIT {
    private static Clusters clusters;

    private final SteppingTime time = new SteppingTime();
    private final List<String> log = new ArrayList<>();
    private Cluster east;
    private KubernetesClient client;
    private String namespace;
    private Owner owner;
    private Applier applier;

    @BeforeEach
    void anImport() {
        east = clusters.get("east");
        client = east.adminClient();
        namespace = east.newNamespace("apply");
        east.applyYaml(
                """
                apiVersion: meshfed.io/v1alpha1
                kind: ImportedService
                metadata: {name: cart, namespace: %s}
                spec: {ports: [{port: 80}]}
                """
                        .formatted(namespace));
        owner = Owner.of(client.resources(ImportedService.class)
                .inNamespace(namespace)
                .withName("cart")
                .get());
        applier = new Applier(client, time, (verb, o) -> log.add(verb));
    }

    @AfterEach
    void deleteNamespace() {
        client.namespaces().withName(namespace).delete();
    }

    @Test
    void createsUpdatesAndSendsNothingForWhatStands() {
        assertThat(applier.apply(owner, entry("locality: a"), Optional.empty())).isInstanceOf(Outcome.Written.class);
        AuditLog.Mark mark = east.auditLog().mark();

        assertThat(applier.apply(owner, entry("locality: a"), live())).isInstanceOf(Outcome.Unchanged.class);
        assertThat(writes(mark)).isEmpty();
        assertThat(applier.apply(owner, entry("locality: b"), live())).isInstanceOf(Outcome.Written.class);

        assertThat(writes(mark)).extracting(AuditEvent::verb).containsExactly("patch");
        assertThat(log).containsExactly("create", "update");
        assertThat(live().orElseThrow().getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(reference -> assertThat(reference.getUid()).isEqualTo(owner.uid()));
    }

    @Test
    void aFieldThatIsNoLongerWantedGoes() {
        applier.apply(owner, entry("locality: a"), Optional.empty());

        applier.apply(owner, entry(""), live());

        assertThat(live().orElseThrow().getSpec().getEndpoints().get(0).getLocality())
                .isNull();
        AuditLog.Mark mark = east.auditLog().mark();
        assertThat(applier.apply(owner, entry(""), live())).isInstanceOf(Outcome.Unchanged.class);
        assertThat(writes(mark)).isEmpty();
    }

    @Test
    void foreignObjectsAreLeftAlone() {
        east.applyYaml(Serialization.asYaml(entry("locality: theirs")));
        String before = version();

        Outcome seen = applier.apply(owner, entry("locality: a"), live());
        Outcome unseen = applier.apply(owner, entry("locality: a"), Optional.empty());

        assertThat(seen).isInstanceOf(Outcome.Foreign.class).isEqualTo(unseen);
        assertThat(version()).isEqualTo(before);
    }

    @Test
    void anotherImportsObjectIsForeignToo() {
        applier.apply(owner, entry("locality: a"), Optional.empty());
        Owner other = new Owner("ImportedService", "other", "another-uid", Optional.empty());
        String before = version();

        assertThat(applier.apply(other, entry("locality: b"), live())).isInstanceOf(Outcome.Foreign.class);

        assertThat(version()).isEqualTo(before);
    }

    @Test
    void anObjectThatIsHandedOverIsTaken() {
        ServiceEntry theirs = entry("locality: theirs");
        theirs.getMetadata().setAnnotations(Map.of(Names.ADOPT, "true"));
        east.applyYaml(Serialization.asYaml(theirs));

        assertThat(applier.apply(owner, entry("locality: a"), live())).isInstanceOf(Outcome.Written.class);

        assertThat(live().orElseThrow().getSpec().getEndpoints().get(0).getLocality())
                .isEqualTo("a");
        assertThat(owner.owns(live().orElseThrow())).isTrue();
        assertThat(applier.apply(owner, entry("locality: a"), live())).isInstanceOf(Outcome.Unchanged.class);
    }

    /** The cache shows our object, the cluster has another of that name: it was deleted and made anew meanwhile. */
    @Test
    void anObjectMadeAnewSinceItWasSeenIsNotOverwritten() {
        applier.apply(owner, entry("locality: a"), Optional.empty());
        Optional<ServiceEntry> cached = live();
        client.resource(cached.orElseThrow()).delete();
        east.applyYaml(Serialization.asYaml(entry("locality: theirs")));
        String before = version();

        assertThatThrownBy(() -> new Applier(client, time, (verb, o) -> {}).apply(owner, entry("locality: b"), cached))
                .isInstanceOf(KubernetesClientException.class);

        assertThat(version()).isEqualTo(before);
    }

    @Test
    void aCacheThatLagsCausesNoSecondWrite() {
        applier.apply(owner, entry("locality: a"), Optional.empty());
        Optional<ServiceEntry> stale = live();
        applier.apply(owner, entry("locality: b"), stale);
        AuditLog.Mark mark = east.auditLog().mark();

        assertThat(applier.apply(owner, entry("locality: b"), stale)).isInstanceOf(Outcome.Unchanged.class);
        assertThat(applier.apply(owner, entry("locality: b"), Optional.empty())).isInstanceOf(Outcome.Unchanged.class);

        assertThat(writes(mark)).isEmpty();
    }

    /** Between the look and the first write somebody else makes an object of that name. */
    @Test
    void aNameTakenAtTheLastMomentIsAConflict() {
        KubernetesClient blind = new LateReader(client).client();
        Applier late = new Applier(blind, time, (verb, o) -> {});
        east.applyYaml(Serialization.asYaml(entry("locality: theirs")));
        String before = version();

        assertThatThrownBy(() -> late.apply(owner, entry("locality: a"), Optional.empty()))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(409));

        assertThat(version()).isEqualTo(before);
    }

    @Test
    void aRivalIsRepairedTenTimesAMinute() {
        applier.apply(owner, entry("locality: a"), Optional.empty());
        Outcome outcome = new Outcome.Written(entry(""));
        int repairs = 0;
        for (; outcome instanceof Outcome.Written && repairs < 50; repairs++) {
            client.resources(ServiceEntry.class)
                    .inNamespace(namespace)
                    .withName("meshfed-cart")
                    .edit(e -> {
                        e.getSpec().getEndpoints().get(0).setLocality("rival");
                        return e;
                    });
            outcome = applier.apply(owner, entry("locality: a"), live());
        }

        assertThat(repairs).isEqualTo(11);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Contested.class, contested -> {
            assertThat(contested.message()).contains("ServiceEntry " + namespace + "/meshfed-cart");
            assertThat(contested.retryAfter()).isEqualTo(Duration.ofMinutes(1));
        });
        time.step(Duration.ofSeconds(61));
        assertThat(applier.apply(owner, entry("locality: a"), live())).isInstanceOf(Outcome.Written.class);
    }

    @Test
    void anotherWishIsNoRepair() {
        applier.apply(owner, entry("locality: a"), Optional.empty());

        for (int i = 0; i < 15; i++) {
            assertThat(applier.apply(owner, entry("locality: a" + i), live())).isInstanceOf(Outcome.Written.class);
        }
    }

    @Test
    void deletesWhatItLookedAtAndNothingElse() {
        applier.apply(owner, entry("locality: a"), Optional.empty());
        ServiceEntry looked = live().orElseThrow();
        applier.apply(owner, entry("locality: b"), live());

        assertThatThrownBy(() -> applier.delete(looked))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(409));
        assertThat(live()).isPresent();
        ServiceEntry now = live().orElseThrow();
        applier.delete(now);
        assertThat(live()).isEmpty();
        applier.delete(now);

        assertThat(log).containsOnlyOnce("delete");
    }

    @Test
    void whatIsGoingIsNotDeletedAgain() {
        ConfigMap held = config("held", "");
        held.getMetadata().setFinalizers(List.of("example.com/held"));
        client.resource(held).create();
        client.resource(held).delete();
        HasMetadata going = client.resource(held).get();
        AuditLog.Mark mark = east.auditLog().mark();

        applier.delete(going);

        assertThat(writes(mark)).isEmpty();
        client.resource(held).edit(m -> {
            m.getMetadata().setFinalizers(List.of());
            return m;
        });
    }

    @Test
    void sharedFieldsAreNeverTakenByForce() {
        ConfigMap theirs = config("shared", "network: theirs");
        east.applyYaml(Serialization.asYaml(theirs));

        assertThatThrownBy(() -> applier.share(config("shared", "network: ours")))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(409));
        applier.share(config("shared", "more: ours"));

        assertThat(client.resource(theirs).get().getData()).containsEntry("network", "theirs");
        assertThat(client.resource(theirs).get().getData()).containsEntry("more", "ours");
    }

    @Test
    void createOnceNeverOverwrites() {
        applier.createOnce(owner.surviving(), config("root", "key: first"));

        assertThatThrownBy(() -> applier.createOnce(owner.surviving(), config("root", "key: second")))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(409));

        assertThat(client.resource(config("root", "")).get().getData()).containsEntry("key", "first");
        assertThat(client.resource(config("root", "")).get().getMetadata().getOwnerReferences())
                .isEmpty();
    }

    @Test
    void writeExactlyWantsTheVersionThatWasLookedAt() {
        applier.writeExactly(owner.surviving(), keys("one"), Optional.empty());
        String first = client.resource(keys("")).get().getMetadata().getResourceVersion();
        applier.writeExactly(owner.surviving(), keys("two"), Optional.of(first));

        for (Optional<String> outdated : List.of(Optional.of(first), Optional.<String>empty())) {
            assertThatThrownBy(() -> applier.writeExactly(owner.surviving(), keys("three"), outdated))
                    .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                            .isEqualTo(409));
        }

        Secret stored = client.resource(keys("")).get();
        assertThat(stored.getData()).isEqualTo(keys("two").getData());
        assertThat(stored.getMetadata().getAnnotations()).containsOnlyKeys(Names.OWNER_UID);
    }

    /** Two operators at once: the second looked before the first wrote. */
    @Test
    void writeExactlyLosesARaceForTheFirstWrite() {
        Applier late = new Applier(new LateReader(client).client(), time, (verb, o) -> {});
        east.applyYaml(Serialization.asYaml(keys("theirs")));

        assertThatThrownBy(() -> late.writeExactly(owner.surviving(), keys("ours"), Optional.empty()))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(409));

        assertThat(client.resource(keys("")).get().getData())
                .isEqualTo(keys("theirs").getData());
    }

    @Test
    void whatTheApiServerWillNeverTakeIsAnOutcome() {
        ServiceEntry broken = entry("locality: a");
        broken.getSpec().setHosts(List.of());

        assertThat(applier.apply(owner, broken, Optional.empty()))
                .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.message())
                        .contains("ServiceEntry " + namespace + "/meshfed-cart", "spec.hosts"));
    }

    private ServiceEntry entry(String endpoint) {
        return Serialization.unmarshal(
                """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: meshfed-cart, namespace: %s}
                spec:
                  hosts: [cart.shop.svc.cluster.local]
                  location: MESH_INTERNAL
                  resolution: STATIC
                  ports: [{name: http, number: 80, protocol: HTTP}]
                  endpoints: [{network: west-network%s}]
                """
                        .formatted(namespace, endpoint.isEmpty() ? "" : ", " + endpoint),
                ServiceEntry.class);
    }

    private ConfigMap config(String name, String data) {
        return Serialization.unmarshal(
                "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: %s}, data: {%s}}"
                        .formatted(name, namespace, data),
                ConfigMap.class);
    }

    private Secret keys(String key) {
        return Serialization.unmarshal(
                "---\n{apiVersion: v1, kind: Secret, type: Opaque, metadata: {name: keys, namespace: %s}, data: {k: %s}}"
                        .formatted(namespace, Base64.getEncoder().encodeToString(key.getBytes())),
                Secret.class);
    }

    private Optional<ServiceEntry> live() {
        return Optional.ofNullable(client.resources(ServiceEntry.class)
                .inNamespace(namespace)
                .withName("meshfed-cart")
                .get());
    }

    private String version() {
        return live().orElseThrow().getMetadata().getResourceVersion();
    }

    /** Writes in our namespace since the mark. */
    private List<AuditEvent> writes(AuditLog.Mark mark) {
        return east.auditLog().writes(mark).stream()
                .filter(e -> e.namespace().equals(namespace))
                .toList();
    }
}
