package io.meshfed.scenario;

import static io.meshfed.scenario.TrustFixture.CONTROL_PLANE;
import static io.meshfed.scenario.TrustFixture.FAST;
import static io.meshfed.scenario.TrustFixture.ISSUER;
import static io.meshfed.scenario.TrustFixture.SYSTEM;
import static io.meshfed.scenario.TrustFixture.cacerts;
import static io.meshfed.scenario.TrustFixture.federate;
import static io.meshfed.scenario.TrustFixture.message;
import static io.meshfed.scenario.TrustFixture.pem;
import static io.meshfed.scenario.TrustFixture.remote;
import static io.meshfed.scenario.TrustFixture.remoteTrust;
import static io.meshfed.scenario.TrustFixture.trust;
import static io.meshfed.scenario.TrustFixture.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshfed.api.ExportedMesh;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.MeshFederationStatus.RotationStatus;
import io.meshfed.api.Names;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshStatus.RemoteTrustStatus;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.MostlyWaiting;
import io.meshfed.testbed.OpensslProgram;
import io.meshfed.testbed.TestSteps;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** East makes west's cacerts, with a credential that is good for that one Secret; west's own operator verifies it. */
@MostlyWaiting
class RemoteCacertsIT {
    private static final String WRITER = "west-cacerts-writer";
    private static final String WRITING_ACCOUNT = "system:serviceaccount:" + SYSTEM + ":meshfed-cacerts-writer";

    private static final String WEST =
            """
            apiVersion: meshfed.io/v1alpha1
            kind: MeshFederation
            metadata: {name: west}
            spec:
              mesh: {network: west-network}
              trust: {type: External, rotation: {workloadTTL: 1m, margin: 5s}}
            """;

    @TempDir
    static Path folder;

    private static Openssl openssl;
    private static TwoClusters clusters;
    private static Mesh east;
    private static Mesh west;
    private static AuditLog.Mark begin;
    private static Openssl.Certified common;

    @BeforeAll
    static void install() {
        OpensslProgram.assumePresent();
        openssl = new Openssl(folder);
        clusters = TrustFixture.two(TrustFixture::rotating);
        east = clusters.east().run();
        west = clusters.west();
        begin = west.cluster().auditLog().mark();
        common = openssl.root("common");
        east.secret(ISSUER, "kubernetes.io/tls", common.tls());
        federate(east, false, FAST);
        TrustFixture.issued(east);
        east.istio().publishRoot();
        west.cluster().applyYaml(WEST);
        west.applyExample("cacerts-writer.yaml");
        clusters.connect();
        remote(west, "east", "");
    }

    @AfterAll
    static void close() {
        if (clusters != null) {
            clusters.close();
        }
    }

    private static void issueForWest() {
        remoteTrust(east, "west", "    issueCacerts: {kubeconfigSecretRef: {name: " + WRITER + "}}");
    }

    private static String writer() {
        return west.cluster().serviceAccountKubeconfig(SYSTEM, "meshfed-cacerts-writer");
    }

    private static String issued() {
        return Mesh.reason(east.remote("west"), "CacertsIssued");
    }

    private static RemoteTrustStatus status() {
        return east.remote("west").map(RemoteMesh::getStatus).orElseThrow().trust();
    }

    private static boolean bothAreReady() {
        return Mesh.holds(east.remote("west"), "CacertsIssued") && Mesh.holds(west.federation("west"), "TrustReady");
    }

    /** Each step needs an issued cacerts in west, which takes an operator there, a credential and, after a rotation, minutes. */
    @TestFactory
    Stream<DynamicTest> cacertsOfARemoteFromTheFirstToItsRotation() {
        return TestSteps.first("catalogueWithoutAnOperatorIsIgnored", this::catalogueWithoutAnOperatorIsIgnored)
                .then(
                        "emptyRemoteGetsItsCacertsOnceItsOperatorAnswers",
                        this::emptyRemoteGetsItsCacertsOnceItsOperatorAnswers)
                .then(
                        "badCredentialIsReportedAndAGoodOneIsUsedAtOnce",
                        this::badCredentialIsReportedAndAGoodOneIsUsedAtOnce)
                .then("unreachableRemoteIsUpdatedWhenItIsBack", this::unreachableRemoteIsUpdatedWhenItIsBack)
                .then(
                        "foreignCacertsStaysUnchangedUntilItIsHandedOver",
                        this::foreignCacertsStaysUnchangedUntilItIsHandedOver)
                .then("remotesOwnOperatorReportsItAsForeign", this::remotesOwnOperatorReportsItAsForeign)
                .then(
                        "rotationTakesTheRemoteAlongAndIsSurvivedByTheOperator",
                        this::rotationTakesTheRemoteAlongAndIsSurvivedByTheOperator)
                .then("cacertsOutlivesTheSpecAndTheRemoteMesh", this::cacertsOutlivesTheSpecAndTheRemoteMesh)
                .then("credentialWasUsedForThatOneSecretOnly", this::credentialWasUsedForThatOneSecretOnly)
                .then("credentialHasNoOtherPermission", this::credentialHasNoOtherPermission)
                .inOrder();
    }

    /** It may be the last word of an operator that ended before an istiod came. */
    private void catalogueWithoutAnOperatorIsIgnored() {
        ExportedMesh last = new ExportedMesh();
        last.setMetadata(new ObjectMetaBuilder()
                .withName(ExportedMesh.NAME)
                .addToLabels(Names.MANAGED_BY, Names.MESHFED)
                .addToAnnotations(
                        Names.OWNER_UID,
                        west.federation("west").orElseThrow().getMetadata().getUid())
                .build());
        last.setSpec(new ExportedMesh.Spec(
                "west-network",
                "west.local",
                null,
                List.of(),
                new ExportedMesh.Istiod(false, List.of(), "what stood there before"),
                null));
        west.cluster().adminClient().resource(last).create();
        issueForWest();
        Mesh.until("the reason in status", () -> issued().equals("SecretMissing"));
        assertThat(message(east.remote("west"), "CacertsIssued")).contains(SYSTEM + "/" + WRITER, "create it");

        east.kubeconfigSecret(WRITER, writer());
        Mesh.until(
                "the empty cacerts in west",
                () -> west.find(Secret.class, CONTROL_PLANE, "cacerts").isPresent()
                        && message(east.remote("west"), "CacertsIssued")
                                .contains("check that meshfed runs in the remote cluster"));
        east.settle();
        assertThat(cacerts(west).getData()).isNullOrEmpty();
        assertThat(issued()).isEqualTo("Issuing");
    }

    private void emptyRemoteGetsItsCacertsOnceItsOperatorAnswers() {
        west.run();
        Mesh.until("both", RemoteCacertsIT::bothAreReady);

        assertThat(openssl.verify(cacerts(west).getData()).code()).isZero();
        assertThat(pem(west, "root-cert.pem")).isEqualTo(pem(east, "root-cert.pem"));
        assertThat(pem(west, "ca-key.pem")).isNotEqualTo(pem(east, "ca-key.pem"));
        assertThat(openssl.describe(pem(west, "ca-cert.pem"))).contains("west intermediate", "pathlen:0");
        assertThat(cacerts(west).getMetadata().getLabels()).containsEntry(Names.MANAGED_BY, Names.MESHFED);
        assertThat(cacerts(west).getMetadata().getAnnotations())
                .containsEntry(Names.ISSUED_BY, "east-network")
                .containsEntry(
                        Names.OWNER_UID,
                        east.remote("west").orElseThrow().getMetadata().getUid());
        assertThat(Instant.parse(status().issued().notAfter())).isAfter(Instant.now());
        assertThat(Instant.parse(status().credential().notAfter())).isAfter(Instant.now());
        assertThat(Mesh.reason(east.remote("west"), "Trusted")).isEqualTo("CommonRoot");
        west.istio().publishRoot();
        Mesh.until("west's istiod", () -> trust(west).equals("Verified"));
        east.settle();
        assertThat(Mesh.holds(east.remote("west"), "CacertsIssued")).isTrue();
    }

    private void badCredentialIsReportedAndAGoodOneIsUsedAtOnce() {
        Secret before = cacerts(west);
        String end = status().issued().notAfter();

        east.kubeconfigSecret(WRITER, TwoClusters.credential(west));
        Mesh.until("the refusal", () -> issued().equals("Forbidden"));
        assertThat(message(east.remote("west"), "CacertsIssued"))
                .contains("Secret istio-system/cacerts", "403", "grant get, list, watch, create and patch");
        assertThat(status().issued().notAfter()).isEqualTo(end);
        assertThat(Mesh.holds(east.remote("west"), "Connected")).isTrue();
        east.kubeconfigSecret(WRITER, writer());
        Mesh.until("both", RemoteCacertsIT::bothAreReady);
        assertThat(cacerts(west)).isEqualTo(before);
    }

    private void unreachableRemoteIsUpdatedWhenItIsBack() {
        Secret before = cacerts(west);
        west.cluster().stopApiServer();
        try {
            Mesh.until("the report", () -> issued().equals("Unreachable"));
            federate(east, false, FAST + "\n    intermediate: {keyAlgorithm: ECDSA_P384}");
            Mesh.until("east's own", () -> openssl.describe(pem(east, "ca-cert.pem"))
                    .contains("Public-Key: (384 bit)"));
            east.crashAndRestart();
            assertThat(issued()).isEqualTo("Unreachable");
            assertThat(status().issued().notAfter()).isNotEmpty();
        } finally {
            west.cluster().startApiServer();
        }
        // It could not renew its Lease and has ended by itself; no kubelet is here to start it again.
        west.crashAndRestart();

        Mesh.until("west's next", () -> !cacerts(west).getData().equals(before.getData()));
        Mesh.until("both", RemoteCacertsIT::bothAreReady);
        assertThat(openssl.describe(pem(west, "ca-cert.pem"))).contains("Public-Key: (384 bit)");
        assertThat(cacerts(west).getData().get("ca-key.pem"))
                .isNotEqualTo(before.getData().get("ca-key.pem"));
        assertThat(pem(west, "root-cert.pem"))
                .isEqualTo(Openssl.text(before.getData().get("root-cert.pem")));
        assertThat(openssl.verify(cacerts(west).getData()).code()).isZero();
    }

    private void foreignCacertsStaysUnchangedUntilItIsHandedOver() {
        Openssl.Certified company = openssl.root("company");
        replaceWests(openssl.below(company, "signing").cacerts(company));
        Secret foreign = cacerts(west);
        Mesh.until("the report", () -> issued().equals("ForeignCacerts"));
        assertThat(message(east.remote("west"), "CacertsIssued")).contains(Names.ADOPT);
        wests().annotate(Names.ADOPT, "true");
        Mesh.until("the other root", () -> issued().equals("RunningOnOtherRoot"));
        east.settle();
        assertThat(cacerts(west).getData()).isEqualTo(foreign.getData());

        Secret theirs = replaceWests(openssl.below(common, "signing").cacerts(common));
        Mesh.until("the report", () -> issued().equals("ForeignCacerts"));
        east.settle();
        assertThat(cacerts(west)).isEqualTo(theirs);
        wests().annotate(Names.ADOPT, "true");
        Mesh.until("both", RemoteCacertsIT::bothAreReady);

        assertThat(cacerts(west).getData()).isNotEqualTo(theirs.getData());
        assertThat(cacerts(west).getMetadata().getAnnotations())
                .doesNotContainKey(Names.ADOPT)
                .containsEntry(Names.ISSUED_BY, "east-network");
        assertThat(openssl.verify(cacerts(west).getData()).code()).isZero();
    }

    private static Secret replaceWests(Map<String, String> data) {
        TrustFixture.cacerts(west, data);
        return cacerts(west);
    }

    private static ClusterObject wests() {
        return new ClusterObject(west, "v1", "Secret", CONTROL_PLANE, "cacerts");
    }

    private void remotesOwnOperatorReportsItAsForeign() {
        Secret before = cacerts(west);
        west.secret(ISSUER, "kubernetes.io/tls", openssl.root("wests-own").tls());
        federate(west, false, "");
        Mesh.until("the report", () -> trust(west).equals("ForeignCacerts"));
        west.settle();
        assertThat(cacerts(west)).isEqualTo(before);

        west.cluster().applyYaml(WEST);
        Mesh.until("both", RemoteCacertsIT::bothAreReady);
        assertThat(cacerts(west)).isEqualTo(before);
    }

    private void rotationTakesTheRemoteAlongAndIsSurvivedByTheOperator() {
        Openssl.Certified next = openssl.root("next");
        String old = pem(east, "root-cert.pem");
        String signing = pem(west, "ca-cert.pem");
        east.secret("next-root-ca", "kubernetes.io/tls", next.tls());

        issuer("next-root-ca");
        Mesh.until(
                "both bundles",
                () -> pem(east, "root-cert.pem").equals(old + next.certificate())
                        && pem(west, "root-cert.pem").equals(old + next.certificate()));
        assertThat(pem(west, "ca-cert.pem")).isEqualTo(signing);
        // West's wait may pass meanwhile: what east waits for is to read of it.
        east.kubeconfigSecret("west-kubeconfig", blind());
        east.istio().publishRoot();
        west.istio().publishRoot();
        within("the dwell here", () -> waitingFor().contains("RemoteMesh west: its catalogue cannot be read now"));
        assertThat(pem(west, "ca-cert.pem")).isEqualTo(signing);
        east.crashAndRestart();
        assertThat(pem(west, "ca-cert.pem")).isEqualTo(signing);
        TwoClusters.connect(east, west);
        within("east signs", () -> signedBy(east, next));
        within("west is signed", () -> signedBy(west, next));
        assertThat(pem(west, "root-cert.pem")).isEqualTo(old + next.certificate());
        assertThat(pem(east, "root-cert.pem")).isEqualTo(old + next.certificate());
        within("the old root is gone there", () -> pem(west, "root-cert.pem").equals(next.certificate()));
        within("and here", () -> pem(east, "root-cert.pem").equals(next.certificate()));

        for (Mesh mesh : clusters.both()) {
            assertThat(openssl.verify(cacerts(mesh).getData()).code()).isZero();
            mesh.istio().publishRoot();
        }
        Mesh.until("both", RemoteCacertsIT::bothAreReady);
        Mesh.until("rest", () -> issued().equals("Issued") && rotation().isEmpty());
    }

    /** For west's gateway Service only. */
    private static String blind() {
        west.cluster()
                .applyYaml(
                        """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: blind, namespace: meshfed-gateway}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: blind, namespace: meshfed-gateway}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: meshfed-peer}
                subjects: [{kind: ServiceAccount, name: blind, namespace: meshfed-gateway}]
                """);
        return west.cluster().serviceAccountKubeconfig("meshfed-gateway", "blind");
    }

    private static boolean signedBy(Mesh mesh, Openssl.Certified root) {
        Map<String, String> data = new HashMap<>(cacerts(mesh).getData());
        data.put("root-cert.pem", Openssl.base64(root.certificate()));
        return openssl.verify(data).code() == 0;
    }

    private static void issuer(String secret) {
        east.cluster().mergeSpec(MeshFederation.class, "east", "trust: {issuer: {secretName: " + secret + "}}");
    }

    private static Optional<RotationStatus> rotation() {
        return east.federation("east")
                .map(MeshFederation::getStatus)
                .map(MeshFederationStatus::trust)
                .map(MeshFederationStatus.TrustStatus::rotation);
    }

    private static String waitingFor() {
        return rotation().map(RotationStatus::waitingFor).orElse("");
    }

    private void cacertsOutlivesTheSpecAndTheRemoteMesh() {
        Secret before = cacerts(west);

        remoteTrust(east, "west", "    roots: []");
        Mesh.until("no condition any more", () -> issued().isEmpty());
        assertThat(status()).isNull();
        assertThat(cacerts(west)).isEqualTo(before);
        issueForWest();
        Mesh.until("both", RemoteCacertsIT::bothAreReady);
        east.cluster().adminClient().resources(RemoteMesh.class).delete();
        Mesh.until("the end", () -> east.remote("west").isEmpty());
        east.settle();
        assertThat(cacerts(west)).isEqualTo(before);

        // One that is made anew knows its own work.
        issueForWest();
        Mesh.until("both", RemoteCacertsIT::bothAreReady);
        assertThat(cacerts(west)).isEqualTo(before);
    }

    private void credentialHasNoOtherPermission() {
        try (KubernetesClient thief = west.cluster().serviceAccountClient(SYSTEM, "meshfed-cacerts-writer")) {
            var secrets = thief.secrets().inNamespace(CONTROL_PLANE);
            Secret another = new SecretBuilder()
                    .withNewMetadata()
                    .withNamespace(CONTROL_PLANE)
                    .withName("another")
                    .endMetadata()
                    .build();
            for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                    secrets::list,
                    () -> secrets.withName("another").get(),
                    () -> thief.resource(another).create(),
                    () -> thief.resource(another).serverSideApply(),
                    () -> secrets.withName("cacerts").delete(),
                    () -> thief.secrets()
                            .inNamespace(SYSTEM)
                            .withName("cacerts")
                            .get(),
                    () -> thief.configMaps().inNamespace(CONTROL_PLANE).list(),
                    () -> thief.resources(MeshFederation.class).list(),
                    () -> thief.pods().inAnyNamespace().list())) {
                assertThatThrownBy(attempt).hasMessageContaining("orbidden");
            }
        }
    }

    private void credentialWasUsedForThatOneSecretOnly() {
        Set<String> asked = west.cluster().auditLog().since(begin).stream()
                .filter(event -> event.user().equals(WRITING_ACCOUNT))
                .map(RemoteCacertsIT::what)
                .collect(Collectors.toSet());

        assertThat(asked)
                .containsExactlyInAnyOrder(
                        "get secrets/cacerts",
                        "list secrets/cacerts",
                        "watch secrets/cacerts",
                        "patch secrets/cacerts");
    }

    private static String what(AuditEvent event) {
        String name = event.name().isEmpty()
                ? event.query().getOrDefault("fieldSelector", "").replace("metadata.name=", "")
                : event.name();
        assertThat(event.namespace()).as(event.path()).isEqualTo(CONTROL_PLANE);
        return event.verb() + " " + event.resource() + "/" + name;
    }
}
