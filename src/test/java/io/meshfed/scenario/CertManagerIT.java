package io.meshfed.scenario;

import static io.meshfed.scenario.TrustFixture.CONTROL_PLANE;
import static io.meshfed.scenario.TrustFixture.SYSTEM;
import static io.meshfed.scenario.TrustFixture.cacerts;
import static io.meshfed.scenario.TrustFixture.issued;
import static io.meshfed.scenario.TrustFixture.message;
import static io.meshfed.scenario.TrustFixture.pem;
import static io.meshfed.scenario.TrustFixture.rotatingAlone;
import static io.meshfed.scenario.TrustFixture.trust;
import static io.meshfed.scenario.TrustFixture.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.meshfed.api.MeshFederation;
import io.meshfed.testbed.AuditEvent;
import io.meshfed.testbed.AuditLog;
import io.meshfed.testbed.CertManagerInstallation;
import io.meshfed.testbed.Cluster;
import io.meshfed.testbed.Clusters;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.MostlyWaiting;
import io.meshfed.testbed.OpensslProgram;
import io.meshfed.testbed.TestSteps;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** One mesh whose intermediates come from cert-manager's own controllers, from before they are installed to its end. */
@MostlyWaiting
class CertManagerIT {
    private static final String RSA = "intermediate: {keyAlgorithm: RSA_2048}";
    private static final String NAME = "meshfed-intermediate";
    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final Set<Integer> REFUSALS = Set.of(400, 401, 403, 422);

    @TempDir
    static Path folder;

    private static Openssl openssl;
    private static Openssl.Certified first;
    private static Openssl.Certified next;
    private static Mesh east;
    private static AuditLog.Mark start;
    private static CertManagerInstallation certManager;

    @BeforeAll
    static void install() {
        OpensslProgram.assumePresent();
        openssl = new Openssl(folder);
        first = openssl.root("first");
        next = openssl.root("next");
        Cluster cluster = Clusters.fresh("east").get("east");
        start = cluster.auditLog().mark();
        east = rotatingAlone(cluster, Map.of("trust.certManager.enabled", "true"), "172.18.64.")
                .run();
    }

    @AfterAll
    static void close() {
        if (certManager != null) {
            certManager.close();
        }
        if (east != null) {
            east.close();
        }
    }

    private static void federate(String issuer, String more) {
        east.cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: east}
                spec:
                  mesh: {network: east-network}
                  trust:
                    type: CertManager
                    certManager:
                      issuerRef: {name: %s}
                    rotation: {workloadTTL: 1m, margin: 5s}
                    %s
                """
                                .formatted(issuer, more));
    }

    /** A CA and cert-manager's issuer that signs with it. */
    private static void issuer(String name, Openssl.Certified root) {
        east.secret(name, "kubernetes.io/tls", root.tls());
        east.cluster()
                .applyYaml(
                        """
                apiVersion: cert-manager.io/v1
                kind: Issuer
                metadata: {name: %1$s, namespace: meshfed-system}
                spec: {ca: {secretName: %1$s}}
                """
                                .formatted(name));
    }

    private static ClusterObject certificate() {
        return new ClusterObject(east, "cert-manager.io/v1", "Certificate", SYSTEM, NAME);
    }

    private static boolean isDelivered() {
        return cacerts(east)
                .getData()
                .get("ca-key.pem")
                .equals(east.get(Secret.class, SYSTEM, NAME).getData().get("tls.key"));
    }

    private static void verified() {
        OpensslProgram.Result verified = openssl.verify(cacerts(east).getData());
        assertThat(verified.code()).as(verified.output()).isZero();
    }

    /** Installing cert-manager, issuing and rotating take a minute or more each, so one mesh lives through all of them. */
    @TestFactory
    Stream<DynamicTest> aMeshWithCertManagerFromInstallationToAnotherIssuer() {
        return TestSteps.first("statusReportsThatCertManagerIsMissing", this::statusReportsThatCertManagerIsMissing)
                .then("foreignSecretIsNotGivenToCertManager", this::foreignSecretIsNotGivenToCertManager)
                .then(
                        "statusQuotesCertManagerWhileNoCertificateIsIssued",
                        this::statusQuotesCertManagerWhileNoCertificateIsIssued)
                .then("issuedCertificateIsWrittenToCacerts", this::issuedCertificateIsWrittenToCacerts)
                .then("atRestNothingIsSentAndDriftIsRepaired", this::atRestNothingIsSentAndDriftIsRepaired)
                .then("anotherKeyIsTakenFromCertManager", this::anotherKeyIsTakenFromCertManager)
                .then(
                        "cacertsStaysUnchangedWhileTheIssuerDeliversNothing",
                        this::cacertsStaysUnchangedWhileTheIssuerDeliversNothing)
                .then(
                        "anotherIssuerRotatesTheRootWithTheFormerIntermediateUntilItMaySign",
                        this::anotherIssuerRotatesTheRootWithTheFormerIntermediateUntilItMaySign)
                .then("secretAndCacertsOutliveTheMeshFederation", this::secretAndCacertsOutliveTheMeshFederation)
                .then(
                        "onlyTheCertificateIsDeletedWhenTheSpecNoLongerUsesCertManager",
                        this::onlyTheCertificateIsDeletedWhenTheSpecNoLongerUsesCertManager)
                .then("exampleMovesToAClusterIssuerOnTheSameRoot", this::exampleMovesToAClusterIssuerOnTheSameRoot)
                .then(
                        "theShippedRoleHadEveryPermissionAndNoneUnused",
                        this::theShippedRoleHadEveryPermissionAndNoneUnused)
                .inOrder();
    }

    private void statusReportsThatCertManagerIsMissing() {
        federate("first", "");

        Mesh.until("the reason in status", () -> trust(east).equals("CertManagerMissing"));
        assertThat(Mesh.holds(east.federation("east"), "TrustReady")).isFalse();
        assertThat(message(east.federation("east"), "TrustReady")).contains("install it");
        assertThat(east.find(Secret.class, CONTROL_PLANE, "cacerts")).isEmpty();
    }

    private void foreignSecretIsNotGivenToCertManager() {
        east.secret(NAME, "kubernetes.io/tls", next.tls());
        Secret foreign = east.get(Secret.class, SYSTEM, NAME);
        certManager = CertManagerInstallation.on(east.cluster());

        Mesh.until("the conflict", () -> "ForeignObject".equals(Mesh.reason(east.federation("east"), "Conflict")));
        east.settle();

        assertThat(message(east.federation("east"), "Conflict"))
                .contains("Secret " + SYSTEM + "/" + NAME, "delete or rename it")
                .doesNotContain("meshfed.io/adopt");
        assertThat(certificate().find()).isEmpty();
        assertThat(east.get(Secret.class, SYSTEM, NAME)).isEqualTo(foreign);
        assertThat(east.find(Secret.class, CONTROL_PLANE, "cacerts")).isEmpty();
    }

    private void statusQuotesCertManagerWhileNoCertificateIsIssued() {
        east.cluster()
                .adminClient()
                .secrets()
                .inNamespace(SYSTEM)
                .withName(NAME)
                .delete();

        assertThat(Mesh.until("the Certificate", () -> certificate().find().isPresent()))
                .isLessThan(SECONDS);
        Mesh.until("cert-manager's message in status", () -> message(east.federation("east"), "TrustReady")
                .contains("Issuing certificate as Secret does not exist"));
        assertThat(trust(east)).isEqualTo("CertificateNotReady");
    }

    private void issuedCertificateIsWrittenToCacerts() {
        issuer("first", first);
        Mesh.until("cert-manager's part", () -> east.find(Secret.class, SYSTEM, NAME)
                .isPresent());
        Duration works = issued(east);
        east.istio().publishRoot();
        Mesh.until("trust", () -> trust(east).equals("Verified"));

        assertThat(works).isLessThan(SECONDS);
        assertThat(isDelivered()).isTrue();
        verified();
        assertThat(pem(east, "root-cert.pem").strip())
                .isEqualTo(first.certificate().strip());
        assertThat(openssl.describe(pem(east, "ca-cert.pem")))
                .contains(
                        "CA:TRUE",
                        "Certificate Sign, CRL Sign",
                        "Public-Key: (256 bit)",
                        "O = meshfed, CN = east intermediate");
        assertThat(cacerts(east).getMetadata().getOwnerReferences()).isEmpty();
    }

    private void atRestNothingIsSentAndDriftIsRepaired() {
        east.settle();
        AuditLog.Mark rest = east.cluster().auditLog().mark();
        east.settle();
        assertThat(east.operatorWrites(rest))
                .noneMatch(write -> !write.resource().equals("leases"));

        // Nothing for which cert-manager would begin to issue: the Certificate goes away next.
        Object wanted = certificate().get().get("spec", "renewBefore");
        certificate().patch("{\"spec\":{\"renewBefore\":\"100h\"}}");
        Mesh.until("the repair", () -> wanted.equals(certificate().get().get("spec", "renewBefore")));
        Mesh.until("trust", () -> trust(east).equals("Verified"));
        certificate().delete();
        Mesh.until("another one", () -> certificate().find().isPresent());
        Mesh.until("trust", () -> trust(east).equals("Verified"));
    }

    private void anotherKeyIsTakenFromCertManager() {
        String before = pem(east, "ca-cert.pem");

        federate("first", RSA);
        Mesh.until("the next intermediate", () -> !pem(east, "ca-cert.pem").equals(before));

        Mesh.until("the one that was delivered", CertManagerIT::isDelivered);
        verified();
        assertThat(openssl.describe(pem(east, "ca-cert.pem"))).contains("Public-Key: (2048 bit)");
        assertThat(pem(east, "root-cert.pem").strip())
                .isEqualTo(first.certificate().strip());
    }

    private void cacertsStaysUnchangedWhileTheIssuerDeliversNothing() {
        Map<String, String> before = cacerts(east).getData();
        certManager.stop();
        federate("second", RSA);
        Mesh.until("the wait", () -> trust(east).equals("CertificateNotReady"));
        east.settle();

        assertThat(Mesh.holds(east.federation("east"), "TrustReady")).isTrue();
        assertThat(cacerts(east).getData()).isEqualTo(before);
        // First back, then cert-manager: a request that it has begun, and that the next spec withdraws, may stay for
        // a minute ("certificaterequests ... already exists", with a growing pause).
        federate("first", RSA);
        certManager.restart();
        Mesh.until("trust", () -> trust(east).equals("Verified"));
    }

    private void anotherIssuerRotatesTheRootWithTheFormerIntermediateUntilItMaySign() {
        Map<String, String> before = cacerts(east).getData();
        issuer("next", next);

        federate("next", "");
        Mesh.until("both roots", () -> pem(east, "root-cert.pem")
                .contains(next.certificate().strip()));
        assertThat(cacerts(east).getData())
                .containsEntry("ca-cert.pem", before.get("ca-cert.pem"))
                .containsEntry("ca-key.pem", before.get("ca-key.pem"));
        assertThat(pem(east, "root-cert.pem")).startsWith(first.certificate().strip());
        verified();
        east.istio().publishRoot();
        within("the new root signs", CertManagerIT::isDelivered);

        verified();
        assertThat(pem(east, "root-cert.pem")).startsWith(first.certificate().strip());
        within("the old root is gone", () -> pem(east, "root-cert.pem")
                .strip()
                .equals(next.certificate().strip()));
        verified();
    }

    private void secretAndCacertsOutliveTheMeshFederation() {
        east.istio().publishRoot();
        Mesh.until("trust", () -> trust(east).equals("Verified"));
        Map<String, String> cacerts = cacerts(east).getData();
        Map<String, String> secret = east.get(Secret.class, SYSTEM, NAME).getData();

        east.cluster().adminClient().resources(MeshFederation.class).delete();
        Mesh.until(
                "the end",
                () -> east.federation("east").isEmpty() && certificate().find().isEmpty());
        assertThat(cacerts(east).getData()).isEqualTo(cacerts);
        assertThat(east.get(Secret.class, SYSTEM, NAME).getData()).isEqualTo(secret);
        federate("next", "");
        Mesh.until("trust again", () -> trust(east).equals("Verified"));

        assertThat(cacerts(east).getData()).isEqualTo(cacerts);
        assertThat(east.get(Secret.class, SYSTEM, NAME).getData()).isEqualTo(secret);
    }

    private void onlyTheCertificateIsDeletedWhenTheSpecNoLongerUsesCertManager() {
        Map<String, String> before = cacerts(east).getData();
        east.secret("mesh-root-ca", "kubernetes.io/tls", next.tls());
        east.cluster()
                .applyYaml(
                        """
                apiVersion: meshfed.io/v1alpha1
                kind: MeshFederation
                metadata: {name: east}
                spec:
                  mesh: {network: east-network}
                  trust: {type: Managed, issuer: {secretName: mesh-root-ca}}
                """);

        Mesh.until("the end of the Certificate", () -> certificate().find().isEmpty());
        Mesh.until("trust", () -> trust(east).equals("Verified"));
        east.settle();
        assertThat(cacerts(east).getData()).isEqualTo(before);
        assertThat(east.find(Secret.class, SYSTEM, NAME)).isPresent();
    }

    /** The mesh already uses the root of the example's issuer. */
    private void exampleMovesToAClusterIssuerOnTheSameRoot() {
        String root = pem(east, "root-cert.pem");
        east.cluster().createNamespace("cert-manager");
        east.cluster()
                .adminClient()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("cert-manager")
                        .withName("mesh-root-ca")
                        .endMetadata()
                        .withType("kubernetes.io/tls")
                        .withData(next.tls())
                        .build())
                .create();

        east.applyExample("cert-manager.yaml");
        Mesh.until(
                "what the ClusterIssuer issued",
                () -> east.get(Secret.class, SYSTEM, NAME)
                                .getMetadata()
                                .getAnnotations()
                                .get("cert-manager.io/issuer-kind")
                                .equals("ClusterIssuer")
                        && isDelivered());

        verified();
        assertThat(pem(east, "root-cert.pem")).isEqualTo(root);
        Mesh.until("trust", () -> trust(east).equals("Verified"));
    }

    private void theShippedRoleHadEveryPermissionAndNoneUnused() {
        List<AuditEvent> requests = east.cluster().auditLog().since(start).stream()
                .filter(east::byOperator)
                .toList();

        assertThat(requests)
                .filteredOn(request -> REFUSALS.contains(request.code()))
                .isEmpty();
        assertThat(requests)
                .filteredOn(request -> request.resource().equals("certificates"))
                .extracting(AuditEvent::verb)
                // Server-side apply asks for create and is a patch.
                .containsOnly("get", "list", "watch", "patch", "delete");
    }
}
