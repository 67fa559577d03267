package io.meshfed.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator sees of this mesh. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MeshFederationStatus(
        @JsonPropertyDescription("metadata.generation that this status was computed from.") @Nullable
                Long observedGeneration,
        @JsonPropertyDescription(
                        "Conditions: Ready, TrustReady, GatewayReady, MeshConfigured; Reconciling and Stalled while true.")
                @Size(max = 16)
                List<Condition> conditions,
        @JsonPropertyDescription("Trust domain in force.") @Nullable @Size(max = 253) String trustDomain,
        @JsonPropertyDescription("The signing certificate in force.") @Nullable TrustStatus trust,
        @JsonPropertyDescription("The gateway as other meshes reach it.") @Nullable GatewayStatus gateway,
        @JsonPropertyDescription("Number of Services that other meshes may reach.") @Nullable @Min(0) @Max(1000000)
                Integer exportedServices) {
    public MeshFederationStatus(
            @Nullable Long observedGeneration,
            @Nullable List<Condition> conditions,
            @Nullable String trustDomain,
            @Nullable TrustStatus trust,
            @Nullable GatewayStatus gateway,
            @Nullable @Min(0) @Max(1000000) Integer exportedServices) {
        this.observedGeneration = observedGeneration;
        this.conditions = conditions == null ? List.of() : List.copyOf(conditions);
        this.trustDomain = trustDomain;
        this.trust = trust;
        this.gateway = gateway;
        this.exportedServices = exportedServices;
    }

    /** Public facts of Secret cacerts. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record TrustStatus(
            @JsonPropertyDescription(
                            "SHA-256 fingerprints (lower-case hex of the DER form) of the roots in cacerts, own root first.")
                    @Size(max = 64)
                    List<@Size(max = 64) String> roots,
            @JsonPropertyDescription("Subject of the intermediate certificate.") @Nullable @Size(max = 1024)
                    String intermediateSubject,
            @JsonPropertyDescription("Serial number of the intermediate certificate, in hex.") @Nullable @Size(max = 64)
                    String intermediateSerial,
            @JsonPropertyDescription("End of the intermediate certificate's life, RFC 3339 in UTC.") @Nullable
                    String intermediateNotAfter) {

        public TrustStatus(
                @Nullable List<String> roots,
                @Nullable String intermediateSubject,
                @Nullable String intermediateSerial,
                @Nullable String intermediateNotAfter) {
            this.roots = roots == null ? List.of() : List.copyOf(roots);
            this.intermediateSubject = intermediateSubject;
            this.intermediateSerial = intermediateSerial;
            this.intermediateNotAfter = intermediateNotAfter;
        }
    }

    /** Where the gateway is. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record GatewayStatus(
            @JsonPropertyDescription("Service of the gateway as namespace/name.") @Nullable @Size(max = 128)
                    String service,
            @JsonPropertyDescription("IP addresses and host names of the gateway's load balancer, sorted.")
                    @Size(max = 64)
                    List<@Size(min = 1, max = 253) String> addresses,
            @JsonPropertyDescription("Port of the gateway.") @Nullable @Min(1) @Max(65535) Integer port) {

        public GatewayStatus(@Nullable String service, @Nullable List<String> addresses, @Nullable Integer port) {
            this.service = service;
            this.addresses = addresses == null ? List.of() : List.copyOf(addresses);
            this.port = port;
        }
    }
}
