package io.meshfed.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the user says of one other mesh. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value =
                "has(self.cluster) || (has(self.gateway) && has(self.gateway.addresses) && size(self.gateway.addresses) > 0)",
        message =
                "spec: set spec.gateway.addresses, or set spec.cluster so that the operator can read them from the other cluster; without either it cannot find the gateway")
@ValidationRule(
        value =
                "!has(self.cluster) || !has(self.trust) || !has(self.trust.issueCacerts) || self.cluster.kubeconfigSecretRef.name != self.trust.issueCacerts.kubeconfigSecretRef.name",
        message =
                "spec.trust.issueCacerts.kubeconfigSecretRef must name another Secret than spec.cluster.kubeconfigSecretRef: create a credential that has rights on Secret cacerts only")
public record RemoteMeshSpec(
        @JsonPropertyDescription(
                        "Network of the other mesh: the value of global.network of its istiod. Must differ from the networks of this mesh and of all other RemoteMeshes. Immutable.")
                @Required
                @Pattern("^[a-z0-9A-Z]([-a-z0-9A-Z_.]*[a-z0-9A-Z])?$")
                @Size(min = 1, max = 63)
                @ValidationRule(
                        value = "self == oldSelf",
                        message =
                                "spec.network is immutable, because endpoints are labelled with it: delete the RemoteMesh and create it again")
                String network,
        @JsonPropertyDescription(
                        "SPIFFE trust domain of the other mesh, without spiffe://. The operator uses this value only, and never one that the other cluster reports.")
                @Required
                @Pattern("^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$")
                @Size(min = 1, max = 253)
                String trustDomain,
        @JsonPropertyDescription(
                        "Locality of the other mesh as region[/zone[/subzone]]. Its endpoints get this locality. Required for locality mode Distribute.")
                @Nullable
                @Pattern("^[a-z0-9A-Z]([-a-z0-9A-Z_.]*[a-z0-9A-Z])?(/[a-z0-9A-Z]([-a-z0-9A-Z_.]*[a-z0-9A-Z])?){0,2}$")
                @Size(min = 1, max = 191)
                String locality,
        @JsonPropertyDescription(
                        "Access to the other cluster, from which the operator reads the gateway's address and the catalogue (ExportedMesh). If not set, the operator uses only what this spec says.")
                @Nullable
                RemoteCluster cluster,
        @JsonPropertyDescription("How this mesh reaches the east-west gateway of the other mesh.")
                RemoteGateway gateway,
        @JsonPropertyDescription(
                        "Roots of the other mesh, if they differ from this mesh's own, and whether this mesh issues the other mesh's cacerts.")
                RemoteTrust trust,
        @JsonPropertyDescription(
                        "true: the operator does not create, change or delete any object for this RemoteMesh. Existing objects stay in use.")
                @Default("false")
                Boolean suspend,
        @JsonPropertyDescription(
                        "true: the operator removes this RemoteMesh's endpoints from load balancing and keeps everything else.")
                @Default("false")
                Boolean drained) {

    public RemoteMeshSpec(
            String network,
            String trustDomain,
            @Nullable String locality,
            @Nullable RemoteCluster cluster,
            @Nullable RemoteGateway gateway,
            @Nullable RemoteTrust trust,
            @Nullable Boolean suspend,
            @Nullable Boolean drained) {
        this.network = network;
        this.trustDomain = trustDomain;
        this.locality = locality;
        this.cluster = cluster;
        this.gateway = gateway == null ? new RemoteGateway(null, null, null, null) : gateway;
        this.trust = trust == null ? new RemoteTrust(null, null, null) : trust;
        this.suspend = suspend != null && suspend;
        this.drained = drained != null && drained;
    }

    /** Access to the other cluster. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RemoteCluster(
            @JsonPropertyDescription("Secret in the operator's namespace that has a kubeconfig for the other cluster.")
                    @Required
                    SecretKeyRef kubeconfigSecretRef) {}

    /** A key of a Secret in the operator's namespace. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SecretKeyRef(
            @JsonPropertyDescription("Name of the Secret.")
                    @Required
                    @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
                    @Size(min = 1, max = 253)
                    String name,
            @JsonPropertyDescription("Key of the Secret under which the kubeconfig is stored.")
                    @Default("kubeconfig")
                    @Pattern("^[-._a-zA-Z0-9]+$")
                    @Size(min = 1, max = 253)
                    String key) {

        public SecretKeyRef(String name, @Nullable String key) {
            this.name = name;
            this.key = key == null ? "kubeconfig" : key;
        }
    }

    /** The other mesh's gateway. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RemoteGateway(
            @JsonPropertyDescription(
                            "IP addresses and host names of the gateway, without a port. If set, the operator uses these instead of the addresses that the Service in the other cluster has.")
                    @Size(max = 16)
                    @ValidationRule(
                            value =
                                    "self.all(a, isIP(a) || a.matches('^([a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?\\\\.)*[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$'))",
                            message =
                                    "spec.gateway.addresses: every entry must be an IP address or a host name, without a port; set the port in spec.gateway.port")
                    List<@Size(min = 1, max = 253) String> addresses,
            @JsonPropertyDescription("Port on which the gateway accepts connections from other meshes.")
                    @Default("15443")
                    @Min(1)
                    @Max(65535)
                    Integer port,
            @JsonPropertyDescription(
                            "The gateway's Service in the other cluster. The operator reads the addresses from it if spec.cluster is set and spec.gateway.addresses is not.")
                    ServiceRef service,
            @JsonPropertyDescription(
                            "Where the operator writes the gateway's addresses. RemoteGateway: once, in a Gateway of class istio-remote. Inline: in every ServiceEntry and WorkloadEntry. Auto: RemoteGateway if istiod accepts that class, otherwise Inline. The operator decides once istiod has run, and keeps the choice in status.addressing.")
                    @Default("Auto")
                    AddressingMode addressing) {

        public RemoteGateway(
                @Nullable List<String> addresses,
                @Nullable Integer port,
                @Nullable ServiceRef service,
                @Nullable AddressingMode addressing) {
            this.addresses = addresses == null ? List.of() : List.copyOf(addresses);
            this.port = port == null ? Names.GATEWAY_PORT : port;
            this.service = service == null ? new ServiceRef(null, null) : service;
            this.addressing = addressing == null ? AddressingMode.Auto : addressing;
        }
    }

    /** A Service of the other cluster. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ServiceRef(
            @JsonPropertyDescription("Namespace of the Service.")
                    @Default("istio-system")
                    @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
                    @Size(min = 1, max = 63)
                    String namespace,
            @JsonPropertyDescription("Name of the Service.")
                    @Default("istio-eastwestgateway")
                    @Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")
                    @Size(min = 1, max = 63)
                    String name) {

        public ServiceRef(@Nullable String namespace, @Nullable String name) {
            this.namespace = namespace == null ? "istio-system" : namespace;
            this.name = name == null ? "istio-eastwestgateway" : name;
        }
    }

    /** Where the addresses of the gateway are written, as the user asks for it. */
    public enum AddressingMode {
        Auto,
        RemoteGateway,
        Inline
    }

    /** The other mesh's roots. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RemoteTrust(
            @JsonPropertyDescription(
                            "Root certificates that workloads of this mesh accept in addition to this mesh's own. Not needed if both meshes use the same root.")
                    @Size(max = 8)
                    List<Root> roots,
            @JsonPropertyDescription(
                            "SHA-256 fingerprints, in lower-case hex without colons, of roots that all workloads of the other mesh accept, according to its administrators. A rotation of this mesh's root waits for that. The operator uses this field only while it cannot read the other mesh's catalogue.")
                    @Size(max = 8)
                    List<@Pattern("^[a-f0-9]{64}$") @Size(max = 64) String> acceptedRoots,
            @JsonPropertyDescription(
                            "If set, this mesh signs the other mesh's intermediate certificate and writes Secret cacerts there. Requires spec.trust.type Managed in the MeshFederation of this mesh, and External in that of the other mesh.")
                    @Nullable
                    IssueCacerts issueCacerts) {

        public RemoteTrust(
                @Nullable List<Root> roots, @Nullable List<String> acceptedRoots, @Nullable IssueCacerts issueCacerts) {
            this.roots = roots == null ? List.of() : List.copyOf(roots);
            this.acceptedRoots = acceptedRoots == null ? List.of() : List.copyOf(acceptedRoots);
            this.issueCacerts = issueCacerts;
        }
    }

    /** The other mesh's {@code cacerts}, made here. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record IssueCacerts(
            @JsonPropertyDescription(
                            "Secret in the operator's namespace that has a kubeconfig for this purpose only, with rights on Secret cacerts in the other cluster and on nothing else. Must not be the Secret of spec.cluster.")
                    @Required
                    SecretKeyRef kubeconfigSecretRef,
            @JsonPropertyDescription("Namespace of istiod, and so of Secret cacerts, in the other cluster.")
                    @Default("istio-system")
                    @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
                    @Size(min = 1, max = 63)
                    String controlPlaneNamespace) {

        public IssueCacerts(SecretKeyRef kubeconfigSecretRef, @Nullable String controlPlaneNamespace) {
            this.kubeconfigSecretRef = kubeconfigSecretRef;
            this.controlPlaneNamespace = controlPlaneNamespace == null ? "istio-system" : controlPlaneNamespace;
        }
    }

    /** One root certificate of another mesh. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value =
                    "(has(self.pem) ? 1 : 0) + (has(self.configMapKeyRef) ? 1 : 0) + (has(self.fromPeer) && self.fromPeer ? 1 : 0) == 1",
            message = "spec.trust.roots[]: set exactly one of pem, configMapKeyRef and fromPeer: true")
    @ValidationRule(
            value = "!has(self.fromPeer) || !self.fromPeer || (has(self.sha256) && size(self.sha256) == 64)",
            message =
                    "spec.trust.roots[].sha256 is required with fromPeer, because the other cluster alone cannot prove which root is genuine: ask the other mesh's administrators for the fingerprint")
    public record Root(
            @JsonPropertyDescription("Name of this root, unique in the list. Messages refer to the root by this name.")
                    @Required
                    @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
                    @Size(min = 1, max = 63)
                    String name,
            @JsonPropertyDescription("The certificate as PEM: exactly one CA certificate.")
                    @Nullable
                    @Pattern("^\\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----\\s*$")
                    @Size(min = 1, max = 16384)
                    String pem,
            @JsonPropertyDescription("ConfigMap in the operator's namespace that has the certificate as PEM.") @Nullable
                    ConfigMapKeyRef configMapKeyRef,
            @JsonPropertyDescription(
                            "true: the operator reads the certificate with this sha256 from the other mesh's catalogue (ExportedMesh). Requires spec.cluster and sha256.")
                    @Default("false")
                    Boolean fromPeer,
            @JsonPropertyDescription(
                            "SHA-256 fingerprint of the certificate's DER form, in lower-case hex without colons. The operator refuses a certificate with another fingerprint. Required with fromPeer.")
                    @Nullable
                    @Pattern("^([a-f0-9]{64})?$")
                    @Size(max = 64)
                    String sha256) {

        public Root {
            fromPeer = fromPeer != null && fromPeer;
            sha256 = sha256 == null || sha256.isEmpty() ? null : sha256;
        }
    }

    /** A key of a ConfigMap in the operator's namespace. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ConfigMapKeyRef(
            @JsonPropertyDescription("Name of the ConfigMap.")
                    @Required
                    @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
                    @Size(min = 1, max = 253)
                    String name,
            @JsonPropertyDescription("Key of the ConfigMap under which the certificate is stored.")
                    @Default("root-cert.pem")
                    @Pattern("^[-._a-zA-Z0-9]+$")
                    @Size(min = 1, max = 253)
                    String key) {

        public ConfigMapKeyRef(String name, @Nullable String key) {
            this.name = name;
            this.key = key == null ? "root-cert.pem" : key;
        }
    }
}
