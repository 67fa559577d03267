package io.meshfed.plan.mesh;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import io.meshfed.api.CertManager;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * cert-manager's Certificate, as far as meshfed writes and reads it.
 *
 * @see <a href="https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.Certificate">cert-manager's API</a>
 */
@Group(CertManager.GROUP)
@Version("v1")
@Kind("Certificate")
@Plural("certificates")
public class Certificate extends CustomResource<Certificate.Spec, Certificate.Status> implements Namespaced {
    private static final long serialVersionUID = 1L;

    /** The desired certificate. Durations are Go durations. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Spec(
            @Nullable String secretName,
            @Nullable IssuerRef issuerRef,
            @Nullable String commonName,
            @Nullable Subject subject,
            @Nullable Boolean isCA,
            @Nullable List<String> usages,
            @Nullable String duration,
            @Nullable String renewBefore,
            @Nullable PrivateKey privateKey) {}

    /** The issuer that cert-manager uses. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record IssuerRef(@Nullable String name, @Nullable String kind, @Nullable String group) {}

    /** The subject besides the common name. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Subject(@Nullable List<String> organizations) {}

    /** The key that cert-manager makes. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record PrivateKey(
            @Nullable String algorithm,
            @Nullable Integer size,
            @Nullable String encoding,
            @Nullable String rotationPolicy) {}

    /** What cert-manager reports. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Status(@Nullable List<State> conditions) {}

    /** One condition. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record State(
            @Nullable String type,
            @Nullable String status,
            @Nullable String reason,
            @Nullable String message,
            @Nullable Long observedGeneration) {}
}
