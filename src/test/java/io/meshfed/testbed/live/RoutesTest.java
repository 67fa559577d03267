package io.meshfed.testbed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.live.Routes.Front;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the network does with Services. */
class RoutesTest {
    private static final Service GATEWAY = Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: gateway, namespace: mesh}
            spec:
              clusterIP: 10.255.10.9
              ports:
              - {name: tls, port: 15443, targetPort: 15443, protocol: TCP}
              - {name: dns, port: 53, targetPort: 53, protocol: UDP}
            status: {loadBalancer: {ingress: [{ip: 192.168.100.20}, {hostname: gw.example}]}}
            """,
            Service.class);
    private static final Service HEADLESS = Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: db, namespace: mesh}
            spec: {clusterIP: None, ports: [{port: 5432, protocol: TCP}]}
            """,
            Service.class);
    private static final EndpointSlice PODS = Serialization.unmarshal(
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: gateway-1, namespace: mesh}
            ports: [{name: tls, port: 15443}]
            endpoints:
            - {addresses: [10.10.0.3], conditions: {ready: true}}
            - {addresses: [10.10.0.2]}
            - {addresses: [10.10.0.4], conditions: {ready: false}}
            """,
            EndpointSlice.class);

    @Test
    void everyAddressOfAServiceLeadsToItsReadyPods() {
        var routes = Routes.of(
                GATEWAY, List.of(PODS), host -> host.equals("gw.example") ? List.of("192.168.100.21") : List.of());

        List<String> ready = List.of("10.10.0.2:15443", "10.10.0.3:15443");
        assertThat(routes)
                .isEqualTo(Map.of(
                        new Front(true, "10.255.10.9", 15443), ready,
                        new Front(false, "192.168.100.20", 15443), ready,
                        new Front(false, "192.168.100.21", 15443), ready));
    }

    @Test
    void namesAreThoseOfServicesAndHeadlessOnesStandForTheirPods() {
        var names = Routes.names(List.of(GATEWAY, HEADLESS), service -> List.of(PODS));

        assertThat(names)
                .isEqualTo(Map.of(
                        "gateway.mesh.svc.cluster.local.", List.of("10.255.10.9"),
                        "db.mesh.svc.cluster.local.", List.of("10.10.0.3", "10.10.0.2")));
    }
}
