package io.meshfed.testbed.live;

import static io.meshfed.testbed.live.LiveMeshes.inParallel;

import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.testbed.CertificateAuthority;
import io.meshfed.testbed.Mesh;
import java.util.Collection;

/**
 * How meshes become a federation, in the order that {@code docs/install.md} gives for new ones: meshfed makes
 * {@code cacerts}, Istio is installed, the gateway comes, the meshes learn of each other. A self-signed mesh has had its
 * Istio before.
 */
final class Ceremony {
    private final Federation federation;
    private final LiveMeshes meshes;
    private final IstioChart chart;
    private final Timeline timeline;

    Ceremony(Federation federation, LiveMeshes meshes, IstioChart chart, Timeline timeline) {
        this.federation = federation;
        this.meshes = meshes;
        this.chart = chart;
        this.timeline = timeline;
    }

    void hold() {
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
     * A common root is made by the first mesh's operator, before the others are told to use it. Of roots of their own the
     * first is made by its operator, on P-256; the others bring theirs, with RSA keys.
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
            mesh.until("the judgement of its CA", () -> Mesh.reason(mesh.federation(), "TrustReady")
                    .equals("RunningOnOtherRoot"));
            return;
        }
        mesh.until("MeshFederation", () -> Mesh.holds(mesh.federation(), "Ready"));
        federation
                .others(mesh.name())
                .forEach(peer -> mesh.until("RemoteMesh " + peer, () -> Mesh.holds(mesh.remote(peer), "Ready")));
    }
}
