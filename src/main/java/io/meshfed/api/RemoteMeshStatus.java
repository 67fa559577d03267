package io.meshfed.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.meshfed.api.condition.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator sees of one other mesh, and the memory that survives a restart while that mesh is away. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RemoteMeshStatus(
        @JsonPropertyDescription("metadata.generation of the spec that this status describes.") @Nullable
                Long observedGeneration,
        @JsonPropertyDescription(
                        "Conditions: Ready, Connected (with spec.cluster), GatewayKnown, Trusted and CacertsIssued (with spec.trust.issueCacerts). Reconciling and Stalled are present only while they are True.")
                @Size(max = 16)
                List<Condition> conditions,
        @JsonPropertyDescription(
                        "Addressing in use: RemoteGateway or Inline. The operator keeps the choice that it once made for Auto.")
                @Nullable
                Addressing addressing,
        @JsonPropertyDescription("Last known good addresses of the gateway.") @Nullable LastKnownGateway gateway,
        @JsonPropertyDescription("Number of ImportedServices that use this RemoteMesh.") @Nullable @Min(0) @Max(1000000)
                Integer imports,
        @JsonPropertyDescription("What this mesh issued for the other mesh. Only with spec.trust.issueCacerts.")
                @Nullable
                RemoteTrustStatus trust) {

    public RemoteMeshStatus(
            @Nullable Long observedGeneration,
            @Nullable List<Condition> conditions,
            @Nullable Addressing addressing,
            @Nullable LastKnownGateway gateway,
            @Nullable Integer imports,
            @Nullable RemoteTrustStatus trust) {
        this.observedGeneration = observedGeneration;
        this.conditions = conditions == null ? List.of() : List.copyOf(conditions);
        this.addressing = addressing;
        this.gateway = gateway;
        this.imports = imports;
        this.trust = trust;
    }

    /** The other mesh's {@code cacerts}, as it was last seen, and the credential that writes it. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record RemoteTrustStatus(
            @JsonPropertyDescription(
                            "The intermediate certificate in the other mesh's cacerts. While the operator cannot read it, these are the last known values.")
                    @Nullable
                    IssuedStatus issued,
            @JsonPropertyDescription("Lifetime of the credential in spec.trust.issueCacerts.kubeconfigSecretRef.")
                    @Nullable
                    CredentialStatus credential) {}

    /** Public facts of a {@code cacerts} that was issued for another mesh. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record IssuedStatus(
            @JsonPropertyDescription("Subject of the intermediate certificate.") @Nullable @Size(max = 1024)
                    String subject,
            @JsonPropertyDescription("Serial number of the intermediate certificate, in hex.") @Nullable @Size(max = 64)
                    String serial,
            @JsonPropertyDescription("End of the intermediate certificate's lifetime, RFC 3339 in UTC.") @Nullable
                    String notAfter,
            @JsonPropertyDescription("When the intermediate certificate is due for renewal, RFC 3339 in UTC.") @Nullable
                    String renewal,
            @JsonPropertyDescription(
                            "SHA-256 fingerprints, in lower-case hex, of the roots in that cacerts. The intermediate's own root is the first.")
                    @Size(max = 64)
                    List<@Size(max = 64) String> roots,
            @JsonPropertyDescription("When the operator first observed these roots there, RFC 3339 in UTC.") @Nullable
                    String rootsSince) {

        public IssuedStatus(
                @Nullable String subject,
                @Nullable String serial,
                @Nullable String notAfter,
                @Nullable String renewal,
                @Nullable List<String> roots,
                @Nullable String rootsSince) {
            this.subject = subject;
            this.serial = serial;
            this.notAfter = notAfter;
            this.renewal = renewal;
            this.roots = roots == null ? List.of() : List.copyOf(roots);
            this.rootsSince = rootsSince;
        }
    }

    /** When a credential ends. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record CredentialStatus(
            @JsonPropertyDescription(
                            "Start of the lifetime of the client certificate or token, RFC 3339 in UTC. Absent: it does not say.")
                    @Nullable
                    String notBefore,
            @JsonPropertyDescription(
                            "End of the lifetime of the client certificate or token, RFC 3339 in UTC. Absent: it does not say.")
                    @Nullable
                    String notAfter) {}

    /** Where the addresses of a gateway are written. */
    public enum Addressing {
        RemoteGateway,
        Inline
    }

    /** Addresses that were once seen and not contradicted since. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record LastKnownGateway(
            @JsonPropertyDescription("IP addresses and host names of the gateway, sorted.") @Size(max = 64)
                    List<@Size(min = 1, max = 253) String> addresses,
            @JsonPropertyDescription("Source of the addresses: Spec or Service.") @Nullable @Size(max = 64)
                    String source) {

        public LastKnownGateway(@Nullable List<String> addresses, @Nullable String source) {
            this.addresses = addresses == null ? List.of() : List.copyOf(addresses);
            this.source = source;
        }
    }
}
