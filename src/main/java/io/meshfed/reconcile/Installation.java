package io.meshfed.reconcile;

/**
 * What this installation of the operator is.
 *
 * @param namespace where the operator runs, and where issuer and kubeconfig Secrets live
 * @param gatewayManaged whether its role lets it install the east-west gateway
 * @param mtlsManaged whether its role lets it set the mesh-wide mutual TLS mode
 * @param certManagerEnabled whether its role lets it ask cert-manager for an intermediate
 */
public record Installation(String namespace, boolean gatewayManaged, boolean mtlsManaged, boolean certManagerEnabled) {}
