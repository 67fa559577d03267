package io.meshfed.testbed.live;

import static io.meshfed.testbed.live.LiveMeshes.inParallel;

import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.testbed.CertificateAuthority;
import io.meshfed.testbed.Mesh;
import java.util.Collection;

/**
 * Installs a federation in the order of {@code docs/install.md}: meshfed writes {@code cacerts}, Istio is installed, the
 * gateway starts, and each mesh gets a RemoteMesh for every peer. A self-signed mesh already has Istio.
 */
final class FederationSetup {
    private final Federation federation;
    private final LiveMeshes meshes;
    private final IstioChart chart;
    private final Timeline timeline;

    FederationSetup(Federation federation, LiveMeshes meshes, IstioChart chart, Timeline timeline) {
        this.federation = federation;
        this.meshes = meshes;
        this.chart = chart;
        this.timeline = timeline;
    }

    void install() {
        Collection<LiveMesh> all = meshes.all();
        inParallel(all, mesh -> mesh.operator().awaitReady());
        timeline.reached("operators ready");
        makeRoots();
        inParallel(all, mesh -> {
            if (!isSelfSigned(mesh)) {
                mesh.awaitSecret("istio-system", "cacerts");
            }
            mesh.istio().install(chart, federation.valueFiles(mesh.name()), federation.moreValues(mesh.name()));
        });
        timeline.reached("Istio installed");
        inParallel(all, mesh -> {
            mesh.awaitAvailable(IstioControlPlane.NAMESPACE, IstioControlPlane.ISTIOD, 1);
            mesh.istio().awaitWebhooks();
            mesh.applyExample("gateway-reader.yaml");
        });
        timeline.reached("istiods ready");
        inParallel(all, this::introduce);
        inParallel(all, this::awaitReady);
        timeline.reached("federated");
    }

    /**
     * With a common root, the operator of the first mesh generates it, and the others get a copy. With different roots, the
     * operator of the first mesh generates one on P-256, and the others get an RSA root from this class.
     */
    private void makeRoots() {
        LiveMesh first = meshes.get(federation.first());
        first.apply(federation.mesh(first.name()));
        for (LiveMesh mesh : meshes.all()) {
            if (mesh == first) {
                continue;
            }
            if (federation.roots() == Roots.COMMON) {
                Secret root = first.root();
                mesh.operatorSecret(Federation.ROOT, root.getType(), root.getData());
            } else {
                mesh.operatorSecret(
                        Federation.ROOT,
                        "kubernetes.io/tls",
                        CertificateAuthority.rsaRootSecret("CN=" + mesh.name() + "-root"));
            }
            if (!isSelfSigned(mesh)) {
                mesh.apply(federation.mesh(mesh.name()));
            }
        }
    }

    private boolean isSelfSigned(LiveMesh mesh) {
        return federation.selfSigned().contains(mesh.name());
    }

    private void introduce(LiveMesh mesh) {
        if (isSelfSigned(mesh)) {
            mesh.apply(federation.mesh(mesh.name()));
        }
        for (String peer : federation.others(mesh.name())) {
            mesh.credentialFor(peer, meshes.get(peer).credentialOfPeer());
            mesh.apply(Federation.remote(peer));
        }
    }

    private void awaitReady(LiveMesh mesh) {
        if (isSelfSigned(mesh)) {
            mesh.until("TrustReady with reason RunningOnOtherRoot", () -> Mesh.reason(mesh.federation(), "TrustReady")
                    .equals("RunningOnOtherRoot"));
            return;
        }
        mesh.until("MeshFederation", () -> Mesh.holds(mesh.federation(), "Ready"));
        federation
                .others(mesh.name())
                .forEach(peer -> mesh.until("RemoteMesh " + peer, () -> Mesh.holds(mesh.remote(peer), "Ready")));
    }
}
