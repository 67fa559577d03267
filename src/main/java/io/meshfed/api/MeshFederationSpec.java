package io.meshfed.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What the user says of this mesh. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "(has(self.gateway) ? self.gateway.__namespace__ : 'meshfed-gateway') == (has(oldSelf.gateway) ?"
                + " oldSelf.gateway.__namespace__ : 'meshfed-gateway')",
        message =
                "spec.gateway.namespace is immutable, because the objects in the former namespace, exports included, would stay: delete the MeshFederation and create it again")
public record MeshFederationSpec(
        @JsonPropertyDescription("Identity of this mesh.") @Required Mesh mesh,
        @JsonPropertyDescription(
                        "How this mesh gets the CA certificate with which istiod signs (Secret cacerts), and how its root is rotated.")
                @Required
                Trust trust,
        @JsonPropertyDescription(
                        "The east-west gateway, through which other meshes reach the exported Services of this mesh.")
                MeshGateway gateway,
        @JsonPropertyDescription(
                        "Mutual TLS mode of the whole mesh. Strict: meshfed writes a mesh-wide PeerAuthentication with mode STRICT. Unmanaged: meshfed does not change mutual TLS modes.")
                @Default("Unmanaged")
                Mtls mtls,
        @JsonPropertyDescription("The Services that other meshes may reach. If not set, meshfed exports no Service.")
                @Nullable
                Exports exports,
        @JsonPropertyDescription("The namespaces in which ImportedServices have an effect. Default: all.")
                Imports imports) {

    public MeshFederationSpec(
            Mesh mesh,
            Trust trust,
            @Nullable MeshGateway gateway,
            @Nullable Mtls mtls,
            @Nullable Exports exports,
            @Nullable Imports imports) {
        this.mesh = mesh;
        this.trust = trust;
        this.gateway = gateway == null ? MeshGateway.DEFAULT : gateway;
        this.mtls = mtls == null ? Mtls.Unmanaged : mtls;
        this.exports = exports;
        this.imports = imports == null ? new Imports(null) : imports;
    }

    /** Identity of this mesh. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Mesh(
            @JsonPropertyDescription("Network of this mesh. Must equal global.network of istiod. Immutable.")
                    @Required
                    @Pattern("^[a-z0-9A-Z]([-a-z0-9A-Z_.]*[a-z0-9A-Z])?$")
                    @Size(min = 1, max = 63)
                    @ValidationRule(
                            value = "self == oldSelf",
                            message =
                                    "spec.mesh.network is immutable, because endpoints in other meshes are labelled with it: delete the MeshFederation and create it again")
                    String network,
            @JsonPropertyDescription(
                            "SPIFFE trust domain of this mesh, without spiffe://. Default: the trust domain in istiod's mesh config. status.trustDomain has the value in use.")
                    @Nullable
                    @Pattern("^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$")
                    @Size(min = 1, max = 253)
                    String trustDomain,
            @JsonPropertyDescription("DNS domain of this cluster's Services.")
                    @Default("cluster.local")
                    @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
                    @Size(min = 1, max = 253)
                    String clusterDomain,
            @JsonPropertyDescription("Namespace of istiod, its ConfigMaps and Secret cacerts. Immutable.")
                    @Default("istio-system")
                    @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
                    @Size(min = 1, max = 63)
                    @ValidationRule(
                            value = "self == oldSelf",
                            message =
                                    "spec.mesh.controlPlaneNamespace is immutable, because Secret cacerts is there: delete the MeshFederation and create it again")
                    String controlPlaneNamespace,
            @JsonPropertyDescription(
                            "Istio revision (label istio.io/rev) of the control plane. Empty: the default revision.")
                    @Nullable
                    @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$")
                    @Size(max = 63)
                    String revision,
            @JsonPropertyDescription(
                            "Locality of this mesh as region[/zone[/subzone]]: the part that all of its nodes have in common. Required only for locality mode Distribute.")
                    @Nullable
                    @Pattern(
                            "^[a-z0-9A-Z]([-a-z0-9A-Z_.]*[a-z0-9A-Z])?(/[a-z0-9A-Z]([-a-z0-9A-Z_.]*[a-z0-9A-Z])?){0,2}$")
                    @Size(min = 1, max = 191)
                    String locality) {

        public Mesh {
            clusterDomain = clusterDomain == null ? "cluster.local" : clusterDomain;
            controlPlaneNamespace = controlPlaneNamespace == null ? "istio-system" : controlPlaneNamespace;
            revision = revision == null || revision.isEmpty() ? null : revision;
        }
    }

    /** Whether meshfed sets the mesh-wide mutual TLS mode. */
    public enum Mtls {
        Unmanaged,
        Strict
    }

    /** Which Services other meshes may reach: both selectors must match. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Exports(
            @JsonPropertyDescription(
                            "Labels of the Services to export. Must not be empty. The namespace must match namespaceSelector, too.")
                    @Required
                    @ValidationRule(
                            value = Exports.NOT_EMPTY,
                            message =
                                    "spec.exports.serviceSelector: an empty selector would export every Service; name a label, such as meshfed.io/export: \"true\"")
                    Selector serviceSelector,
            @JsonPropertyDescription("Labels of the namespaces to export from. Must not be empty.")
                    @Required
                    @ValidationRule(
                            value = Exports.NOT_EMPTY,
                            message =
                                    "spec.exports.namespaceSelector: an empty selector would export from every namespace; name a label, such as meshfed.io/export: allowed")
                    Selector namespaceSelector) {

        static final String NOT_EMPTY = "(has(self.matchLabels) && size(self.matchLabels) > 0) || "
                + "(has(self.matchExpressions) && size(self.matchExpressions) > 0)";
    }

    /** Where ImportedServices may live. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Imports(
            @JsonPropertyDescription(
                            "Labels of the namespaces in which ImportedServices have an effect. Default: all namespaces.")
                    Selector namespaceSelector) {

        public Imports(@Nullable Selector namespaceSelector) {
            this.namespaceSelector = namespaceSelector == null ? Selector.EVERYTHING : namespaceSelector;
        }
    }
}
