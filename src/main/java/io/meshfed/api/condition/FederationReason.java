package io.meshfed.api.condition;

import static io.meshfed.api.condition.ConditionType.Conflict;
import static io.meshfed.api.condition.ConditionType.GatewayReady;
import static io.meshfed.api.condition.ConditionType.MeshConfigured;
import static io.meshfed.api.condition.Reason.Explanation.means;
import static io.meshfed.api.condition.Reason.Outlook.GOOD;
import static io.meshfed.api.condition.Reason.Outlook.NEEDS_ACTION;
import static io.meshfed.api.condition.Reason.Outlook.PASSES;

import java.util.List;

/** Reasons of the conditions that only a MeshFederation has, besides those of trust. */
public enum FederationReason implements Reason {
    TrustDomainMismatch(
            NEEDS_ACTION,
            means(
                    "`spec.mesh.trustDomain` is not the trust domain that istiod runs with. Nothing is imported meanwhile.",
                    "Correct `spec.mesh.trustDomain`, or set `meshConfig.trustDomain` and restart every proxy.",
                    MeshConfigured)),
    NetworkMismatch(
            NEEDS_ACTION,
            means(
                    "istiod's `global.network` is not set, or is not `spec.mesh.network`.",
                    "Set the Helm value `global.network` of istiod to `spec.mesh.network` and restart the workloads.",
                    MeshConfigured)),
    NetworkLabelMismatch(
            NEEDS_ACTION,
            means(
                    "The control-plane namespace has the label `topology.istio.io/network` with another network than"
                            + " `spec.mesh.network`.",
                    "Set the label to `spec.mesh.network`.",
                    MeshConfigured)),
    TrustDomainNotAccepted(
            NEEDS_ACTION,
            means(
                    "Proxies of this mesh refuse callers from the trust domain of a RemoteMesh.",
                    "Add that trust domain to `meshConfig.trustDomainAliases` or `meshConfig.caCertificates[].trustDomains` of this"
                            + " mesh. The other mesh must accept this mesh's trust domain in the same way.",
                    MeshConfigured)),
    DnsCaptureMissing(
            NEEDS_ACTION,
            means(
                    "An imported host has no local Service, and DNS capture of the proxies is off, so the host does not resolve.",
                    "Set `meshConfig.defaultConfig.proxyMetadata.ISTIO_META_DNS_CAPTURE: \"true\"` and restart the workloads that call"
                            + " the host.",
                    MeshConfigured)),
    MeshConfigUnreadable(
            NEEDS_ACTION,
            means(
                    "A ConfigMap of istiod cannot be parsed as YAML or JSON.",
                    "Correct it at the key, line and column in the message.",
                    MeshConfigured)),
    IstiodNotFound(
            PASSES,
            means(
                    "A ConfigMap of istiod does not exist in the control-plane namespace, so istiod's configuration is not known.",
                    "Check that istiod is installed, and check `spec.mesh.controlPlaneNamespace` and `spec.mesh.revision` (the"
                            + " revision itself, not a tag).",
                    MeshConfigured)),
    Configured(GOOD, means("istiod's configuration fits this federation.", "", MeshConfigured)),
    NamespaceMissing(
            NEEDS_ACTION,
            means(
                    "The gateway's namespace does not exist.",
                    "Create it, and install the chart with `gateway.namespace` set to it.",
                    GatewayReady)),
    GatewayNotPermitted(
            NEEDS_ACTION,
            means(
                    "`spec.gateway.managed` is true, but the operator's role does not include Deployments.",
                    "Install the chart with `gateway.managed=true`, or set `spec.gateway.managed: false`.",
                    GatewayReady)),
    GatewayNotFound(
            NEEDS_ACTION,
            means(
                    "`spec.gateway.managed` is false, and no Service in the gateway's namespace has the labels of"
                            + " `spec.gateway.selector`.",
                    "Install a gateway there, correct the selector, or set `spec.gateway.managed: true`.",
                    GatewayReady)),
    PortMissing(
            NEEDS_ACTION,
            means(
                    "`spec.gateway.managed` is false, and the gateway's Service does not have the TCP port `spec.gateway.port`.",
                    "Add the port to the Service, or set `spec.gateway.port` to the port that it has.",
                    GatewayReady)),
    GatewayAmbiguous(
            NEEDS_ACTION,
            means(
                    "`spec.gateway.managed` is false, and several Services have the labels of `spec.gateway.selector` and the port.",
                    "Set `spec.gateway.selector` to labels that only one of them has.",
                    GatewayReady)),
    GatewayWorkloadNotFound(
            NEEDS_ACTION,
            means(
                    "`spec.gateway.managed` is false, and no Deployment makes pods with the labels of `spec.gateway.selector`, so the"
                            + " operator cannot check the gateway's network view.",
                    "Correct the selector, or run the gateway as a Deployment.",
                    GatewayReady)),
    NetworkViewMissing(
            NEEDS_ACTION,
            means(
                    "`spec.gateway.managed` is false, and the gateway's Deployment does not set `ISTIO_META_REQUESTED_NETWORK_VIEW`:"
                            + " requests can loop between the meshes.",
                    "Set that variable to this mesh's network on container `istio-proxy`.",
                    GatewayReady)),
    NetworkViewWrong(
            NEEDS_ACTION,
            means(
                    "`spec.gateway.managed` is false, and `ISTIO_META_REQUESTED_NETWORK_VIEW` of the gateway's Deployment is not this"
                            + " mesh's network alone: requests can loop between the meshes.",
                    "Set that variable to this mesh's network on container `istio-proxy`.",
                    GatewayReady)),
    NetworkViewNotReadable(
            NEEDS_ACTION,
            means(
                    "`spec.gateway.managed` is false, and `ISTIO_META_REQUESTED_NETWORK_VIEW` of the gateway's Deployment is set with"
                            + " `valueFrom`, so the operator cannot check it.",
                    "Set that variable to this mesh's network as a plain `value`.",
                    GatewayReady)),
    WaitingForIstiod(
            PASSES,
            means(
                    "istiod has not run yet (no ConfigMap `istio-ca-root-cert`). The operator creates the gateway's Deployment"
                            + " afterwards, because pods that start before istiod's injector never get a proxy.",
                    "Check that istiod is installed and running.",
                    GatewayReady)),
    GatewayPending(
            PASSES,
            means(
                    "No pod of the gateway is available yet.",
                    "Check the Deployment and the pods in the gateway's namespace.",
                    GatewayReady)),
    AddressPending(
            PASSES,
            means(
                    "The gateway's Service has no load balancer address yet.",
                    "Check that the cluster has a load balancer controller.",
                    GatewayReady)),
    Available(GOOD, means("A pod of the gateway is available.", "", GatewayReady)),
    AnotherMeshFederation(
            NEEDS_ACTION,
            means(
                    "An older MeshFederation is active for this mesh; this one does nothing.",
                    "Delete one of the two.",
                    Conflict)),
    MtlsNotPermitted(
            NEEDS_ACTION,
            means(
                    "`spec.mtls` is Strict, but the operator's role does not include PeerAuthentications.",
                    "Install the chart with `mtls.managed=true`, or set `spec.mtls: Unmanaged`.",
                    Conflict)),
    ForeignPeerAuthentication(
            NEEDS_ACTION,
            means(
                    "`spec.mtls` is Strict, and a PeerAuthentication that the operator does not own sets another mode for the whole"
                            + " mesh.",
                    "Set that PeerAuthentication to STRICT, delete it, or set `spec.mtls: Unmanaged`.",
                    Conflict));

    private final Outlook outlook;
    private final List<Explanation> explanations;

    FederationReason(Outlook outlook, Explanation... explanations) {
        this.outlook = outlook;
        this.explanations = List.of(explanations);
    }

    @Override
    public Outlook outlook() {
        return outlook;
    }

    @Override
    public List<Explanation> explanations() {
        return explanations;
    }
}
