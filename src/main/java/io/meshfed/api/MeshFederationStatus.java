package io.meshfed.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.meshfed.api.condition.Condition;
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
            @JsonPropertyDescription("Beginning of the intermediate certificate's life, RFC 3339 in UTC.") @Nullable
                    String intermediateNotBefore,
            @JsonPropertyDescription("End of the intermediate certificate's life, RFC 3339 in UTC.") @Nullable
                    String intermediateNotAfter,
            @JsonPropertyDescription(
                            "When the intermediate is to be renewed, RFC 3339 in UTC; only where meshfed makes it.")
                    @Nullable
                    String intermediateRenewal,
            @JsonPropertyDescription("End of the own root's life, RFC 3339 in UTC.") @Nullable String rootNotAfter,
            @JsonPropertyDescription(
                            "The issuer whose root the intermediate stands on: its Secret, or kind and name of cert-manager's issuer.")
                    @Nullable
                    @Size(max = 576)
                    String issuer,
            @JsonPropertyDescription("The way from one root to another; only while there is one.") @Nullable
                    RotationStatus rotation,
            @JsonPropertyDescription("What the waits of a rotation are counted from, one entry for each root.")
                    @Size(max = 96)
                    List<RootRecord> history,
            @JsonPropertyDescription("The revocation lists in ca-crl.pem of cacerts, one entry for each.")
                    @Size(max = 128)
                    List<CrlRecord> crl) {

        public TrustStatus(
                @Nullable List<String> roots,
                @Nullable String intermediateSubject,
                @Nullable String intermediateSerial,
                @Nullable String intermediateNotBefore,
                @Nullable String intermediateNotAfter,
                @Nullable String intermediateRenewal,
                @Nullable String rootNotAfter,
                @Nullable String issuer,
                @Nullable RotationStatus rotation,
                @Nullable List<RootRecord> history,
                @Nullable List<CrlRecord> crl) {
            this.roots = roots == null ? List.of() : List.copyOf(roots);
            this.intermediateSubject = intermediateSubject;
            this.intermediateSerial = intermediateSerial;
            this.intermediateNotBefore = intermediateNotBefore;
            this.intermediateNotAfter = intermediateNotAfter;
            this.intermediateRenewal = intermediateRenewal;
            this.rootNotAfter = rootNotAfter;
            this.issuer = issuer;
            this.rotation = rotation;
            this.history = history == null ? List.of() : List.copyOf(history);
            this.crl = crl == null ? List.of() : List.copyOf(crl);
        }
    }

    /** One revocation list. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record CrlRecord(
            @JsonPropertyDescription("Subject of the CA that signed it.") @Required @Size(max = 1024) String issuer,
            @JsonPropertyDescription(
                            "Key identifier of that CA as it stands in the list, hex: several CAs may have one subject.")
                    @Nullable
                    @Size(max = 64)
                    String key,
            @JsonPropertyDescription("When it begins, RFC 3339 in UTC.") @Nullable String thisUpdate,
            @JsonPropertyDescription("When it ends, RFC 3339 in UTC.") @Required String nextUpdate,
            @JsonPropertyDescription(
                            "When it counts as missing unless a newer one came, RFC 3339 in UTC. Absent: nobody needs a newer one, for its CA signs no more.")
                    @Nullable
                    String neededUntil,
            @JsonPropertyDescription("How many certificates it revokes.") @Nullable @Min(0) @Max(1000000)
                    Integer revoked) {}

    /** Where a rotation stands. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record RotationStatus(
            @JsonPropertyDescription("SHA-256 of the root that the mesh comes from.") @Nullable @Size(max = 64)
                    String from,
            @JsonPropertyDescription("SHA-256 of the root that the mesh goes to.") @Nullable @Size(max = 64) String to,
            @JsonPropertyDescription("The step that is being taken or waited for.") @Required Phase phase,
            @JsonPropertyDescription("When this phase was first seen, RFC 3339 in UTC.") @Required String since,
            @JsonPropertyDescription(
                            "Until when workloads of this mesh are waited for, RFC 3339 in UTC; what is waited for after that"
                                    + " comes from elsewhere.")
                    @Nullable
                    String dwellEnds,
            @JsonPropertyDescription("What the next step waits for.") @Nullable @Size(max = 4096) String waitingFor) {}

    /** The phases of a rotation, in their order. */
    public enum Phase {
        /** The new root is not in the bundle yet. */
        AddRoot,
        /** The new root is in the bundle; not everybody accepts it for sure. */
        AwaitTrust,
        /** Everybody accepts the new root: the intermediate is being replaced. */
        Sign,
        /** The mesh signs under the new root; something may still be signed under the old one. */
        AwaitRenewal,
        /** Nobody uses the old root any more: it leaves the bundle. */
        RemoveRoot
    }

    /** What is remembered of one root. Without it every wait begins anew. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record RootRecord(
            @JsonPropertyDescription("SHA-256 of the root's DER form, lower-case hex.") @Required @Size(max = 64)
                    String sha256,
            @JsonPropertyDescription("End of its life, RFC 3339 in UTC.") @Nullable String notAfter,
            @JsonPropertyDescription("Since when istiod has been seen to publish it, RFC 3339 in UTC.") @Nullable
                    String publishedSince,
            @JsonPropertyDescription(
                            "Since when this mesh neither signs nor is going to sign under it, RFC 3339 in UTC.")
                    @Nullable
                    String idleSince,
            @JsonPropertyDescription("Whether this mesh ever signed, or was going to sign, under it.") @Nullable
                    Boolean ours) {}

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
