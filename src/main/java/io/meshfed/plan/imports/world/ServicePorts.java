package io.meshfed.plan.imports.world;

import io.fabric8.istio.api.api.networking.v1alpha3.ServicePort;
import io.fabric8.istio.api.api.networking.v1alpha3.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.meshfed.api.ImportedServiceSpec.Port;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The TCP ports of an import, and the protocols that Istio gives them. */
public record ServicePorts(List<Port> ports, boolean someUdp) {
    private static final Set<String> PROTOCOLS =
            Set.of("tcp", "udp", "http", "http2", "https", "grpc", "tls", "mongo", "mysql", "redis");

    /** What Kubernetes' own appProtocol names mean to Istio (pkg/config/kube/conversion.go, ConvertProtocol). */
    private static final Map<String, String> KUBERNETES_PROTOCOLS =
            Map.of("kubernetes.io/h2c", "HTTP2", "kubernetes.io/ws", "HTTP", "kubernetes.io/wss", "HTTPS");

    /** Ports of a spec or a status, one for each number, sorted by number. */
    public static ServicePorts of(Collection<Port> given) {
        Map<Integer, Port> byNumber = new TreeMap<>();
        given.stream()
                .filter(p -> !"UDP".equals(protocol(p).orElse("")))
                .forEach(p -> byNumber.putIfAbsent(p.port(), p));
        boolean someUdp = given.stream().anyMatch(p -> "UDP".equals(protocol(p).orElse("")));
        return new ServicePorts(List.copyOf(byNumber.values()), someUdp);
    }

    /** The TCP ports of a Service, by number. */
    public static ServicePorts of(Service service) {
        List<Port> tcp = tcpPorts(service).stream()
                .map(p -> new Port(emptyToNull(p.getName()), p.getPort(), emptyToNull(p.getAppProtocol())))
                .sorted(Comparator.comparing(Port::port))
                .toList();
        return new ServicePorts(tcp, tcp.size() < service.getSpec().getPorts().size());
    }

    /** The ports of a Service that mutual TLS can carry. */
    public static List<io.fabric8.kubernetes.api.model.ServicePort> tcpPorts(Service service) {
        return service.getSpec().getPorts().stream()
                .filter(p -> p.getProtocol() == null || p.getProtocol().equals("TCP"))
                .toList();
    }

    /** The ports of a ServiceEntry, which are used if the status was lost. */
    public static ServicePorts ofServiceEntry(Collection<ServicePort> ports) {
        return of(ports.stream()
                .map(p -> new Port(
                        emptyToNull(p.getName()),
                        p.getNumber().intValue(),
                        p.getProtocol() == null ? null : p.getProtocol().toLowerCase(Locale.ROOT)))
                .toList());
    }

    /**
     * Istio's name of the protocol that a port declares: its appProtocol, else the prefix of its name; empty if
     * neither names one that Istio knows.
     */
    static Optional<String> protocol(Port port) {
        String word = port.appProtocol() != null ? port.appProtocol() : port.name();
        if (word == null) {
            return Optional.empty();
        }
        if (port.appProtocol() != null && KUBERNETES_PROTOCOLS.containsKey(word)) {
            return Optional.of(KUBERNETES_PROTOCOLS.get(word));
        }
        String lower = word.toLowerCase(Locale.ROOT);
        if (lower.startsWith("grpc-web")) {
            return Optional.of("GRPC-WEB");
        }
        String prefix = lower.contains("-") ? lower.substring(0, lower.indexOf('-')) : lower;
        return PROTOCOLS.contains(prefix) ? Optional.of(prefix.toUpperCase(Locale.ROOT)) : Optional.empty();
    }

    /** The same ports for a ServiceEntry: each with a name of its own and a protocol, TCP where none is declared. */
    public List<ServicePort> forServiceEntry() {
        Set<String> taken = new HashSet<>();
        ports.stream().map(Port::name).filter(name -> name != null).forEach(taken::add);
        Set<String> used = new HashSet<>();
        List<ServicePort> result = new ArrayList<>();
        for (Port port : ports) {
            String protocol = protocol(port).orElse("TCP");
            String name = port.name();
            if (name == null || !used.add(name)) {
                name = protocol.toLowerCase(Locale.ROOT) + "-" + port.port();
                while (taken.contains(name) || !used.add(name)) {
                    name = name + "-" + port.port();
                }
            }
            result.add(new ServicePortBuilder()
                    .withName(name)
                    .withNumber(port.port().longValue())
                    .withProtocol(protocol)
                    .build());
        }
        return List.copyOf(result);
    }

    /** The ports for a message: {@code http 8000, 9000}. */
    public String text() {
        return ports.stream().map(ServicePorts::text).collect(Collectors.joining(", "));
    }

    /**
     * Why a remote with those ports cannot serve these ports of a Service: every port of either side must exist on the
     * other, with the same protocol if both declare one. Connections to a port that only the Service has would be balanced
     * to a gateway that resets them.
     */
    public Optional<String> disagreement(ServicePorts remote) {
        List<String> differences = new ArrayList<>();
        for (Port theirs : remote.ports()) {
            Optional<Port> ours = withNumber(theirs.port());
            if (ours.isEmpty()) {
                differences.add("port " + text(theirs) + " is in spec.ports and not in the Service");
                continue;
            }
            Optional<String> ourProtocol = protocol(ours.get());
            Optional<String> theirProtocol = protocol(theirs);
            if (ourProtocol.isPresent() && theirProtocol.isPresent() && !ourProtocol.equals(theirProtocol)) {
                differences.add("port " + theirs.port() + " is " + theirProtocol.get() + " in spec.ports and "
                        + ourProtocol.get() + " in the Service");
            }
        }
        for (Port ours : ports) {
            if (remote.withNumber(ours.port()).isEmpty()) {
                differences.add("port " + text(ours)
                        + " is in the Service and not in spec.ports, so the gateway would reset connections to it");
            }
        }
        return differences.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", differences));
    }

    private Optional<Port> withNumber(int number) {
        return ports.stream().filter(p -> p.port() == number).findFirst();
    }

    private static String text(Port port) {
        return port.name() == null ? String.valueOf(port.port()) : port.name() + " " + port.port();
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
