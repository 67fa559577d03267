package io.meshfed.plan.mesh;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.meshfed.api.CertManager;
import io.meshfed.api.MeshFederation;
import io.meshfed.api.ObjectMetas;
import io.meshfed.api.Trust;
import io.meshfed.api.condition.TrustReason;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.x509.CommonName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Certificate with which cert-manager is asked for this mesh's intermediate, and the state that it reports. The
 * intermediate has the profile of one that the operator issues, except for the path length, which a Certificate cannot
 * request.
 */
public final class CertificatePlanner {
    /** Name of the Certificate, and of the Secret that cert-manager fills. */
    public static final String NAME = "meshfed-intermediate";

    private static final String CERTIFICATE_NAME = CertManager.GROUP + "/certificate-name";
    private static final String ISSUER_NAME = CertManager.GROUP + "/issuer-name";
    private static final String ISSUER_KIND = CertManager.GROUP + "/issuer-kind";
    private static final String ISSUER_GROUP = CertManager.GROUP + "/issuer-group";

    /** Longest quotation of another controller's message. */
    private static final int MAX_QUOTED = 500;

    private CertificatePlanner() {}

    /**
     * The Certificate.
     *
     * @param issuer {@code spec.trust.certManager.issuerRef}
     * @param namespace the operator's
     */
    public static Certificate plan(MeshFederation mesh, CertManager.IssuerRef issuer, String namespace) {
        Trust.Intermediate wanted = mesh.getSpec().trust().intermediate();
        Certificate certificate = new Certificate();
        certificate.setMetadata(
                new ObjectMetaBuilder().withNamespace(namespace).withName(NAME).build());
        certificate.setSpec(new Certificate.Spec(
                NAME,
                new Certificate.IssuerRef(issuer.name(), issuer.kind(), issuer.group()),
                CommonName.of(mesh.getMetadata().getName(), " intermediate"),
                new Certificate.Subject(List.of("meshfed")),
                true,
                List.of("cert sign", "crl sign"),
                wanted.validity(),
                wanted.renewBefore(),
                key(wanted.keyAlgorithm())));
        return certificate;
    }

    private static Certificate.PrivateKey key(Trust.KeyAlgorithm algorithm) {
        boolean rsa = algorithm == Trust.KeyAlgorithm.RSA_2048 || algorithm == Trust.KeyAlgorithm.RSA_4096;
        int size =
                switch (algorithm) {
                    case ECDSA_P256 -> 256;
                    case ECDSA_P384 -> 384;
                    case RSA_2048 -> 2048;
                    case RSA_4096 -> 4096;
                };
        return new Certificate.PrivateKey(rsa ? "RSA" : "ECDSA", size, "PKCS8", "Always");
    }

    /** Whether a Secret was filled by cert-manager for the Certificate. */
    public static boolean isFilled(Secret secret) {
        return NAME.equals(ObjectMetas.annotations(secret).get(CERTIFICATE_NAME));
    }

    /** Whether the Secret holds what this issuer issued, and not a former one. */
    public static boolean isBy(CertManager.IssuerRef issuer, Secret secret) {
        Map<String, String> annotations = ObjectMetas.annotations(secret);
        // cert-manager always writes all three; on older objects an empty kind or group means the default.
        return new CertManager.IssuerRef(
                        annotations.getOrDefault(ISSUER_NAME, ""),
                        annotations.get(ISSUER_KIND),
                        annotations.get(ISSUER_GROUP))
                .equals(issuer);
    }

    /** Why the Certificate is not Ready, quoting cert-manager; empty if it is. */
    public static Optional<CertificateTrouble> trouble(Certificate certificate) {
        List<Certificate.State> conditions = Optional.ofNullable(certificate.getStatus())
                .map(Certificate.Status::conditions)
                .orElse(List.of());
        Optional<Certificate.State> ready = named("Ready", conditions);
        Long generation = certificate.getMetadata().getGeneration();
        boolean current = ready.map(Certificate.State::observedGeneration)
                .filter(observed -> generation != null && observed < generation)
                .isEmpty();
        if (current && ready.filter(r -> "True".equals(r.status())).isPresent()) {
            return Optional.empty();
        }
        // The latest failure is in the condition Issuing only.
        String quoted = Stream.of(ready, named("Issuing", conditions))
                .flatMap(Optional::stream)
                .filter(state -> current)
                .filter(state -> state.message() != null)
                .map(state -> state.type() + " " + state.status() + " (" + state.reason() + "): " + state.message())
                .collect(Collectors.joining("; "));
        String shown = quoted.length() <= MAX_QUOTED ? quoted : quoted.substring(0, MAX_QUOTED) + "...";
        return Optional.of(new CertificateTrouble(
                TrustReason.CertificateNotReady,
                "Certificate " + certificate.getMetadata().getNamespace() + "/" + NAME
                        + " of cert-manager is not Ready: "
                        + (shown.isEmpty() ? "cert-manager has not processed its latest change yet" : shown)));
    }

    private static Optional<Certificate.State> named(String type, List<Certificate.State> conditions) {
        return conditions.stream().filter(state -> type.equals(state.type())).findFirst();
    }
}
