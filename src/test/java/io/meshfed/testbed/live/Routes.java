package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** What kube-proxy, the cloud and the cluster's DNS make of Services and EndpointSlices: functions of both. */
final class Routes {
    static final String SERVICE_NAME = "kubernetes.io/service-name";

    private Routes() {}

    /**
     * Where a Service can be reached.
     *
     * @param inside whether this is the ClusterIP, for pods of the cluster; else an address of a load balancer
     */
    record Front(boolean inside, String address, int port) implements Comparable<Front> {
        @Override
        public int compareTo(Front other) {
            return Comparator.comparing(Front::inside)
                    .thenComparing(Front::address)
                    .thenComparing(Front::port)
                    .compare(this, other);
        }
    }

    /**
     * The fronts of a Service with the pods behind each ({@code address:port}).
     *
     * @param slices of this Service
     * @param hosts the addresses behind a host name that a load balancer has
     */
    static SortedMap<Front, List<String>> of(
            Service service, List<EndpointSlice> slices, Function<String, List<String>> hosts) {
        SortedMap<Front, List<String>> routes = new TreeMap<>();
        for (ServicePort port : service.getSpec().getPorts()) {
            if (!"TCP".equals(port.getProtocol())) {
                continue;
            }
            List<String> targets = targets(port, slices);
            clusterIp(service).ifPresent(ip -> routes.put(new Front(true, ip, port.getPort()), targets));
            balancers(service, hosts)
                    .forEach(address -> routes.put(new Front(false, address, port.getPort()), targets));
        }
        return routes;
    }

    private static List<String> targets(ServicePort port, List<EndpointSlice> slices) {
        List<String> targets = new ArrayList<>();
        for (EndpointSlice slice : slices) {
            for (EndpointPort open : Optional.ofNullable(slice.getPorts()).orElse(List.of())) {
                if (!Objects.equals(orEmpty(open.getName()), orEmpty(port.getName()))) {
                    continue;
                }
                slice.getEndpoints().stream()
                        .filter(Routes::ready)
                        .flatMap(endpoint -> endpoint.getAddresses().stream())
                        .map(address -> address + ":" + open.getPort())
                        .forEach(targets::add);
            }
        }
        return targets.stream().sorted().toList();
    }

    private static boolean ready(Endpoint endpoint) {
        return endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
    }

    private static Optional<String> clusterIp(Service service) {
        return Optional.ofNullable(service.getSpec().getClusterIP()).filter(ip -> !ip.isEmpty() && !ip.equals("None"));
    }

    private static Stream<String> balancers(Service service, Function<String, List<String>> hosts) {
        return Optional.ofNullable(service.getStatus())
                .flatMap(s -> Optional.ofNullable(s.getLoadBalancer()))
                .flatMap(b -> Optional.ofNullable(b.getIngress()))
                .orElse(List.of())
                .stream()
                .flatMap(ingress -> addresses(ingress, hosts));
    }

    private static Stream<String> addresses(LoadBalancerIngress ingress, Function<String, List<String>> hosts) {
        return ingress.getIp() != null ? Stream.of(ingress.getIp()) : hosts.apply(ingress.getHostname()).stream();
    }

    /** The names that the cluster's DNS answers for: each Service, a headless one with its pods. */
    static Map<String, List<String>> names(List<Service> services, Function<Service, List<EndpointSlice>> slices) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (Service service : services) {
            String name = service.getMetadata().getName() + "."
                    + service.getMetadata().getNamespace() + ".svc.cluster.local.";
            List<String> addresses = clusterIp(service).map(List::of).orElseGet(() -> slices.apply(service).stream()
                    .flatMap(slice -> slice.getEndpoints().stream())
                    .filter(Routes::ready)
                    .flatMap(endpoint -> endpoint.getAddresses().stream())
                    .distinct()
                    .toList());
            if (!addresses.isEmpty()) {
                names.put(name, addresses);
            }
        }
        return names;
    }

    private static String orEmpty(String name) {
        return name == null ? "" : name;
    }
}
