package io.meshfed.plan.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.api.CertManager;
import io.meshfed.api.MeshFederation;
import io.meshfed.trust.cacerts.CertificateTrouble;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificatePlannerTest {
    private static final String MESH =
            """
            apiVersion: meshfed.io/v1alpha1
            kind: MeshFederation
            metadata: {name: %s}
            spec:
              mesh: {network: east-network}
              trust:
                type: CertManager
                certManager: {issuerRef: {name: mesh-ca, kind: ClusterIssuer}}
                intermediate: {keyAlgorithm: %s, validity: 1440h, renewBefore: 480h}
            """;

    private static final CertManager.IssuerRef ISSUER = new CertManager.IssuerRef("mesh-ca", "ClusterIssuer", null);

    private static JsonNode planned(String name, String algorithm) {
        MeshFederation mesh = Serialization.unmarshal(MESH.formatted(name, algorithm), MeshFederation.class);
        return Serialization.jsonMapper().valueToTree(CertificatePlanner.plan(mesh, ISSUER, "meshfed-system"));
    }

    @Test
    void asksForACaOfTheWantedLifeThatSignsAndDoesNothingElse() throws Exception {
        assertThat(planned("east", "ECDSA_P256"))
                .isEqualTo(
                        Serialization.jsonMapper()
                                .readTree(
                                        """
                        {"apiVersion": "cert-manager.io/v1", "kind": "Certificate",
                         "metadata": {"name": "meshfed-intermediate", "namespace": "meshfed-system"},
                         "spec": {
                           "secretName": "meshfed-intermediate",
                           "issuerRef": {"name": "mesh-ca", "kind": "ClusterIssuer", "group": "cert-manager.io"},
                           "commonName": "east intermediate", "subject": {"organizations": ["meshfed"]},
                           "isCA": true, "usages": ["cert sign", "crl sign"],
                           "duration": "1440h", "renewBefore": "480h",
                           "privateKey": {"algorithm": "ECDSA", "size": 256, "encoding": "PKCS8", "rotationPolicy": "Always"}}}
                        """));
    }

    @ParameterizedTest
    @CsvSource({"ECDSA_P384, ECDSA, 384", "RSA_2048, RSA, 2048", "RSA_4096, RSA, 4096"})
    void asksForTheWantedKey(String wanted, String algorithm, int size) {
        JsonNode key = planned("east", wanted).at("/spec/privateKey");

        assertThat(key.path("algorithm").asText()).isEqualTo(algorithm);
        assertThat(key.path("size").asInt()).isEqualTo(size);
    }

    @Test
    void commonNameOfALongNameFits() {
        assertThat(planned("e".repeat(200), "RSA_2048").at("/spec/commonName").asText())
                .hasSize(64)
                .endsWith(" intermediate");
    }

    private static Optional<String> trouble(String generation, String status) {
        Certificate certificate = Serialization.unmarshal(
                "---\n{metadata: {name: meshfed-intermediate, namespace: meshfed-system, generation: %s}, %s}"
                        .formatted(generation, status),
                Certificate.class);
        return CertificatePlanner.trouble(certificate).map(CertificateTrouble::message);
    }

    @Test
    void certificateThatIsReadyIsNoTrouble() {
        assertThat(trouble("2", "status: {conditions: [{type: Ready, status: 'True', observedGeneration: 2}]}"))
                .isEmpty();
        assertThat(trouble("2", "status: {conditions: [{type: Ready, status: 'True'}]}"))
                .isEmpty();
    }

    @Test
    void whatIsReadyForAnOlderSpecIsNotReady() {
        assertThat(
                        trouble(
                                "3",
                                "status: {conditions: [{type: Ready, status: 'True', message: up to date, observedGeneration: 2}]}"))
                .hasValueSatisfying(words -> assertThat(words)
                        .contains("has not processed its latest change yet")
                        .doesNotContain("up to date"));
        assertThat(trouble("1", "spec: {}")).isPresent();
    }

    @Test
    void denialAndFailureAreToldInCertManagersWords() {
        assertThat(
                        trouble(
                                "1",
                                """
                        status: {conditions: [
                          {type: Ready, status: 'False', reason: DoesNotExist, message: Secret does not exist, observedGeneration: 1},
                          {type: Issuing, status: 'False', reason: Denied, message: the policy says no, observedGeneration: 1}]}
                        """))
                .hasValueSatisfying(words -> assertThat(words)
                        .contains(
                                "meshfed-system/meshfed-intermediate",
                                "Secret does not exist",
                                "Denied",
                                "policy says no"));
    }

    @Test
    void wordsOfAnotherControllerAreBounded() {
        assertThat(trouble(
                        "1",
                        "status: {conditions: [{type: Ready, status: 'False', message: " + "x".repeat(5000) + "}]}"))
                .hasValueSatisfying(words -> assertThat(words).hasSizeLessThan(700));
    }

    private static Secret secret(String annotations) {
        return Serialization.unmarshal(
                "---\n{apiVersion: v1, kind: Secret, metadata: {name: meshfed-intermediate, annotations: {%s}}}"
                        .formatted(annotations),
                Secret.class);
    }

    @Test
    void secretIsTakenFromTheIssuerOfTheSpecOnly() {
        String filled =
                "cert-manager.io/certificate-name: meshfed-intermediate, cert-manager.io/issuer-name: mesh-ca, ";
        Secret ours = secret(
                filled + "cert-manager.io/issuer-kind: ClusterIssuer, cert-manager.io/issuer-group: cert-manager.io");
        Secret formers =
                secret(filled + "cert-manager.io/issuer-kind: Issuer, cert-manager.io/issuer-group: cert-manager.io");

        assertThat(CertificatePlanner.isFilled(ours)).isTrue();
        assertThat(CertificatePlanner.isBy(ISSUER, ours)).isTrue();
        assertThat(CertificatePlanner.isBy(ISSUER, formers)).isFalse();
        assertThat(CertificatePlanner.isBy(new CertManager.IssuerRef("mesh-ca", null, null), formers))
                .isTrue();
        assertThat(CertificatePlanner.isFilled(secret("cert-manager.io/certificate-name: another")))
                .isFalse();
        assertThat(CertificatePlanner.isFilled(secret(""))).isFalse();
    }
}
