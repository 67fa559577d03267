package io.meshfed.live;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.LiveMesh;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The CRLs of a live mesh: requests them in the spec, and waits until they are in cacerts and at the workloads. */
record CrlSteps(LiveMesh mesh) {
    private static final String KEY = "ca-crl.pem";

    /**
     * Sets {@code spec.trust.crl}, given as JSON. No workload has a certificate of an intermediate before the present one,
     * and the spec says so.
     */
    void wants(String crl) {
        mesh.cluster()
                .mergeSpec(
                        MeshFederation.class,
                        mesh.name(),
                        "trust: {crl: %s, rotation: {workloadTTL: 1m, margin: 1s}}".formatted(crl));
    }

    /** Requests CRLs in two meshes, and waits until istiod has given them to a workload of each. */
    static void bothPublish(CrlSteps here, App client, CrlSteps there, App server) {
        here.wants("{}");
        there.wants("{}");
        here.hasLists();
        there.hasLists();
        here.givesListsTo(client);
        there.givesListsTo(server);
    }

    /** Waits until {@code cacerts} has lists. */
    void hasLists() {
        mesh.until("lists", () -> !lists().isEmpty());
        mesh.until("trust", () -> Mesh.holds(mesh.federation(), "TrustReady"));
    }

    /** Waits until istiod has given the very lists of {@code cacerts} to the namespace of a workload. */
    void givesListsTo(App app) {
        mesh.until("istiod's lists", () -> !lists().isEmpty() && lists().equals(given(app.namespace())));
    }

    /** The lists in {@code cacerts}; empty if there are none. */
    String lists() {
        String base64 = mesh.cluster()
                .adminClient()
                .secrets()
                .inNamespace("istio-system")
                .withName("cacerts")
                .get()
                .getData()
                .get(KEY);
        return base64 == null ? "" : new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
    }

    private String given(String namespace) {
        ConfigMap map = mesh.cluster()
                .adminClient()
                .configMaps()
                .inNamespace(namespace)
                .withName("istio-ca-crl")
                .get();
        return map == null ? "" : map.getData().getOrDefault(KEY, "");
    }

    /** Serial number of the intermediate that the mesh signs with. */
    String serial() {
        TrustStatus trust = mesh.federation().orElseThrow().getStatus().trust();
        return trust.intermediateSerial();
    }
}
