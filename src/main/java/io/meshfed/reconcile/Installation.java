package io.meshfed.reconcile;

/**
 * Where the operator is installed, and what its role includes.
 *
 * @param namespace where the operator runs, and where issuer and kubeconfig Secrets live
 * @param gatewayManaged whether its role includes the kinds of the east-west gateway
 * @param mtlsManaged whether its role includes PeerAuthentications
 * @param certManagerEnabled whether its role includes Certificates of cert-manager
 */
public record Installation(String namespace, boolean gatewayManaged, boolean mtlsManaged, boolean certManagerEnabled) {}
