package io.meshfed.reconcile.federation;

import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.CertManager;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.ConnectionReason;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.apply.Applier;
import io.meshfed.apply.Outcome;
import io.meshfed.apply.Owner;
import io.meshfed.plan.mesh.Certificate;
import io.meshfed.plan.mesh.CertificatePlanner;
import io.meshfed.reconcile.CacheReadiness;
import io.meshfed.reconcile.LocalCluster;
import io.meshfed.reconcile.Outcomes;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.watch.ClusterWatch;
import java.util.List;
import java.util.Optional;

/** The intermediate by cert-manager: asks for it by a Certificate in the operator's namespace, and finds what came of it. */
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
     * What came of it.
     *
     * @param secret what the issuer of the spec issued; empty if there is none, or another issuer's
     * @param trouble why nothing comes; empty: nothing is known to be wrong
     */
    record Result(Optional<Secret> secret, Optional<CertificateTrouble> trouble, Outcomes outcomes) {
        private static Result without(CertificateTrouble trouble, Outcomes outcomes) {
            return new Result(Optional.empty(), Optional.of(trouble), outcomes);
        }
    }

    private ClusterWatch<Certificate> watch() {
        return cluster.one(Certificate.class, namespace, CertificatePlanner.NAME);
    }

    /** Whether the Certificate can be seen, where there is to be one. That cert-manager is missing can be seen, too. */
    CacheReadiness sight(MeshFederation mesh) {
        if (!permitted || mesh.getSpec().trust().type() != Trust.Type.CertManager || certManagerMissing()) {
            return CacheReadiness.of(List.of());
        }
        return CacheReadiness.of(List.of(watch()));
    }

    private boolean certManagerMissing() {
        return !watch().synced()
                && watch().failure()
                        .filter(f -> f.reason() == ConnectionReason.NotFound)
                        .isPresent();
    }

    /** Asks for the intermediate, or no longer; everything must be in sight. */
    Result run(MeshFederation mesh) {
        Trust trust = mesh.getSpec().trust();
        return trust.type() == Trust.Type.CertManager && trust.certManager() != null
                ? ask(mesh, trust.certManager().issuerRef())
                : askNoMore(mesh);
    }

    private Result ask(MeshFederation mesh, CertManager.IssuerRef issuer) {
        Outcomes outcomes = new Outcomes();
        Optional<Secret> filled = secret().filter(CertificatePlanner::isFilled);
        Optional<Secret> delivered = filled.filter(s -> CertificatePlanner.isBy(issuer, s));
        if (!permitted) {
            return new Result(
                    delivered,
                    Optional.of(new CertificateTrouble(
                            TrustReason.CertManagerNotPermitted,
                            "spec.trust.type is CertManager, and the operator's role has no Certificate: install the chart"
                                    + " with trust.certManager.enabled=true")),
                    outcomes);
        }
        if (certManagerMissing()) {
            return new Result(
                    delivered,
                    Optional.of(new CertificateTrouble(
                            TrustReason.CertManagerMissing,
                            "spec.trust.type is CertManager, and cert-manager is not installed: no Certificate of"
                                    + " cert-manager.io/v1 is known here; install it, and meshfed goes on by itself")),
                    outcomes);
        }
        Optional<Certificate> present = watch().get(namespace, CertificatePlanner.NAME);
        if (present.isEmpty() && filled.isEmpty() && secret().isPresent()) {
            // cert-manager would overwrite it.
            return foreign(new Outcome.Foreign("Secret", namespace, CertificatePlanner.NAME, false), outcomes);
        }
        Outcome outcome = applier.apply(Owner.of(mesh), CertificatePlanner.plan(mesh, issuer, namespace), present);
        if (outcome instanceof Outcome.Foreign foreign) {
            return foreign(foreign, outcomes);
        }
        outcomes.add(outcome);
        return new Result(delivered, present.flatMap(CertificatePlanner::trouble), outcomes);
    }

    private static Result foreign(Outcome.Foreign foreign, Outcomes outcomes) {
        outcomes.add(foreign);
        return Result.without(new CertificateTrouble(TrustReason.CertificateNotReady, foreign.message()), outcomes);
    }

    private Optional<Secret> secret() {
        return cluster.in(Secret.class, namespace).get(namespace, CertificatePlanner.NAME);
    }

    /** The Secret stays, as everything does that a mesh may stand on. */
    private Result askNoMore(MeshFederation mesh) {
        Outcomes outcomes = new Outcomes();
        if (permitted) {
            watch().get(namespace, CertificatePlanner.NAME)
                    .filter(Owner.of(mesh)::owns)
                    .map(applier::delete)
                    .ifPresent(outcomes::add);
        }
        return new Result(Optional.empty(), Optional.empty(), outcomes);
    }
}
