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
                "spec: give spec.gateway.addresses, or spec.cluster with a kubeconfig to read them from; without either the gateway cannot be found")
@ValidationRule(
        value =
                "!has(self.cluster) || !has(self.trust) || !has(self.trust.issueCacerts) || self.cluster.kubeconfigSecretRef.name != self.trust.issueCacerts.kubeconfigSecretRef.name",
        message =
                "spec.trust.issueCacerts.kubeconfigSecretRef must name another Secret than spec.cluster: the credential that writes cacerts is good for that one Secret only")
public record RemoteMeshSpec(
        @JsonPropertyDescription(
                        "Network of the other mesh, as its own istiod calls it. Immutable, unique, not this mesh's own.")
                @Required
                @Pattern("^[a-z0-9A-Z]([-a-z0-9A-Z_.]*[a-z0-9A-Z])?$")
                @Size(min = 1, max = 63)
                @ValidationRule(
                        value = "self == oldSelf",
                        message =
                                "spec.network is immutable: endpoints carry it; delete the RemoteMesh and create it anew")
                String network,
        @JsonPropertyDescription(
                        "SPIFFE trust domain of the other mesh; taken from here only, never believed from the other side.")
                @Required
                @Pattern("^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$")
                @Size(min = 1, max = 253)
                String trustDomain,
        @JsonPropertyDescription("Locality of the other mesh as region[/zone[/subzone]].")
                @Nullable
                @Pattern("^[a-z0-9A-Z]([-a-z0-9A-Z_.]*[a-z0-9A-Z])?(/[a-z0-9A-Z]([-a-z0-9A-Z_.]*[a-z0-9A-Z])?){0,2}$")
                @Size(min = 1, max = 191)
                String locality,
        @JsonPropertyDescription("How to ask the other cluster; without it everything comes from this spec.") @Nullable
                RemoteCluster cluster,
        @JsonPropertyDescription("How this mesh reaches the other one's gateway.") RemoteGateway gateway,
        @JsonPropertyDescription("Roots of the other mesh, where they are not this mesh's own.") RemoteTrust trust,
        @JsonPropertyDescription("true: touch nothing that belongs to this remote.") @Default("false") Boolean suspend,
        @JsonPropertyDescription("true: take this remote's endpoints out of balancing and keep everything else.")
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
            @JsonPropertyDescription("Secret in the operator's namespace that holds a kubeconfig.") @Required
                    SecretKeyRef kubeconfigSecretRef) {}

    /** A key of a Secret in the operator's namespace. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SecretKeyRef(
            @JsonPropertyDescription("Name of the Secret.")
                    @Required
                    @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
                    @Size(min = 1, max = 253)
                    String name,
            @JsonPropertyDescription("Key in the Secret.")
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
                            "IP addresses and host names of the gateway; these win over what the cluster says.")
                    @Size(max = 16)
                    @ValidationRule(
                            value =
                                    "self.all(a, isIP(a) || a.matches('^([a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?\\\\.)*[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$'))",
                            message =
                                    "spec.gateway.addresses: every entry must be an IP address or a host name, without a port; the port goes to spec.gateway.port")
                    List<@Size(min = 1, max = 253) String> addresses,
            @JsonPropertyDescription("Port of the gateway.") @Default("15443") @Min(1) @Max(65535) Integer port,
            @JsonPropertyDescription("The gateway's Service in the other cluster, watched when spec.cluster is given.")
                    ServiceRef service,
            @JsonPropertyDescription(
                            "RemoteGateway: addresses stand once, in a Gateway of class istio-remote. Inline: in every entry. "
                                    + "Auto: RemoteGateway if istiod accepts that class, decided once istiod has run; the choice is kept in status.")
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
                            "Root certificates to trust besides this mesh's own; none when both meshes share one root.")
                    @Size(max = 8)
                    List<Root> roots,
            @JsonPropertyDescription(
                            "SHA-256 fingerprints, lower-case hex, of roots that every workload of the other mesh accepts for sure, as its administrators say. A rotation of this mesh waits for that; read only where the other mesh's catalogue cannot be.")
                    @Size(max = 8)
                    List<@Pattern("^[a-f0-9]{64}$") @Size(max = 64) String> acceptedRoots,
            @JsonPropertyDescription(
                            "This mesh signs the other one's intermediate and writes its Secret cacerts. Needs trust of type Managed here and External there.")
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
                            "Secret in the operator's namespace that holds a kubeconfig of its own, with rights on the one Secret cacerts and nothing else.")
                    @Required
                    SecretKeyRef kubeconfigSecretRef,
            @JsonPropertyDescription("Namespace of istiod in the other cluster.")
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
            message = "spec.trust.roots[]: give exactly one of pem, configMapKeyRef and fromPeer: true")
    @ValidationRule(
            value = "!has(self.fromPeer) || !self.fromPeer || (has(self.sha256) && size(self.sha256) == 64)",
            message =
                    "spec.trust.roots[].sha256 is required with fromPeer: a root that only the other side vouches for is not trusted; ask its administrators for the fingerprint")
    public record Root(
            @JsonPropertyDescription("Name of this root, to tell it from others.")
                    @Required
                    @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
                    @Size(min = 1, max = 63)
                    String name,
            @JsonPropertyDescription("The certificate, PEM; one CA certificate and nothing else.")
                    @Nullable
                    @Pattern("^\\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----\\s*$")
                    @Size(min = 1, max = 16384)
                    String pem,
            @JsonPropertyDescription("The certificate, in a ConfigMap of the operator's namespace.") @Nullable
                    ConfigMapKeyRef configMapKeyRef,
            @JsonPropertyDescription(
                            "true: the certificate with this sha256 out of the other mesh's catalogue; needs spec.cluster.")
                    @Default("false")
                    Boolean fromPeer,
            @JsonPropertyDescription(
                            "SHA-256 of the certificate's DER form, lower-case hex; a certificate that differs is refused.")
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
            @JsonPropertyDescription("Key in the ConfigMap.")
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
