package io.meshfed.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the signing certificate of this mesh comes from. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.type != 'Managed' || has(self.issuer)",
        message =
                "spec.trust.issuer is required when spec.trust.type is Managed: name the issuer's Secret, or set another type")
@ValidationRule(
        value = "(self.type == 'CertManager') == has(self.certManager)",
        message = "spec.trust.certManager and spec.trust.type: CertManager belong together: set both, or neither")
public record Trust(
        @JsonPropertyDescription(
                        "Who makes Secret cacerts, with which istiod signs. Managed: meshfed issues the intermediate certificate from spec.trust.issuer. CertManager: cert-manager issues the intermediate certificate, and meshfed writes it into cacerts. External: you or another tool makes cacerts; meshfed verifies it and never writes it.")
                @Default("Managed")
                Type type,
        @JsonPropertyDescription(
                        "The CA that signs this mesh's intermediate certificate. Required when type is Managed.")
                @Nullable
                Issuer issuer,
        @JsonPropertyDescription(
                        "How cert-manager issues the intermediate certificate. Required when type is CertManager; not allowed otherwise.")
                @Nullable
                CertManager certManager,
        @JsonPropertyDescription(
                        "What to do if istiod already signs under another root than the issuer's. Refuse: report it and write nothing. Migrate: move the mesh to the issuer's root; the trust bundle has both roots at every step.")
                @Default("Refuse")
                ExistingCa existingCA,
        @JsonPropertyDescription("The intermediate CA certificate with which istiod signs workload certificates.")
                Intermediate intermediate,
        @JsonPropertyDescription(
                        "How the mesh moves from one root to another. A rotation starts when the spec names an issuer with another root.")
                Rotation rotation,
        @JsonPropertyDescription(
                        "Certificate revocation lists (CRLs). If set, meshfed writes ca-crl.pem into cacerts as soon as it has a list of every CA that may have signed a workload certificate, in this mesh and in every other mesh. Only for type Managed. If not set, meshfed writes no lists.")
                @Nullable
                Crl crl) {

    public Trust(
            @Nullable Type type,
            @Nullable Issuer issuer,
            @Nullable CertManager certManager,
            @Nullable ExistingCa existingCA,
            @Nullable Intermediate intermediate,
            @Nullable Rotation rotation,
            @Nullable Crl crl) {
        this.type = type == null ? Type.Managed : type;
        this.issuer = issuer;
        this.certManager = certManager;
        this.existingCA = existingCA == null ? ExistingCa.Refuse : existingCA;
        this.intermediate = intermediate == null ? new Intermediate(null, null, null) : intermediate;
        this.rotation = rotation == null ? new Rotation(null, null, null) : rotation;
        this.crl = crl;
    }

    /** Which revocation lists there are besides those that meshfed signs itself. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @ValidationRule(
            value = "!has(self.validity) || duration(self.validity) >= duration('24h')",
            message =
                    "spec.trust.crl.validity must be at least 24h: once a list has expired, proxies refuse every certificate of its CA")
    public record Crl(
            @JsonPropertyDescription(
                            "Name of a ConfigMap in the operator's namespace that has the revocation lists (PEM blocks X509 CRL) of CAs whose keys meshfed does not have. For a mesh without a catalogue, put its lists and CA certificates under the key <name of the RemoteMesh>.pem, such as west.pem.")
                    @Nullable
                    @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
                    @Size(min = 1, max = 253)
                    String configMapName,
            @JsonPropertyDescription(
                            "Lifetime of the lists that meshfed signs, as a Go duration such as 720h, at least 24h. meshfed renews a list after half of its lifetime.")
                    @Default("720h")
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    String validity,
            @JsonPropertyDescription(
                            "Serial numbers, in lower-case hex without colons, of certificates that the issuer signed and that proxies must refuse.")
                    @Size(max = 64)
                    List<@Pattern("^[0-9a-f]{1,40}$") @Size(max = 40) String> revoked) {

        public Crl(@Nullable String configMapName, @Nullable String validity, @Nullable List<String> revoked) {
            this.configMapName = configMapName;
            this.validity = validity == null ? "720h" : validity;
            this.revoked = revoked == null ? List.of() : List.copyOf(revoked);
        }
    }

    /** Who writes cacerts. */
    public enum Type {
        Managed,
        CertManager,
        External
    }

    /** What to do with a mesh that already runs on another root. */
    public enum ExistingCa {
        Refuse,
        Migrate
    }

    /** How long the steps from one root to another wait. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "!has(self.workloadTTL) || duration(self.workloadTTL) >= duration('1m')",
            message = "spec.trust.rotation.workloadTTL must be at least 1m; omit it to use Istio's default, 24h")
    public record Rotation(
            @JsonPropertyDescription(
                            "Longest lifetime of a workload certificate in this mesh, as a Go duration such as 24h. A rotation waits that long. Default: SECRET_TTL in mesh config, but at least 24h. Set a shorter time only if no running pod uses a longer one, because a pod keeps the value with which it started.")
                    @Nullable
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    String workloadTTL,
            @JsonPropertyDescription(
                            "Time that is added to each wait of a rotation, as a Go duration such as 10m: how long a changed Secret or ConfigMap takes to reach every pod.")
                    @Default("10m")
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    String margin,
            @JsonPropertyDescription(
                            "Whether istiod must send a new root to running proxies. Required: a rotation waits until mesh config sets PROXY_CONFIG_XDS_AGENT. NotRequired: a proxy receives a new root with its next certificate; the waits are long enough for that.")
                    @Default("Required")
                    XdsAgent xdsAgent) {

        public Rotation(@Nullable String workloadTTL, @Nullable String margin, @Nullable XdsAgent xdsAgent) {
            this.workloadTTL = workloadTTL;
            this.margin = margin == null ? "10m" : margin;
            this.xdsAgent = xdsAgent == null ? XdsAgent.Required : xdsAgent;
        }
    }

    /** Whether proxies must be told of a new root while they run. */
    public enum XdsAgent {
        Required,
        NotRequired
    }

    /** The issuing CA. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Issuer(
            @JsonPropertyDescription(
                            "Name of a Secret of type kubernetes.io/tls in the operator's namespace. It must have tls.crt and tls.key and, if tls.crt is not self-signed, ca.crt.")
                    @Required
                    @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
                    @Size(min = 1, max = 253)
                    String secretName,
            @JsonPropertyDescription(
                            "true: if the Secret does not exist, meshfed generates a root CA and creates the Secret, once.")
                    @Default("false")
                    Boolean generate) {

        public Issuer(String secretName, @Nullable Boolean generate) {
            this.secretName = secretName;
            this.generate = generate != null && generate;
        }
    }

    /** The intermediate certificate. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "duration(self.renewBefore) < duration(self.validity)",
            message =
                    "spec.trust.intermediate.renewBefore must be shorter than spec.trust.intermediate.validity: otherwise every new certificate is due for renewal at once")
    @ValidationRule(
            value = "duration(self.validity) >= duration('24h')",
            message = "spec.trust.intermediate.validity must be at least 24h, the lifetime of a workload certificate")
    public record Intermediate(
            @JsonPropertyDescription("Algorithm and size of the intermediate certificate's private key.")
                    @Default("ECDSA_P256")
                    KeyAlgorithm keyAlgorithm,
            @JsonPropertyDescription(
                            "Lifetime of the intermediate certificate, as a Go duration such as 2160h, at least 24h.")
                    @Default("2160h")
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    String validity,
            @JsonPropertyDescription(
                            "Remaining lifetime at which the intermediate certificate is renewed, as a Go duration such as 720h. Must be shorter than validity.")
                    @Default("720h")
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    String renewBefore) {

        public Intermediate(
                @Nullable KeyAlgorithm keyAlgorithm, @Nullable String validity, @Nullable String renewBefore) {
            this.keyAlgorithm = keyAlgorithm == null ? KeyAlgorithm.ECDSA_P256 : keyAlgorithm;
            this.validity = validity == null ? "2160h" : validity;
            this.renewBefore = renewBefore == null ? "720h" : renewBefore;
        }
    }

    /** Algorithm and size of a key. */
    public enum KeyAlgorithm {
        ECDSA_P256,
        ECDSA_P384,
        RSA_2048,
        RSA_4096
    }
}
