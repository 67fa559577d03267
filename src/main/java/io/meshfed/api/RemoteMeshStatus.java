package io.meshfed.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator sees of one other mesh, and the memory that survives a restart while that mesh is away. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RemoteMeshStatus(
        @JsonPropertyDescription("metadata.generation that this status was computed from.") @Nullable
                Long observedGeneration,
        @JsonPropertyDescription(
                        "Conditions: Ready, Connected, GatewayKnown, Trusted; Reconciling and Stalled while true.")
                @Size(max = 16)
                List<Condition> conditions,
        @JsonPropertyDescription("Addressing in force, RemoteGateway or Inline; kept once chosen.") @Nullable
                Addressing addressing,
        @JsonPropertyDescription("Last known good address of the gateway.") @Nullable LastKnownGateway gateway,
        @JsonPropertyDescription("Number of ImportedServices that use this remote.") @Nullable @Min(0) @Max(1000000)
                Integer imports) {

    public RemoteMeshStatus(
            @Nullable Long observedGeneration,
            @Nullable List<Condition> conditions,
            @Nullable Addressing addressing,
            @Nullable LastKnownGateway gateway,
            @Nullable Integer imports) {
        this.observedGeneration = observedGeneration;
        this.conditions = conditions == null ? List.of() : List.copyOf(conditions);
        this.addressing = addressing;
        this.gateway = gateway;
        this.imports = imports;
    }

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
