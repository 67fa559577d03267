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
 * This mesh as other meshes may read it: cluster-scoped, one, written by the operator only. A wire format between versions:
 * a reader ignores fields that it does not know.
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

    /** Name of the only one of a cluster: a peer asks for it by name. */
    public static final String NAME = "mesh";

    @Override
    protected ExportedMesh.@Nullable Spec initSpec() {
        return null;
    }

    @Override
    @Required
    public Spec getSpec() {
        return super.getSpec();
    }

    /** The public facts of a mesh. A reader compares them with its own spec and believes none of them for identity. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Spec(
            @JsonPropertyDescription("Network of this mesh.") @Required @Size(max = 63) String network,
            @JsonPropertyDescription("SPIFFE trust domain of this mesh.") @Nullable @Size(max = 253) String trustDomain,
            @JsonPropertyDescription("Where the gateway is.") @Nullable Gateway gateway,
            @JsonPropertyDescription("Public root certificates.") @Size(max = 64) List<PublicRoot> roots,
            @JsonPropertyDescription("What istiod of this mesh runs on. Absent: not known.") @Nullable Istiod istiod,
            @JsonPropertyDescription(
                            "The CAs that sign this mesh's workloads, roots left out, and the revocation lists of these CAs and of their roots: PEM blocks CERTIFICATE and X509 CRL. Absent: this mesh has no lists.")
                    @Nullable
                    @Size(max = 262144)
                    String revocation) {

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

    /** The roots that istiod gives to workloads, whatever stands in {@code cacerts}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Istiod(
            @JsonPropertyDescription("Whether istiod ever ran here, which shows in the roots that it publishes.")
                    @Required
                    @Nullable
                    Boolean seen,
            @JsonPropertyDescription(
                            "SHA-256 of the published roots' DER forms, lower-case hex, in their order, which does not tell under which one istiod signs.")
                    @Size(max = 64)
                    List<@Size(max = 64) String> roots,
            @JsonPropertyDescription(
                            "metadata.uid of the Secret cacerts that stood here when this was looked at: whoever made that Secret knows that these words are younger. Absent: there was none.")
                    @Nullable
                    @Size(max = 64)
                    String cacerts) {

        public Istiod(@Nullable Boolean seen, @Nullable List<String> roots, @Nullable String cacerts) {
            this.seen = seen;
            this.roots = roots == null ? List.of() : List.copyOf(roots);
            this.cacerts = cacerts;
        }
    }

    /** Where the gateway of an exported mesh is. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Gateway(
            @JsonPropertyDescription("IP addresses and host names, sorted.") @Size(max = 64)
                    List<@Size(min = 1, max = 253) String> addresses,
            @JsonPropertyDescription("Port of the gateway.") @Required @Min(1) @Max(65535) Integer port) {

        public Gateway(@Nullable List<String> addresses, Integer port) {
            this.addresses = addresses == null ? List.of() : List.copyOf(addresses);
            this.port = port;
        }
    }

    /** A public root certificate. Another mesh's API server need not have held it to our schema: any field may be missing. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record PublicRoot(
            @JsonPropertyDescription("SHA-256 of the DER form, lower-case hex.") @Required @Nullable @Size(max = 64)
                    String sha256,
            @JsonPropertyDescription("The certificate, PEM.") @Required @Nullable @Size(max = 16384) String pem,
            @JsonPropertyDescription(
                            "Every workload of this mesh accepts it and will go on doing so. Absent: not known.")
                    @Nullable
                    Boolean accepted,
            @JsonPropertyDescription(
                            "A workload of this mesh may have a certificate under it now, or soon. Absent: not known.")
                    @Nullable
                    Boolean inUse) {}
}
