package io.meshfed.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** An intermediate by cert-manager. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CertManager(
        @JsonPropertyDescription("The cert-manager issuer that signs this mesh's intermediate certificate.") @Required
                IssuerRef issuerRef,
        @JsonPropertyDescription(
                        "The root certificate of the issuer's chain. Required if the ca.crt that cert-manager returns is not a root, and to move the mesh to another root of the same issuer. Default: ca.crt, if that is a root.")
                @Nullable
                Root root) {

    /** cert-manager's own API group. */
    public static final String GROUP = "cert-manager.io";

    /** Which issuer, as cert-manager's own {@code issuerRef} says it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "self.group != 'cert-manager.io' || self.kind in ['Issuer', 'ClusterIssuer']",
            message =
                    "spec.trust.certManager.issuerRef.kind must be Issuer or ClusterIssuer in the group cert-manager.io; for an external issuer, set spec.trust.certManager.issuerRef.group")
    public record IssuerRef(
            @JsonPropertyDescription("Name of the issuer.")
                    @Required
                    @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
                    @Size(min = 1, max = 253)
                    String name,
            @JsonPropertyDescription(
                            "Kind of the issuer. Issuer: an Issuer in the operator's namespace. ClusterIssuer: a cluster-scoped ClusterIssuer. With another group: the kind of an external issuer.")
                    @Default("Issuer")
                    @Pattern("^[A-Z][A-Za-z0-9]*$")
                    @Size(max = 63)
                    String kind,
            @JsonPropertyDescription("API group of the issuer. Set it for an external issuer only.")
                    @Default(GROUP)
                    @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
                    @Size(max = 253)
                    String group) {

        public IssuerRef(String name, @Nullable String kind, @Nullable String group) {
            this.name = name;
            this.kind = kind == null ? "Issuer" : kind;
            this.group = group == null ? GROUP : group;
        }

        /** Kind and name, with the group of an external issuer. */
        @Override
        public String toString() {
            return (group.equals(GROUP) ? kind : kind + "." + group) + "/" + name;
        }
    }

    /** The root that an issuer stands on. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Root(
            @JsonPropertyDescription("The root certificate as PEM: exactly one certificate.")
                    @Required
                    @Pattern("^\\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----\\s*$")
                    @Size(min = 1, max = 16384)
                    String pem) {}
}
