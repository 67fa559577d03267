package io.meshfed.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue of this mesh, for other meshes to read. Cluster-scoped; there is one, and only the operator writes it.
 * Operators of different versions exchange it, so a reader ignores fields that it does not know.
 */
@Group(Names.GROUP)
@Version(Names.VERSION)
@ShortNames("emesh")
@Plural("exportedmeshes")
@AdditionalPrinterColumn(name = "Network", jsonPath = ".spec.network")
@AdditionalPrinterColumn(name = "Trust Domain", jsonPath = ".spec.trustDomain")
@AdditionalPrinterColumn(name = "Address", jsonPath = ".spec.gateway.addresses[0]")
@AdditionalPrinterColumn(
        name = "Age",
        type = AdditionalPrinterColumn.Type.DATE,
        jsonPath = ".metadata.creationTimestamp")
public class ExportedMesh extends CustomResource<ExportedMesh.Spec, Void> {
    private static final long serialVersionUID = 1L;

    /** Name of the only ExportedMesh of a cluster; other meshes read it by this name. */
    public static final String NAME = "mesh";

    @Override
    protected ExportedMesh.@Nullable Spec initSpec() {
        return null;
    }

    @Override
    @Required
    @JsonPropertyDescription("Public facts of this mesh, written by the operator only.")
    public Spec getSpec() {
        return super.getSpec();
    }

    /** Public facts of a mesh. A reader compares them with its own spec, and never takes an identity from here. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Spec(
            @JsonPropertyDescription("Network of this mesh.") @Required @Size(max = 63) String network,
            @JsonPropertyDescription("SPIFFE trust domain of this mesh.") @Nullable @Size(max = 253) String trustDomain,
            @JsonPropertyDescription("Where other meshes reach the gateway of this mesh.") @Nullable Gateway gateway,
            @JsonPropertyDescription("Root certificates of this mesh. They are public.") @Size(max = 64)
                    List<PublicRoot> roots,
            @JsonPropertyDescription("The roots that istiod of this mesh uses. Absent: not known.") @Nullable
                    Istiod istiod,
            @JsonPropertyDescription(
                            "The certificates of the CAs below the root that sign this mesh's workload certificates, and the revocation lists of these CAs and of their roots, as PEM blocks CERTIFICATE and X509 CRL. Absent: this mesh has no lists.")
                    @Nullable
                    @Size(max = 262144)
                    String revocation) {

        /** These facts without the gateway, on which trust does not depend. */
        public Spec withoutGateway() {
            return new Spec(network, trustDomain, null, roots, istiod, revocation);
        }

        public Spec(
                String network,
                @Nullable String trustDomain,
                @Nullable Gateway gateway,
                @Nullable List<PublicRoot> roots,
                @Nullable Istiod istiod,
                @Nullable String revocation) {
            this.network = network;
            this.trustDomain = trustDomain;
            this.gateway = gateway;
            this.roots = roots == null ? List.of() : List.copyOf(roots);
            this.istiod = istiod;
            this.revocation = revocation;
        }
    }

    /** The roots that istiod gives to workloads; they may differ from those in {@code cacerts}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Istiod(
            @JsonPropertyDescription(
                            "Whether istiod has ever run in this mesh. The roots that it publishes show that it has.")
                    @Required
                    @Nullable
                    Boolean seen,
            @JsonPropertyDescription(
                            "SHA-256 fingerprints, in lower-case hex, of the roots that istiod publishes, in istiod's order. The order does not show under which root istiod signs.")
                    @Size(max = 64)
                    List<@Size(max = 64) String> roots,
            @JsonPropertyDescription(
                            "metadata.uid of Secret cacerts at the time of this observation. The writer of that Secret can tell from it that this observation is newer. Absent: there was no Secret.")
                    @Nullable
                    @Size(max = 64)
                    String cacerts) {

        public Istiod(@Nullable Boolean seen, @Nullable List<String> roots, @Nullable String cacerts) {
            this.seen = seen;
            this.roots = roots == null ? List.of() : List.copyOf(roots);
            this.cacerts = cacerts;
        }
    }

    /** Where other meshes reach the gateway. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Gateway(
            @JsonPropertyDescription("IP addresses and host names of the gateway, sorted.") @Size(max = 64)
                    List<@Size(min = 1, max = 253) String> addresses,
            @JsonPropertyDescription("Port on which the gateway accepts connections from other meshes.")
                    @Required
                    @Min(1)
                    @Max(65535)
                    Integer port) {

        public Gateway(@Nullable List<String> addresses, Integer port) {
            this.addresses = addresses == null ? List.of() : List.copyOf(addresses);
            this.port = port;
        }
    }

    /**
     * A public root certificate. Any field may be missing, because the other mesh's API server may have validated it with
     * another schema.
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record PublicRoot(
            @JsonPropertyDescription("SHA-256 fingerprint of the certificate's DER form, in lower-case hex.")
                    @Required
                    @Nullable
                    @Size(max = 64)
                    String sha256,
            @JsonPropertyDescription("The certificate as PEM.") @Required @Nullable @Size(max = 16384) String pem,
            @JsonPropertyDescription(
                            "Whether every workload of this mesh accepts this root and will continue to accept it. Absent: not known.")
                    @Nullable
                    Boolean accepted,
            @JsonPropertyDescription(
                            "Whether a workload of this mesh may have a certificate under this root, now or soon. Absent: not known.")
                    @Nullable
                    Boolean inUse) {}
}
