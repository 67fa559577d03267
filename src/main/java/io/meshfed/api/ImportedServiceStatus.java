package io.meshfed.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.meshfed.api.condition.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator made of one imported service. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ImportedServiceStatus(
        @JsonPropertyDescription("metadata.generation of the spec that this status describes.") @Nullable
                Long observedGeneration,
        @JsonPropertyDescription(
                        "Conditions: Ready, Resolved, IdentityAccepted and Conflict. Reconciling and Stalled are present only while they are True.")
                @Size(max = 16)
                List<Condition> conditions,
        @JsonPropertyDescription("Host name of the imported service: <name>.<namespace>.svc.<clusterDomain>.")
                @Nullable
                @Size(max = 512)
                String host,
        @JsonPropertyDescription("Mode in use: Local or Remote.") ImportedServiceSpec.@Nullable Mode mode,
        @JsonPropertyDescription("Names of the RemoteMeshes whose endpoints receive traffic, sorted.") @Size(max = 256)
                List<@Size(min = 1, max = 52) String> remotes,
        @JsonPropertyDescription("The names in remotes as one comma-separated string, for kubectl get.")
                @Nullable
                @Size(max = 16384)
                String remoteNames,
        @JsonPropertyDescription(
                        "Ports in use. While neither a local Service nor spec.ports gives any, these are the last known ports.")
                @Size(max = 256)
                List<ImportedServiceSpec.Port> ports,
        @JsonPropertyDescription("The numbers in ports as one comma-separated string, for kubectl get.")
                @Nullable
                @Size(max = 2048)
                String portNumbers,
        @JsonPropertyDescription(
                        "Gateway addresses that the ServiceEntry or the WorkloadEntries of this import contain. Only with Inline addressing.")
                @Size(max = 256)
                List<@Size(min = 1, max = 253) String> addresses) {

    public ImportedServiceStatus(
            @Nullable Long observedGeneration,
            @Nullable List<Condition> conditions,
            @Nullable String host,
            ImportedServiceSpec.@Nullable Mode mode,
            @Nullable List<String> remotes,
            @Nullable String remoteNames,
            @Nullable List<ImportedServiceSpec.Port> ports,
            @Nullable String portNumbers,
            @Nullable List<String> addresses) {
        this.observedGeneration = observedGeneration;
        this.conditions = conditions == null ? List.of() : List.copyOf(conditions);
        this.host = host;
        this.mode = mode;
        this.remotes = remotes == null ? List.of() : List.copyOf(remotes);
        this.remoteNames = remoteNames;
        this.ports = ports == null ? List.of() : List.copyOf(ports);
        this.portNumbers = portNumbers;
        this.addresses = addresses == null ? List.of() : List.copyOf(addresses);
    }
}
