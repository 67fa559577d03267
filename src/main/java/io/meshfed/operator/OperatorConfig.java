package io.meshfed.operator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.util.List;
import java.util.Optional;

/** What the operator is started with; environment variables {@code MESHFED_NAMESPACE} and so on. */
@ConfigMapping(prefix = "meshfed")
public interface OperatorConfig {
    /** Namespace of the operator, of issuer Secrets and of kubeconfig Secrets. */
    @WithDefault("meshfed-system")
    String namespace();

    /** Name of this process in Events and in the Lease; default: the host name. */
    Optional<String> instance();

    /** Whether the role allows a gateway's Deployment: {@code spec.gateway.managed: true} works only then. */
    @WithName("gateway.managed")
    @WithDefault("true")
    boolean gatewayManaged();

    /** Whether the role allows PeerAuthentications: {@code spec.mtls: Strict} works only then. */
    @WithName("mtls.managed")
    @WithDefault("true")
    boolean mtlsManaged();

    /** Whether the role allows a Certificate of cert-manager: {@code spec.trust.type: CertManager} works only then. */
    @WithName("trust.cert-manager.enabled")
    @WithDefault("false")
    boolean certManagerEnabled();

    /**
     * CIDRs of API servers that a kubeconfig may name although they are loopback, link-local or otherwise refused; for
     * clusters on one machine.
     */
    Optional<List<String>> allowedServers();
}
