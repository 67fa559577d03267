package io.meshfed.reconcile;

/**
 * What this installation of the operator is.
 *
 * @param namespace where the operator runs, and where issuer and kubeconfig Secrets live
 * @param mtlsManaged whether its role lets it set the mesh-wide mutual TLS mode
 * @param gatewayManaged whether its role lets it install an east-west gateway
 */
public record Installation(String namespace, boolean mtlsManaged, boolean gatewayManaged) {}
