package io.meshfed.plan.hosts;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * The host of a Service, under which Istio knows it and clients call it.
 *
 * @param name name of the Service
 * @param clusterDomain DNS domain of the cluster's Services, such as {@code cluster.local}
 */
public record ServiceHost(String name, String namespace, String clusterDomain) {

    /** The host of a Service, or of an ImportedService, which has the name and namespace of the Service it imports. */
    public static ServiceHost of(HasMetadata object, String clusterDomain) {
        return new ServiceHost(
                object.getMetadata().getName(), object.getMetadata().getNamespace(), clusterDomain);
    }

    /** The host in full: {@code <name>.<namespace>.svc.<clusterDomain>}. */
    @Override
    public String toString() {
        return name + "." + namespace + ".svc." + clusterDomain;
    }
}
