package io.meshfed.testbed;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The sources that {@code src/dataplane} pins, for what they hold besides Go.
 *
 * @param istio Istio's charts and samples, as a release has them
 * @param gatewayApi the CRDs of the Gateway API
 * @param gatewayApiVersion such as {@code v1.6.0}
 */
public record IstioSources(Path istio, Path gatewayApi, String gatewayApiVersion) {
    private static final String ISTIO = "istio.io/istio";
    private static final String GATEWAY_API = "sigs.k8s.io/gateway-api";

    /**
     * The sources, fetched now if this machine does not have them.
     *
     * @throws TestbedException in one sentence, when go is missing or too old, or a module cannot be fetched
     */
    public static synchronized IstioSources ensure() {
        GoModule module = new GoModule(Repository.root().resolve("src/dataplane"));
        module.requireGo();
        Map<String, Path> folders = module.download(List.of(ISTIO, GATEWAY_API));
        return new IstioSources(folders.get(ISTIO), folders.get(GATEWAY_API), module.versionOf(GATEWAY_API));
    }

    /** Istio's chart of CRDs and what every revision shares. */
    public Path baseChart() {
        return istio.resolve("manifests/charts/base");
    }

    /** Istio's chart of istiod. */
    public Path istiodChart() {
        return istio.resolve("manifests/charts/istio-control/istio-discovery");
    }

    /** A copy of MetalLB's manifests, CRDs included, that Istio's own tests use. */
    public Path metalLb() {
        return istio.resolve("common/scripts/metallb-native.yaml");
    }
}
