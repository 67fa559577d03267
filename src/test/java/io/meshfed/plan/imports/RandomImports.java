package io.meshfed.plan.imports;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.meshfed.api.ImportedService;
import io.meshfed.api.ImportedServiceSpec;
import io.meshfed.api.ImportedServiceSpec.From;
import io.meshfed.api.ImportedServiceSpec.LoadBalancing;
import io.meshfed.api.ImportedServiceSpec.Locality;
import io.meshfed.api.ImportedServiceSpec.LocalityMode;
import io.meshfed.api.ImportedServiceSpec.Mode;
import io.meshfed.api.ImportedServiceSpec.Port;
import io.meshfed.api.ImportedServiceSpec.Share;
import io.meshfed.api.RemoteMeshStatus.Addressing;
import io.meshfed.api.Selector;
import io.meshfed.plan.imports.world.ImportWorld;
import io.meshfed.plan.imports.world.IpFamily;
import io.meshfed.plan.imports.world.LocalMesh;
import io.meshfed.plan.imports.world.RemoteParticipation;
import io.meshfed.plan.imports.world.RemoteState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Worlds by seed, all of them legal. */
final class RandomImports {
    private final Random random;

    RandomImports(long seed) {
        this.random = new Random(seed);
    }

    /** A first plan's world: nothing stands yet, nothing is suspended. */
    ImportWorld world() {
        List<RemoteState> remotes = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        boolean names = random.nextInt(3) == 0;
        for (int i = 0; i < count; i++) {
            remotes.add(remote("r" + i, names));
        }
        boolean local = random.nextBoolean();
        List<From> from = new ArrayList<>();
        if (random.nextBoolean()) {
            remotes.forEach(r -> from.add(new From(r.name(), 1 + random.nextInt(5))));
        }
        List<Port> ports = local ? List.of() : ports();
        ImportedService service = new ImportedService();
        service.getMetadata().setName("httpbin");
        service.getMetadata().setNamespace("httpbin");
        service.setSpec(new ImportedServiceSpec(
                from, Mode.Auto, ports, List.of("httpbin"), loadBalancing(remotes), List.of("sleep", "."), false));
        LocalMesh mesh = new LocalMesh(
                "east",
                "east-network",
                "east.local",
                Set.of("west.local"),
                "cluster.local",
                "istio-system",
                "istio-system",
                Optional.of("east/a"),
                Optional.of(IpFamily.IPv4),
                Selector.EVERYTHING);
        return new ImportWorld(
                service,
                Optional.of(mesh),
                remotes,
                Map.of(),
                local ? Optional.of(service()) : Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of());
    }

    private RemoteState remote(String name, boolean names) {
        boolean inline = random.nextBoolean();
        List<String> addresses = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; inline && i < count; i++) {
            addresses.add(
                    names && random.nextInt(3) == 0
                            ? name + "-" + i + ".example.com"
                            : "192.0.2." + (1 + random.nextInt(250)));
        }
        Map<String, List<String>> resolved = new java.util.HashMap<>();
        addresses.stream()
                .filter(a -> a.endsWith(".com"))
                .forEach(a -> resolved.put(a, List.of("198.51.100." + (1 + random.nextInt(250)))));
        return new RemoteState(
                name,
                name + "-network",
                random.nextBoolean() ? "east.local" : "west.local",
                random.nextInt(4) == 0 ? Optional.empty() : Optional.of(name + "/a/b"),
                inline ? Addressing.Inline : Addressing.RemoteGateway,
                !inline,
                addresses,
                15443,
                resolved,
                random.nextInt(5) == 0 ? RemoteParticipation.Drained : RemoteParticipation.Active,
                Optional.empty());
    }

    private List<Port> ports() {
        List<Port> ports = new ArrayList<>();
        ports.add(new Port("http", 8000, null));
        if (random.nextBoolean()) {
            ports.add(new Port(null, 9000, "grpc"));
        }
        if (random.nextBoolean()) {
            ports.add(new Port("http", 7000, "tcp"));
        }
        Collections.shuffle(ports, random);
        return ports;
    }

    private Service service() {
        var builder = new ServiceBuilder()
                .withNewMetadata()
                .withName("httpbin")
                .withNamespace("httpbin")
                .endMetadata()
                .withNewSpec()
                .withClusterIP("10.0.0.1")
                .addToSelector("app", "httpbin")
                .addToSelector("tier", "api")
                .addNewPort()
                .withName("http")
                .withPort(8000)
                .withTargetPort(new IntOrString(8080))
                .endPort();
        if (random.nextBoolean()) {
            builder.addNewPort()
                    .withName("grpc")
                    .withPort(9000)
                    .withTargetPort(new IntOrString("grpc-named"))
                    .endPort();
        }
        return builder.endSpec().build();
    }

    private LoadBalancing loadBalancing(List<RemoteState> remotes) {
        return switch (random.nextInt(4)) {
            case 0 -> new LoadBalancing(1, "5m", null, null);
            case 1 -> new LoadBalancing(null, null, new Locality(LocalityMode.Failover, null), null);
            case 2 ->
                new LoadBalancing(
                        null,
                        null,
                        new Locality(
                                LocalityMode.Distribute,
                                remotes.stream()
                                        .map(r -> new Share(r.name(), 10))
                                        .toList()),
                        null);
            default -> new LoadBalancing(null, null, null, null);
        };
    }

    /** The same world with every list and map in another order. */
    ImportWorld shuffled(ImportWorld world) {
        ImportedServiceSpec spec = world.service().getSpec();
        ImportedService service = new ImportedService();
        service.setMetadata(world.service().getMetadata());
        service.setStatus(world.service().getStatus());
        service.setSpec(new ImportedServiceSpec(
                shuffled(spec.from()),
                spec.mode(),
                spec.ports(),
                shuffled(spec.serviceAccounts()),
                spec.loadBalancing(),
                shuffled(spec.exportTo()),
                spec.suspend()));
        return new ImportWorld(
                service,
                world.mesh(),
                shuffled(world.remotes()).stream().map(this::shuffled).toList(),
                world.namespaceLabels(),
                world.localService().map(this::shuffled),
                world.presentServiceEntry(),
                shuffled(world.presentWorkloadEntries()),
                shuffled(world.otherRules()),
                world.exportedThrough(),
                shuffled(world.otherServices()));
    }

    private RemoteState shuffled(RemoteState r) {
        return new RemoteState(
                r.name(),
                r.network(),
                r.trustDomain(),
                r.locality(),
                r.addressing(),
                r.gatewayRegistered(),
                shuffled(r.addresses()),
                r.port(),
                r.resolved(),
                r.participation(),
                r.refusal());
    }

    private Service shuffled(Service service) {
        Map<String, String> selector = new java.util.LinkedHashMap<>();
        List<String> keys = shuffled(List.copyOf(service.getSpec().getSelector().keySet()));
        keys.forEach(key -> selector.put(key, service.getSpec().getSelector().get(key)));
        return service.edit()
                .editSpec()
                .withSelector(selector)
                .withPorts(shuffled(service.getSpec().getPorts()))
                .endSpec()
                .build();
    }

    private <T> List<T> shuffled(List<T> list) {
        List<T> copy = new ArrayList<>(list);
        Collections.shuffle(copy, random);
        return copy;
    }
}
