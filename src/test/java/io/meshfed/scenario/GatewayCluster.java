package io.meshfed.scenario;

import io.meshfed.testbed.Cluster;

/** A remote cluster without an operator: gateway Services, and a ServiceAccount that may watch them. */
final class GatewayCluster {
    static final String NAMESPACE = "gateways";

    private static final String READER =
            """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: reader, namespace: gateways}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: reader, namespace: gateways}
            rules:
            - {apiGroups: [""], resources: [services], verbs: [get, list, watch]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: reader, namespace: gateways}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
            subjects:
            - {kind: ServiceAccount, name: reader, namespace: gateways}
            """;

    private final Cluster cluster;

    GatewayCluster(Cluster cluster) {
        this.cluster = cluster;
        cluster.createNamespace(NAMESPACE);
        cluster.applyYaml(READER);
    }

    Cluster cluster() {
        return cluster;
    }

    /** Creates the Service of a gateway, with these load balancer addresses. */
    void service(String name, String... addresses) {
        cluster.applyYaml(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: gateways}
                spec: {type: LoadBalancer, selector: {app: gateway}, ports: [{name: tls, port: 15443}]}
                """
                        .formatted(name));
        if (addresses.length > 0) {
            addresses(name, addresses);
        }
    }

    /** Sets the addresses that the cloud's load balancer gives the Service. */
    void addresses(String name, String... addresses) {
        cluster.cloud().assign(NAMESPACE, name, addresses);
    }

    void deleteService(String name) {
        cluster.adminClient().services().inNamespace(NAMESPACE).withName(name).delete();
    }

    /** A kubeconfig for the account that may watch the Services. */
    String credential() {
        return cluster.serviceAccountKubeconfig(NAMESPACE, "reader");
    }
}
