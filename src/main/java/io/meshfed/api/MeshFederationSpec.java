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
                "spec.gateway.namespace is immutable: what was written there would stay, exports too; delete the MeshFederation and create it anew")
public record MeshFederationSpec(
        @JsonPropertyDescription("Identity of this mesh.") @Required Mesh mesh,
        @JsonPropertyDescription("Where istiod's signing certificate (Secret cacerts) comes from.") @Required
                Trust trust,
        @JsonPropertyDescription("The east-west gateway, through which other meshes reach this one.")
                MeshGateway gateway,
        @JsonPropertyDescription(
                        "Strict writes a PeerAuthentication for the whole mesh; Unmanaged leaves mutual TLS modes alone.")
                @Default("Unmanaged")
                Mtls mtls,
        @JsonPropertyDescription("Which Services other meshes may reach; without it nothing leaves the mesh.") @Nullable
                Exports exports,
        @JsonPropertyDescription("Where ImportedServices may live.") Imports imports) {

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
            @JsonPropertyDescription("Network of this mesh; must equal istiod's own global.network. Immutable.")
                    @Required
                    @Pattern("^[a-z0-9A-Z]([-a-z0-9A-Z_.]*[a-z0-9A-Z])?$")
                    @Size(min = 1, max = 63)
                    @ValidationRule(
                            value = "self == oldSelf",
                            message =
                                    "spec.mesh.network is immutable: endpoints in other meshes carry it; delete the MeshFederation and create it anew")
                    String network,
            @JsonPropertyDescription(
                            "SPIFFE trust domain of this mesh. Default: what istiod's mesh config says; the effective value is in status.")
                    @Nullable
                    @Pattern("^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$")
                    @Size(min = 1, max = 253)
                    String trustDomain,
            @JsonPropertyDescription("DNS domain of the cluster's Services.")
                    @Default("cluster.local")
                    @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
                    @Size(min = 1, max = 253)
                    String clusterDomain,
            @JsonPropertyDescription("Namespace of istiod, of its ConfigMaps and of Secret cacerts. Immutable.")
                    @Default("istio-system")
                    @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
                    @Size(min = 1, max = 63)
                    @ValidationRule(
                            value = "self == oldSelf",
                            message =
                                    "spec.mesh.controlPlaneNamespace is immutable: CA material lives there; delete the MeshFederation and create it anew")
                    String controlPlaneNamespace,
            @JsonPropertyDescription("Istio revision (istio.io/rev) of the control plane; empty for the default one.")
                    @Nullable
                    @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$")
                    @Size(max = 63)
                    String revision,
            @JsonPropertyDescription(
                            "Locality of this mesh as region[/zone[/subzone]]; needed only for locality mode Distribute.")
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
            @JsonPropertyDescription("Labels of the Services to export; must select something.")
                    @Required
                    @ValidationRule(
                            value = Exports.NOT_EMPTY,
                            message =
                                    "spec.exports.serviceSelector: an empty selector would export every Service; name a label, such as meshfed.io/export: \"true\"")
                    Selector serviceSelector,
            @JsonPropertyDescription("Labels of the namespaces to export from; must select something.")
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
            @JsonPropertyDescription("Labels of the namespaces in which ImportedServices are honoured; default: any.")
                    Selector namespaceSelector) {

        public Imports(@Nullable Selector namespaceSelector) {
            this.namespaceSelector = namespaceSelector == null ? Selector.EVERYTHING : namespaceSelector;
        }
    }
}
