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
        @JsonPropertyDescription("metadata.generation of the spec that this status describes.") @Nullable
                Long observedGeneration,
        @JsonPropertyDescription(
                        "Conditions: Ready, TrustReady, GatewayReady and MeshConfigured. Conflict, Reconciling and Stalled are present only while they are True.")
                @Size(max = 16)
                List<Condition> conditions,
        @JsonPropertyDescription("SPIFFE trust domain in use.") @Nullable @Size(max = 253) String trustDomain,
        @JsonPropertyDescription("The certificates in Secret cacerts, and the progress of a root rotation.") @Nullable
                TrustStatus trust,
        @JsonPropertyDescription("Where other meshes reach the gateway.") @Nullable GatewayStatus gateway,
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
                            "SHA-256 fingerprints, in lower-case hex, of the roots in cacerts. This mesh's own root is the first.")
                    @Size(max = 64)
                    List<@Size(max = 64) String> roots,
            @JsonPropertyDescription("Subject of the intermediate certificate.") @Nullable @Size(max = 1024)
                    String intermediateSubject,
            @JsonPropertyDescription("Serial number of the intermediate certificate, in hex.") @Nullable @Size(max = 64)
                    String intermediateSerial,
            @JsonPropertyDescription("Start of the intermediate certificate's lifetime, RFC 3339 in UTC.") @Nullable
                    String intermediateNotBefore,
            @JsonPropertyDescription("End of the intermediate certificate's lifetime, RFC 3339 in UTC.") @Nullable
                    String intermediateNotAfter,
            @JsonPropertyDescription(
                            "When the intermediate certificate is due for renewal, RFC 3339 in UTC. Not set for spec.trust.type External.")
                    @Nullable
                    String intermediateRenewal,
            @JsonPropertyDescription("End of the lifetime of this mesh's own root, RFC 3339 in UTC.") @Nullable
                    String rootNotAfter,
            @JsonPropertyDescription(
                            "The issuer that has the root of the intermediate certificate: the name of its Secret, or the kind and name of cert-manager's issuer.")
                    @Nullable
                    @Size(max = 576)
                    String issuer,
            @JsonPropertyDescription("The progress of a root rotation. Present only during a rotation.") @Nullable
                    RotationStatus rotation,
            @JsonPropertyDescription(
                            "What the operator has observed of each root. The waits of a rotation count from these times.")
                    @Size(max = 96)
                    List<RootRecord> history,
            @JsonPropertyDescription("The revocation lists in ca-crl.pem of cacerts.") @Size(max = 128)
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
            @JsonPropertyDescription("Subject of the CA that signed the list.") @Required @Size(max = 1024)
                    String issuer,
            @JsonPropertyDescription(
                            "Key identifier of that CA as the list has it, in hex. It distinguishes CAs with the same subject.")
                    @Nullable
                    @Size(max = 64)
                    String key,
            @JsonPropertyDescription("Start of the list's lifetime, RFC 3339 in UTC.") @Nullable String thisUpdate,
            @JsonPropertyDescription("End of the list's lifetime, RFC 3339 in UTC.") @Required String nextUpdate,
            @JsonPropertyDescription(
                            "When the list counts as missing unless a newer one has replaced it, RFC 3339 in UTC. Absent: no newer list is needed, because its CA no longer signs.")
                    @Nullable
                    String neededUntil,
            @JsonPropertyDescription("Number of certificates that the list revokes.") @Nullable @Min(0) @Max(1000000)
                    Integer revoked) {}

    /** Where a rotation stands. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record RotationStatus(
            @JsonPropertyDescription("SHA-256 fingerprint of the former root, in lower-case hex.")
                    @Nullable
                    @Size(max = 64)
                    String from,
            @JsonPropertyDescription("SHA-256 fingerprint of the new root, in lower-case hex.")
                    @Nullable
                    @Size(max = 64)
                    String to,
            @JsonPropertyDescription(
                            "Current phase. AddRoot: the new root is not in the trust bundle yet. AwaitTrust: the bundle has the new root, and the operator waits until all workloads accept it. Sign: the operator replaces the intermediate certificate. AwaitRenewal: istiod signs under the new root, and the operator waits until no workload uses the former one. RemoveRoot: the operator removes the former root from the bundle.")
                    @Required
                    Phase phase,
            @JsonPropertyDescription("When the operator first observed this phase, RFC 3339 in UTC.") @Required
                    String since,
            @JsonPropertyDescription(
                            "Until when the rotation waits for workloads of this mesh, RFC 3339 in UTC. After this time it waits for something else, see waitingFor.")
                    @Nullable
                    String dwellEnds,
            @JsonPropertyDescription("What the next phase waits for.") @Nullable @Size(max = 4096) String waitingFor) {}

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
            @JsonPropertyDescription("SHA-256 fingerprint of the root's DER form, in lower-case hex.")
                    @Required
                    @Size(max = 64)
                    String sha256,
            @JsonPropertyDescription("End of the root's lifetime, RFC 3339 in UTC.") @Nullable String notAfter,
            @JsonPropertyDescription(
                            "When the operator first observed that istiod publishes the root, RFC 3339 in UTC.")
                    @Nullable
                    String publishedSince,
            @JsonPropertyDescription(
                            "Since when this mesh neither signs nor is about to sign under the root, RFC 3339 in UTC.")
                    @Nullable
                    String idleSince,
            @JsonPropertyDescription("Whether this mesh has ever signed, or was about to sign, under the root.")
                    @Nullable
                    Boolean ours) {}

    /** Where the gateway is. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record GatewayStatus(
            @JsonPropertyDescription("Service of the gateway, as namespace/name.") @Nullable @Size(max = 128)
                    String service,
            @JsonPropertyDescription("IP addresses and host names of the gateway's load balancer, sorted.")
                    @Size(max = 64)
                    List<@Size(min = 1, max = 253) String> addresses,
            @JsonPropertyDescription("Port on which the gateway accepts connections from other meshes.")
                    @Nullable
                    @Min(1)
                    @Max(65535)
                    Integer port) {

        public GatewayStatus(@Nullable String service, @Nullable List<String> addresses, @Nullable Integer port) {
            this.service = service;
            this.addresses = addresses == null ? List.of() : List.copyOf(addresses);
            this.port = port;
        }
    }
}
