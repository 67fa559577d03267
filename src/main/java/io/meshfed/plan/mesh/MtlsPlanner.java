package io.meshfed.plan.mesh;

import io.fabric8.istio.api.api.security.v1beta1.PeerAuthenticationMutualTLSMode;
import io.fabric8.istio.api.security.v1.PeerAuthentication;
import io.fabric8.istio.api.security.v1.PeerAuthenticationBuilder;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.MeshFederationSpec.Mtls;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import java.util.List;
import java.util.Optional;

/** The mutual TLS mode of the whole mesh. */
public final class MtlsPlanner {
    /** Name of the PeerAuthentication. */
    public static final String NAME = "default";

    private MtlsPlanner() {}

    /**
     * A mesh-wide STRICT PeerAuthentication if {@code spec.mtls} is Strict and there is no foreign mesh-wide mode. Of
     * several Istio uses the oldest, so a second one would only appear to be in force.
     *
     * @param rootNamespace istiod's root namespace, see {@link IstioConfig#rootNamespace}
     * @param others PeerAuthentications of the root namespace; the operator's own one is ignored
     */
    public static Optional<PeerAuthentication> plan(
            MeshFederation mesh, String rootNamespace, List<PeerAuthentication> others) {
        if (mesh.getSpec().mtls() != Mtls.Strict
                || foreign(rootNamespace, others).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(new PeerAuthenticationBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(rootNamespace)
                .addToLabels(Names.MANAGED_BY, Names.MESHFED)
                .endMetadata()
                .withNewSpec()
                .withNewMtls()
                .withMode(PeerAuthenticationMutualTLSMode.STRICT)
                .endMtls()
                .endSpec()
                .build());
    }

    /**
     * Why {@code spec.mtls: Strict} is not written: a foreign mesh-wide PeerAuthentication, unless that is STRICT
     * already.
     *
     * @return the sentence for a status message, or empty if Strict is not specified or is in force
     */
    public static Optional<String> conflict(
            MeshFederation mesh, String rootNamespace, List<PeerAuthentication> others) {
        if (mesh.getSpec().mtls() != Mtls.Strict) {
            return Optional.empty();
        }
        return foreign(rootNamespace, others)
                .filter(other -> mode(other) != PeerAuthenticationMutualTLSMode.STRICT)
                .map(other -> "PeerAuthentication " + rootNamespace + "/"
                        + other.getMetadata().getName()
                        + " already sets mutual TLS for the whole mesh and is not STRICT; set it to STRICT, delete it, or"
                        + " set spec.mtls: Unmanaged");
    }

    private static Optional<PeerAuthentication> foreign(String rootNamespace, List<PeerAuthentication> others) {
        return others.stream()
                .filter(other -> rootNamespace.equals(other.getMetadata().getNamespace()))
                .filter(MtlsPlanner::meshWide)
                .filter(other -> !isOursToWrite(other))
                .findFirst();
    }

    private static boolean meshWide(PeerAuthentication other) {
        return other.getSpec() == null
                || other.getSpec().getSelector() == null
                || other.getSpec().getSelector().getMatchLabels() == null
                || other.getSpec().getSelector().getMatchLabels().isEmpty();
    }

    private static boolean isOursToWrite(PeerAuthentication other) {
        return NAME.equals(other.getMetadata().getName())
                && (ObjectMetas.hasOurLabel(other) || ObjectMetas.isHandedOver(other));
    }

    private static PeerAuthenticationMutualTLSMode mode(PeerAuthentication other) {
        return other.getSpec() == null || other.getSpec().getMtls() == null
                ? PeerAuthenticationMutualTLSMode.UNSET
                : other.getSpec().getMtls().getMode();
    }
}
