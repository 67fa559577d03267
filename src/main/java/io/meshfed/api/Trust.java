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
        message =
                "spec.trust.certManager and spec.trust.type: CertManager belong together: give both, or neither of them")
public record Trust(
        @JsonPropertyDescription(
                        "Managed: meshfed makes cacerts from the issuer. CertManager: cert-manager issues the intermediate, and meshfed makes cacerts of it. External: somebody else makes cacerts; meshfed verifies and never writes.")
                @Default("Managed")
                Type type,
        @JsonPropertyDescription("The CA that signs this mesh's intermediate; required when type is Managed.") @Nullable
                Issuer issuer,
        @JsonPropertyDescription("Where cert-manager gets the intermediate from; required when type is CertManager.")
                @Nullable
                CertManager certManager,
        @JsonPropertyDescription(
                        "What to do when istiod already runs on another root. Refuse: report it and write nothing. Migrate: bring the mesh over to the issuer, both roots in the bundle at every step.")
                @Default("Refuse")
                ExistingCa existingCA,
        @JsonPropertyDescription("The intermediate certificate that istiod signs with.") Intermediate intermediate,
        @JsonPropertyDescription(
                        "How the mesh moves from one root to another; it does when the spec names an issuer with another root.")
                Rotation rotation,
        @JsonPropertyDescription(
                        "Revocation lists: meshfed writes ca-crl.pem once there is one of every CA that may have signed a workload, here and in every other mesh. For type Managed. Absent: none is written.")
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
            message = "spec.trust.crl.validity must be at least 24h: lists that end refuse every certificate")
    public record Crl(
            @JsonPropertyDescription(
                            "ConfigMap in the operator's namespace with lists (PEM blocks X509 CRL) of CAs whose keys meshfed does not hold. The lists and CA certificates of a mesh without a catalogue stand under the name of its RemoteMesh, such as west.pem.")
                    @Nullable
                    @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
                    @Size(min = 1, max = 253)
                    String configMapName,
            @JsonPropertyDescription(
                            "Life of the lists that meshfed signs, as a Go duration; they are renewed when half of it is over.")
                    @Default("720h")
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    String validity,
            @JsonPropertyDescription(
                            "Serial numbers, lower-case hex, of certificates that the issuer has signed and that are to be refused.")
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
            message =
                    "spec.trust.rotation.workloadTTL must be at least 1m; leave it out to wait for Istio's default, 24h")
    public record Rotation(
            @JsonPropertyDescription(
                            "Longest life of a workload certificate in this mesh, as a Go duration. Default: what mesh config says (SECRET_TTL), but at least 24h, because pods keep the value that they started with. Shorter only if no pod has an older one.")
                    @Nullable
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    String workloadTTL,
            @JsonPropertyDescription(
                            "Added to each wait: until a changed Secret or ConfigMap is in every pod, as a Go duration.")
                    @Default("10m")
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    String margin,
            @JsonPropertyDescription(
                            "Required: do not go on unless mesh config sets PROXY_CONFIG_XDS_AGENT. NotRequired: proxies learn a root with their next certificate, which the waits allow for.")
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
                            "Secret of type kubernetes.io/tls in the operator's namespace: tls.crt, tls.key and, if tls.crt is not self-signed, ca.crt.")
                    @Required
                    @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
                    @Size(min = 1, max = 253)
                    String secretName,
            @JsonPropertyDescription("Make a root and its Secret once, if the Secret does not exist.") @Default("false")
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
                    "spec.trust.intermediate.renewBefore must be shorter than validity, else the certificate would be renewed for ever")
    @ValidationRule(
            value = "duration(self.validity) >= duration('24h')",
            message = "spec.trust.intermediate.validity must be at least 24h, the life of a workload certificate")
    public record Intermediate(
            @JsonPropertyDescription("Algorithm and size of the intermediate's key.") @Default("ECDSA_P256")
                    KeyAlgorithm keyAlgorithm,
            @JsonPropertyDescription("Life of the intermediate, as a Go duration such as 2160h.")
                    @Default("2160h")
                    @Pattern(Durations.PATTERN)
                    @Size(max = 32)
                    String validity,
            @JsonPropertyDescription("Renew when less than this is left, as a Go duration such as 720h.")
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
