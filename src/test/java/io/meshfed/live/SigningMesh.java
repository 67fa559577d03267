package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.api.MeshFederation;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.Trust.KeyAlgorithm;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.Identity;
import io.meshfed.testbed.live.LiveMesh;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;

/** A mesh whose operator makes {@code cacerts}, whose istiod signs with it, and a workload that istiod has signed for. */
record SigningMesh(LiveMesh mesh, App app) {
    private static final String NAMESPACE = "istio-system";

    /** Changes {@code spec.trust.intermediate.keyAlgorithm}; returns at once. */
    void wants(KeyAlgorithm algorithm) {
        mesh.cluster()
                .mergeSpec(
                        MeshFederation.class, mesh.name(), "trust: {intermediate: {keyAlgorithm: " + algorithm + "}}");
    }

    /** Changes the roots that the RemoteMesh of a peer lists, as YAML; returns at once. */
    void trusts(String peer, String roots) {
        mesh.cluster().mergeSpec(RemoteMesh.class, peer, "trust: {roots: " + roots + "}");
    }

    /** Waits until the operator has written an intermediate with such a key, and istiod signs with it. */
    void signsWith(KeyAlgorithm algorithm) {
        mesh.until(
                "an intermediate with " + algorithm,
                () -> algorithmOf(intermediate().getPublicKey()).equals(algorithm.name()));
        signsWithCacerts();
    }

    /** Waits until istiod itself says that it signs with what stands in {@code cacerts}, and gives out its roots. */
    void signsWithCacerts() {
        mesh.until("istiod's signing certificate", () -> mesh.istiod()
                .endOfIntermediate()
                .equals(intermediate().getNotAfter().toInstant()));
        mesh.until("istiod's roots", () -> published().equals(rootPem()));
        assertThat(mesh.istiod().endOfRoot())
                .isEqualTo(cacerts().roots().get(0).getNotAfter().toInstant());
    }

    /** The workload begins anew, with a key of its own; istiod is asked for a certificate. */
    void restartsTheWorkload() {
        mesh.restart(app);
    }

    /** Asserts that the workload shows a certificate for a key of this algorithm, signed by the intermediate in force. */
    void hasSigned(String algorithm) {
        List<X509Certificate> chain = mesh.sidecar(app).identity().chain();
        X509Certificate workload = chain.get(0);
        assertThat(chain.get(1)).as("who signed for " + app.name()).isEqualTo(intermediate());
        assertThat(algorithmOf(workload.getPublicKey())).isEqualTo(algorithm);
        try {
            workload.verify(intermediate().getPublicKey());
            assertThat(workload.getSubjectAlternativeNames())
                    .containsExactly(List.of(
                            6,
                            "spiffe://" + mesh.name() + ".local/ns/" + app.namespace() + "/sa/"
                                    + app.serviceAccount()));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("The workload's certificate in " + mesh.name(), e);
        }
    }

    /** The certificate in {@code cacerts} that istiod is to sign with. */
    private X509Certificate intermediate() {
        return cacerts().chain().get(0);
    }

    private Identity cacerts() {
        return Identity.of(cacerts("ca-cert.pem"), rootPem());
    }

    /** {@code root-cert.pem}. */
    String rootPem() {
        return cacerts("root-cert.pem");
    }

    private String cacerts(String key) {
        String base64 = mesh.cluster()
                .adminClient()
                .secrets()
                .inNamespace(NAMESPACE)
                .withName("cacerts")
                .get()
                .getData()
                .get(key);
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
    }

    /** The roots that istiod gives to workloads. */
    String published() {
        return mesh.cluster()
                .adminClient()
                .configMaps()
                .inNamespace(app.namespace())
                .withName("istio-ca-root-cert")
                .get()
                .getData()
                .get("root-cert.pem");
    }

    private static String algorithmOf(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return "RSA_" + rsa.getModulus().bitLength();
        }
        if (key instanceof ECPublicKey ec) {
            return "ECDSA_P" + ec.getParams().getCurve().getField().getFieldSize();
        }
        throw new AssertionError("a key of type " + key.getAlgorithm());
    }
}
