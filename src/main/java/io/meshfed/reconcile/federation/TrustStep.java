package io.meshfed.reconcile.federation;

import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Names;
import io.meshfed.api.Trust;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Owner;
import io.meshfed.plan.mesh.IstioConfig;
import io.meshfed.reconcile.CacheReadiness;
import io.meshfed.reconcile.FederationView.TrustSnapshot;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.reconcile.trust.SecretBytes;
import io.meshfed.reconcile.trust.TrustCaches;
import io.meshfed.reconcile.trust.TrustReader;
import io.meshfed.trust.TrustPlan;
import io.meshfed.trust.TrustPlanner;
import io.meshfed.trust.rotation.TrustAction;
import java.util.Map;
import java.util.Optional;

/** Trust of this mesh: reads issuer, {@code cacerts} and istiod's published roots, lets {@code trust} plan, and writes. */
public final class TrustStep {
    private final TrustReader reader;
    private final Applier applier;
    private final TrustPlanner planner;
    private final CertificateStep certificates;
    private final String operatorNamespace;

    /**
     * @param certificates requests the intermediate from cert-manager
     * @param operatorNamespace where issuer Secrets live
     */
    public TrustStep(
            TrustReader reader,
            Applier applier,
            TrustPlanner planner,
            CertificateStep certificates,
            String operatorNamespace) {
        this.reader = reader;
        this.applier = applier;
        this.planner = planner;
        this.certificates = certificates;
        this.operatorNamespace = operatorNamespace;
    }

    /** The caches for this step; starts the watches that do not run yet. */
    TrustCaches caches(MeshFederation mesh) {
        return reader.caches(mesh);
    }

    /** Whether this step can run. */
    CacheReadiness readiness(MeshFederation mesh, TrustCaches caches) {
        return caches.readiness().and(CacheReadiness.of(certificates.caches(mesh)));
    }

    /**
     * The plan, and what kept the operator from carrying it out.
     *
     * @param plan describes the state before the write
     * @param snapshot what the plan was made from, besides the caches
     */
    record Result(TrustPlan plan, TrustSnapshot snapshot, Outcomes outcomes) {}

    /**
     * Plans and writes; every cache must be ready.
     *
     * @param istio istiod's configuration; empty: it cannot be read
     * @param trustDomain of this mesh; empty: not known
     */
    Result run(MeshFederation mesh, TrustCaches caches, Optional<IstioConfig> istio, Optional<String> trustDomain) {
        Optional<Secret> cacerts = caches.currentCacerts();
        TrustSnapshot snapshot = new TrustSnapshot(reader.settings(caches, istio), trustDomain);
        CertificateStep.Result certificate = certificates.run(mesh);
        Optional<Map<String, byte[]>> issuer = mesh.getSpec().trust().type() == Trust.Type.CertManager
                ? certificate.secret().map(SecretBytes::decoded)
                : reader.issuer(mesh, caches);
        TrustPlan plan = planner.plan(
                planner.verify(reader.world(mesh, caches, snapshot, cacerts, issuer, certificate.trouble())));
        return new Result(plan, snapshot, certificate.outcomes().and(carryOut(mesh, plan.action(), cacerts)));
    }

    private Outcomes carryOut(MeshFederation mesh, TrustAction action, Optional<Secret> cacerts) {
        // CA material survives the custom resource: no ownerReference on either Secret.
        Owner owner = Owner.of(mesh).surviving();
        if (action instanceof TrustAction.CreateIssuer create) {
            String name = mesh.getSpec().trust().issuer().secretName();
            return Outcomes.of(applier.createOnce(
                    owner, SecretBytes.secret(operatorNamespace, name, "kubernetes.io/tls", create.tlsSecretData())));
        }
        if (action instanceof TrustAction.WriteCacerts write) {
            String controlPlane = mesh.getSpec().mesh().controlPlaneNamespace();
            // The type of a Secret cannot change; an adopted one keeps its own.
            String type = cacerts.map(Secret::getType).orElse("Opaque");
            return Outcomes.of(applier.writeExactly(
                    owner,
                    SecretBytes.secret(controlPlane, Names.CACERTS_SECRET, type, write.data()),
                    cacerts.map(s -> s.getMetadata().getResourceVersion())));
        }
        return Outcomes.NONE;
    }
}
