package io.meshfed.reconcile.federation;

import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.CertManager;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Outcome;
import io.meshfed.apply.Owner;
import io.meshfed.plan.mesh.Certificate;
import io.meshfed.plan.mesh.CertificatePlanner;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.watch.ClusterWatch;
import java.util.List;
import java.util.Optional;

/** The intermediate from cert-manager: requests it with a Certificate in the operator's namespace, and reads the Secret that cert-manager fills. */
public final class CertificateStep {
    private final LocalCluster cluster;
    private final Applier applier;
    private final String namespace;
    private final boolean permitted;

    /**
     * @param namespace the operator's, where it may read Secrets
     * @param permitted whether the operator's role has the Certificate
     */
    public CertificateStep(LocalCluster cluster, Applier applier, String namespace, boolean permitted) {
        this.cluster = cluster;
        this.applier = applier;
        this.namespace = namespace;
        this.permitted = permitted;
    }

    /**
     * The state of the request.
     *
     * @param secret what the issuer of the spec issued; empty if there is none, or if another issuer issued it
     * @param trouble why cert-manager does not deliver; empty: no reason is known
     */
    record Result(Optional<Secret> secret, Optional<CertificateTrouble> trouble, Outcomes outcomes) {}

    private ClusterWatch<Certificate> watch() {
        return cluster.one(Certificate.class, namespace, CertificatePlanner.NAME);
    }

    /** The caches for this step; starts the watches that do not run yet. Without cert-manager there is nothing to wait for. */
    List<ClusterWatch<?>> caches(MeshFederation mesh) {
        boolean needed = permitted && mesh.getSpec().trust().type() == Trust.Type.CertManager;
        return needed && !LocalCluster.notInstalled(watch()) ? List.of(watch()) : List.of();
    }

    /** Requests the intermediate, or ends the request; every cache must be ready. */
    Result run(MeshFederation mesh) {
        Trust trust = mesh.getSpec().trust();
        return trust.type() == Trust.Type.CertManager && trust.certManager() != null
                ? request(mesh, trust.certManager().issuerRef())
                : endRequest(mesh);
    }

    private Result request(MeshFederation mesh, CertManager.IssuerRef issuer) {
        Optional<Secret> filled = secret().filter(CertificatePlanner::isFilled);
        Optional<Secret> delivered = filled.filter(s -> CertificatePlanner.isBy(issuer, s));
        if (!permitted) {
            return undelivered(
                    delivered,
                    TrustReason.CertManagerNotPermitted,
                    "spec.trust.type is CertManager, but the operator's role does not include Certificates: install the"
                            + " chart with trust.certManager.enabled=true");
        }
        if (LocalCluster.notInstalled(watch())) {
            return undelivered(
                    delivered,
                    TrustReason.CertManagerMissing,
                    "spec.trust.type is CertManager, but cert-manager is not installed (the cluster has no kind Certificate"
                            + " of cert-manager.io/v1): install it; the operator then continues without your help");
        }
        Optional<Certificate> present = watch().get(namespace, CertificatePlanner.NAME);
        if (present.isEmpty() && filled.isEmpty() && secret().isPresent()) {
            // cert-manager would overwrite it.
            return foreign(new Outcome.Foreign("Secret", namespace, CertificatePlanner.NAME, false));
        }
        Outcome outcome = applier.apply(Owner.of(mesh), CertificatePlanner.plan(mesh, issuer, namespace), present);
        if (outcome instanceof Outcome.Foreign foreign) {
            return foreign(foreign);
        }
        return new Result(delivered, present.flatMap(CertificatePlanner::trouble), Outcomes.of(outcome));
    }

    private static Result undelivered(Optional<Secret> delivered, TrustReason reason, String message) {
        return new Result(delivered, Optional.of(new CertificateTrouble(reason, message)), Outcomes.NONE);
    }

    private static Result foreign(Outcome.Foreign foreign) {
        return new Result(
                Optional.empty(),
                Optional.of(new CertificateTrouble(TrustReason.CertificateNotReady, foreign.message())),
                Outcomes.of(foreign));
    }

    private Optional<Secret> secret() {
        return cluster.in(Secret.class, namespace).get(namespace, CertificatePlanner.NAME);
    }

    /** Deletes the Certificate. The Secret is kept: the mesh may still depend on it. */
    private Result endRequest(MeshFederation mesh) {
        Outcomes outcomes = permitted
                ? watch().get(namespace, CertificatePlanner.NAME).stream()
                        .filter(Owner.of(mesh)::owns)
                        .map(applier::delete)
                        .collect(Outcomes.collect())
                : Outcomes.NONE;
        return new Result(Optional.empty(), Optional.empty(), outcomes);
    }
}
