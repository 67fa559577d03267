package io.meshfed.reconcile;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationStatus;
import io.meshfed.api.RemoteMesh;
import io.meshfed.api.RemoteMeshSpec;
import io.meshfed.api.Trust;
import io.meshfed.plan.mesh.CertificatePlanner;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the custom resources that read a Secret or a ConfigMap. In the operator's namespace all of them are watched, so their names
 * decide. In another namespace a watch has one name, because a step asked for that object: every change there counts. If the
 * control plane runs in the operator's namespace, the two cannot be distinguished, and every change counts there, too.
 */
final class References {
    private final ResourceIndex known;
    private final String operatorNamespace;

    References(ResourceIndex known, String operatorNamespace) {
        this.known = known;
        this.operatorNamespace = operatorNamespace;
    }

    /** Whether a plan of trust reads a Secret: an issuer, cert-manager's Secret, {@code cacerts}, istiod's self-signed CA. */
    boolean trustReadsSecret(ObjectMeta secret) {
        return alwaysRead(secret)
                || secret.getName().equals(CertificatePlanner.NAME)
                || known.federations().stream().flatMap(References::issuers).anyMatch(secret.getName()::equals);
    }

    /** The issuer of the spec, and the one of the status, which may differ during a rotation. */
    private static Stream<String> issuers(MeshFederation mesh) {
        return Stream.concat(
                Optional.ofNullable(mesh.getSpec().trust().issuer()).map(Trust.Issuer::secretName).stream(),
                Optional.ofNullable(mesh.getStatus())
                        .map(MeshFederationStatus::trust)
                        .map(MeshFederationStatus.TrustStatus::issuer)
                        .stream());
    }

    /** Whether a MeshFederation reads a ConfigMap: one of istiod, or one with roots or revocation lists. */
    boolean federationReadsConfigMap(ObjectMeta configMap) {
        return alwaysRead(configMap)
                || Stream.concat(
                                known.federations().stream().flatMap(References::revocationLists),
                                known.remotes().stream().flatMap(References::roots))
                        .anyMatch(configMap.getName()::equals);
    }

    private static Stream<String> revocationLists(MeshFederation mesh) {
        return Optional.ofNullable(mesh.getSpec().trust().crl())
                .flatMap(crl -> Optional.ofNullable(crl.configMapName()))
                .stream();
    }

    private static Stream<String> roots(RemoteMesh remote) {
        return remote.getSpec().trust().roots().stream()
                .flatMap(root -> Optional.ofNullable(root.configMapKeyRef()).stream())
                .map(ref -> ref.name());
    }

    private boolean alwaysRead(ObjectMeta object) {
        return !operatorNamespace.equals(object.getNamespace())
                || known.federations().stream()
                        .anyMatch(
                                f -> operatorNamespace.equals(f.getSpec().mesh().controlPlaneNamespace()));
    }

    /** The remotes whose cluster is read, or whose {@code cacerts} is written, with the kubeconfig in a Secret. */
    Stream<RemoteMesh> remotesWithKubeconfig(ObjectMeta secret) {
        return operatorNamespace.equals(secret.getNamespace())
                ? known.remotes().stream().filter(r -> kubeconfigs(r.getSpec()).anyMatch(secret.getName()::equals))
                : Stream.empty();
    }

    private static Stream<String> kubeconfigs(RemoteMeshSpec spec) {
        return Stream.of(
                        Optional.ofNullable(spec.cluster()).map(RemoteMeshSpec.ClusterAccess::kubeconfigSecretRef),
                        Optional.ofNullable(spec.trust().issueCacerts())
                                .map(RemoteMeshSpec.IssueCacerts::kubeconfigSecretRef))
                .flatMap(Optional::stream)
                .map(RemoteMeshSpec.SecretKeyRef::name);
    }
}
