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
        @JsonPropertyDescription("metadata.generation that this status was computed from.") @Nullable
                Long observedGeneration,
        @JsonPropertyDescription(
                        "Conditions: Ready, Connected, GatewayKnown, Trusted, CacertsIssued; Reconciling and Stalled while true.")
                @Size(max = 16)
                List<Condition> conditions,
        @JsonPropertyDescription("Addressing in force, RemoteGateway or Inline; kept once chosen.") @Nullable
                Addressing addressing,
        @JsonPropertyDescription("Last known good address of the gateway.") @Nullable LastKnownGateway gateway,
        @JsonPropertyDescription("Number of ImportedServices that use this remote.") @Nullable @Min(0) @Max(1000000)
                Integer imports,
        @JsonPropertyDescription("What this mesh signed for the other one; only with spec.trust.issueCacerts.")
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
            @JsonPropertyDescription("The intermediate in the other mesh's cacerts; kept while it cannot be read.")
                    @Nullable
                    IssuedStatus issued,
            @JsonPropertyDescription("The credential of spec.trust.issueCacerts.") @Nullable
                    CredentialStatus credential) {}

    /** Public facts of a {@code cacerts} that was issued for another mesh. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record IssuedStatus(
            @JsonPropertyDescription("Subject of the intermediate certificate.") @Nullable @Size(max = 1024)
                    String subject,
            @JsonPropertyDescription("Serial number of the intermediate certificate, in hex.") @Nullable @Size(max = 64)
                    String serial,
            @JsonPropertyDescription("End of the intermediate certificate's life, RFC 3339 in UTC.") @Nullable
                    String notAfter,
            @JsonPropertyDescription("When it is to be renewed, RFC 3339 in UTC.") @Nullable String renewal,
            @JsonPropertyDescription(
                            "SHA-256 fingerprints (lower-case hex of the DER form) of the roots in it, the own root first.")
                    @Size(max = 64)
                    List<@Size(max = 64) String> roots,
            @JsonPropertyDescription("Since when these roots were seen there, RFC 3339 in UTC.") @Nullable
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
                            "Beginning of the client certificate or of the token, RFC 3339 in UTC. Absent: it does not say.")
                    @Nullable
                    String notBefore,
            @JsonPropertyDescription(
                            "End of the client certificate or of the token, RFC 3339 in UTC. Absent: it does not say.")
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
            @JsonPropertyDescription("IP addresses and host names, sorted.") @Size(max = 64)
                    List<@Size(min = 1, max = 253) String> addresses,
            @JsonPropertyDescription("Spec or Service: where the addresses come from.") @Nullable @Size(max = 64)
                    String source) {

        public LastKnownGateway(@Nullable List<String> addresses, @Nullable String source) {
            this.addresses = addresses == null ? List.of() : List.copyOf(addresses);
            this.source = source;
        }
    }
}
