package io.meshfed.operator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.util.List;
import java.util.Optional;

/**
 * What the operator is started with, from environment variables such as {@code MESHFED_NAMESPACE}.
 *
 * <p>Reconcilers get {@code reconcile.Installation}, a record with the four settings that they need, because
 * {@code reconcile} does not depend on Quarkus. To have one type only, either {@code reconcile} would declare a SmallRye
 * config mapping, with the settings of health, Events and the address policy that are none of its business, or this
 * interface would extend one of {@code reconcile}, which still are two types, and needs a producer because Quarkus registers
 * the bean of a mapping under the mapping's own type.
 */
@ConfigMapping(prefix = "meshfed")
public interface OperatorConfig {
    /** Namespace of the operator, of issuer Secrets and of kubeconfig Secrets. */
    @WithDefault("meshfed-system")
    String namespace();

    /** Name of this process in Events and in the Lease. Default: the host name. */
    Optional<String> instance();

    /** Whether the operator's role includes the gateway's Deployment. {@code spec.gateway.managed: true} needs it. */
    @WithName("gateway.managed")
    @WithDefault("true")
    boolean gatewayManaged();

    /** Whether the operator's role includes PeerAuthentications. {@code spec.mtls: Strict} needs it. */
    @WithName("mtls.managed")
    @WithDefault("true")
    boolean mtlsManaged();

    /** Whether the operator's role includes cert-manager's Certificates. {@code spec.trust.type: CertManager} needs it. */
    @WithName("trust.cert-manager.enabled")
    @WithDefault("false")
    boolean certManagerEnabled();

    /**
     * CIDRs that a kubeconfig may use although the address policy refuses them, such as loopback; for clusters on one
     * machine.
     */
    Optional<List<String>> allowedServers();
}
