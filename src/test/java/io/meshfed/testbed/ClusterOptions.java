package io.meshfed.testbed;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a test cluster is to look like.
 *
 * @param name for kubeconfigs, messages and the work folder
 * @param serviceCidr range of the ClusterIPs; two ranges separated by a comma make a dual-stack cluster, an IPv6 range
 *     alone a single-stack IPv6 one
 * @param istioCrds whether Istio's CRDs are installed
 * @param gatewayApiCrds whether the standard channel of the Gateway API is installed
 * @param meshfedCrds whether the CRDs in this repository's {@code crds} folder are installed, where there are any
 * @param runsPods whether something plays kubelet: then pods get their tokens and Deployments their pods
 * @param apiServerFlags more flags for kube-apiserver
 */
public record ClusterOptions(
        String name,
        String serviceCidr,
        boolean istioCrds,
        boolean gatewayApiCrds,
        boolean meshfedCrds,
        boolean runsPods,
        List<String> apiServerFlags) {

    private static final String DEFAULT_SERVICE_CIDR = "10.96.0.0/16";

    /** Keeps an immutable copy of the flags. */
    public ClusterOptions {
        apiServerFlags = List.copyOf(apiServerFlags);
    }

    /**
     * A cluster with all CRDs and the ClusterIP range 10.96.0.0/16.
     *
     * @param name of the cluster
     */
    public static ClusterOptions named(String name) {
        return new ClusterOptions(name, DEFAULT_SERVICE_CIDR, true, true, true, false, List.of());
    }

    /** The same with another range (or two, separated by a comma) for ClusterIPs. */
    public ClusterOptions withServiceCidr(String cidr) {
        return new ClusterOptions(name, cidr, istioCrds, gatewayApiCrds, meshfedCrds, runsPods, apiServerFlags);
    }

    /** The same without Istio's CRDs: a cluster where Istio is not installed yet. */
    public ClusterOptions withoutIstioCrds() {
        return new ClusterOptions(name, serviceCidr, false, gatewayApiCrds, meshfedCrds, runsPods, apiServerFlags);
    }

    /** The same without the Gateway API. */
    public ClusterOptions withoutGatewayApiCrds() {
        return new ClusterOptions(name, serviceCidr, istioCrds, false, meshfedCrds, runsPods, apiServerFlags);
    }

    /** The same without our own CRDs: a mesh that does not run meshfed. */
    public ClusterOptions withoutMeshfedCrds() {
        return new ClusterOptions(name, serviceCidr, istioCrds, gatewayApiCrds, false, runsPods, apiServerFlags);
    }

    /** The same with what a cluster with nodes has: ServiceAccount admission, controllers for Deployments. */
    public ClusterOptions withPods() {
        return new ClusterOptions(name, serviceCidr, istioCrds, gatewayApiCrds, meshfedCrds, true, apiServerFlags);
    }

    /** The same with one more flag for kube-apiserver, for instance {@code --feature-gates=...}. */
    public ClusterOptions withApiServerFlag(String flag) {
        return new ClusterOptions(
                name,
                serviceCidr,
                istioCrds,
                gatewayApiCrds,
                meshfedCrds,
                runsPods,
                Stream.concat(apiServerFlags.stream(), Stream.of(flag)).toList());
    }
}
