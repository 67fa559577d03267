package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.meshfed.testbed.TestbedException;
import io.meshfed.testbed.live.ContainerSpec.Bind;
import io.meshfed.testbed.live.ContainerSpec.TextFile;
import io.meshfed.testbed.live.Images.Image;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the containers of a pod share: network namespace, volumes, names; and what a container in it is to be. */
final class PodSandbox {
    private static final String ISTIO_IPTABLES = "istio-iptables";
    private static final Duration EXEC_GRACE = Duration.ofSeconds(25);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Machine machine;
    private final PodFields fields;
    private final Path folder;
    private final PodVolumes volumes;
    private final PodEnvironment environment;
    private final AtomicBoolean volumesChanged = new AtomicBoolean();
    private final AtomicInteger execs = new AtomicInteger();
    private final Map<String, InetSocketAddress> relays = new ConcurrentHashMap<>();
    private Optional<String> netns = Optional.empty();

    /**
     * The machine that the pods of a cluster run on.
     *
     * @param cluster its name
     */
    record Machine(NetBed netBed, String cluster, NetBed.Node node, Images images) {}

    PodSandbox(Machine machine, PodFields fields, Path folder, PodVolumes volumes, PodEnvironment environment) {
        this.machine = machine;
        this.fields = fields;
        this.folder = folder;
        this.volumes = volumes;
        this.environment = environment;
    }

    Pod pod() {
        return fields.pod();
    }

    /** Namespace and name. */
    String name() {
        return fields.field("metadata.namespace") + "/" + fields.field("metadata.name");
    }

    /** Whether it belongs to a Deployment. */
    boolean isOf(String namespace, String deployment) {
        return fields.field("metadata.namespace").equals(namespace)
                && fields.field("metadata.name").matches(Pattern.quote(deployment) + "-[a-z0-9]+-[a-z0-9]+");
    }

    /** Where its logs are. */
    Path folder() {
        return folder;
    }

    String netns() {
        return netns.orElseThrow(() -> new TestbedException(name() + " has no network yet"));
    }

    /** Something that the volumes hold may have changed. */
    void volumesMayHaveChanged() {
        volumesChanged.set(true);
    }

    /** The message for an image that the testbed does not have. */
    Optional<String> missingImage() {
        return Stream.concat(pod().getSpec().getInitContainers().stream(), pod().getSpec().getContainers().stream())
                .map(Container::getImage)
                .filter(image -> machine.images().find(image).isEmpty())
                .findFirst()
                .map(image -> "image \"" + image + "\" has no program in the testbed");
    }

    /** Network and volumes; may be called again after it failed. */
    void prepare() {
        volumes.refresh();
        if (netns.isEmpty()) {
            netns = Optional.of(machine.netBed().pod(machine.cluster(), name(), fields.podIp()));
        }
    }

    void refreshVolumes() {
        if (volumesChanged.getAndSet(false)) {
            try {
                volumes.refresh();
            } catch (TestbedException e) {
                // What was mounted stays when its source goes, as on any node.
            }
        }
    }

    /** Network gone, relays too. */
    void remove() {
        relays.keySet().forEach(name -> machine.netBed().closeRelay(name));
        netns.ifPresent(path -> machine.netBed().deletePod(machine.cluster(), name()));
    }

    /** Runs an init container; istio-init, which needs iptables, is done by netbed as its arguments and environment say. */
    boolean runToEnd(Container container) {
        ContainerSpec spec = spec(container);
        int command = spec.args().indexOf(ISTIO_IPTABLES);
        if (command < 0) {
            return io.meshfed.testbed.live.Container.run(container.getName(), folder, spec)
                            .exitCode()
                    == 0;
        }
        machine.netBed()
                .redirect(
                        machine.cluster(),
                        name(),
                        spec.args().subList(command, spec.args().size()),
                        environment.of(container));
        return true;
    }

    /** Runs a command as in one of the containers, as {@code kubectl exec} does. */
    io.meshfed.testbed.live.Container.Outcome exec(ContainerSpec container, List<String> command) {
        return io.meshfed.testbed.live.Container.run(execName(), folder, execSpec(container, command));
    }

    /** Its address in the pods' network. */
    String podIp() {
        return fields.podIp();
    }

    /** The same for a caller who wants to see the output come, and ends the process. */
    Process execPiped(ContainerSpec container, List<String> command) {
        return io.meshfed.testbed.live.Container.startPiped(execName(), folder, execSpec(container, command));
    }

    private String execName() {
        return "exec-" + execs.incrementAndGet();
    }

    private static ContainerSpec execSpec(ContainerSpec container, List<String> command) {
        return container.running(command, container.uid(), EXEC_GRACE.toMillis());
    }

    /** Whether a probe over HTTP is answered with success; asked from the node, as a kubelet does. */
    boolean answers(Container container, Probe probe) {
        HTTPGetAction get = probe.getHttpGet();
        if (get == null) {
            throw new TestbedException("the testbed's kubelet knows no probe like " + probe);
        }
        int port = get.getPort().getIntVal() != null
                ? get.getPort().getIntVal()
                : container.getPorts().stream()
                        .filter(p -> get.getPort().getStrVal().equals(p.getName()))
                        .findFirst()
                        .orElseThrow(() -> new TestbedException("no port " + get.getPort() + " in " + name()))
                        .getContainerPort();
        int seconds = Optional.ofNullable(probe.getTimeoutSeconds()).orElse(1);
        try {
            int status = HTTP.send(
                            HttpRequest.newBuilder(uri(relayToPod(port), get.getPath()))
                                    .timeout(Duration.ofSeconds(seconds))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            return status >= 200 && status < 400;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Reaches a port of the pod's address from the node; the address on this machine. */
    private InetSocketAddress relayToPod(int port) {
        return relay(machine.node().netns(), fields.podIp() + ":" + port);
    }

    /** Reaches a port of the pod's loopback, where Envoy's admin interface is; the address on this machine. */
    InetSocketAddress relayToLoopback(int port) {
        return relay(netns(), "127.0.0.1:" + port);
    }

    private InetSocketAddress relay(String from, String to) {
        return relays.computeIfAbsent(machine.cluster() + "/" + name() + "/" + to, name -> machine.netBed()
                .relay(name, "", "127.0.0.1:0", from, to));
    }

    static URI uri(InetSocketAddress address, String path) {
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort()
                + (path == null || path.isEmpty() ? "/" : path));
    }

    /** What a container of this pod is to be. */
    ContainerSpec spec(Container container) {
        Image image = machine.images().find(container.getImage()).orElseThrow();
        Map<String, String> variables = environment.of(container);
        List<String> args = new ArrayList<>();
        args.addAll(
                container.getCommand().isEmpty()
                        ? image.entrypoint()
                        : PodEnvironment.expand(container.getCommand(), variables));
        if (!container.getArgs().isEmpty()) {
            args.addAll(PodEnvironment.expand(container.getArgs(), variables));
        } else if (container.getCommand().isEmpty()) {
            args.addAll(image.arguments());
        }
        long user = user(container, image);
        boolean readOnly = Optional.ofNullable(container.getSecurityContext())
                .map(SecurityContext::getReadOnlyRootFilesystem)
                .orElse(false);
        List<Bind> binds = new ArrayList<>(image.binds());
        binds.addAll(volumes.binds(container.getVolumeMounts()));
        return new ContainerSpec(
                netns(),
                fields.field("metadata.name"),
                user,
                group(container, user),
                Optional.ofNullable(container.getWorkingDir()).orElse("/"),
                args,
                variables.entrySet().stream()
                        .map(v -> v.getKey() + "=" + v.getValue())
                        .toList(),
                binds,
                readOnly ? List.of() : List.of("/tmp"),
                image.links(),
                systemFiles(user),
                readOnly,
                graceMillis());
    }

    private long graceMillis() {
        return Optional.ofNullable(pod().getSpec().getTerminationGracePeriodSeconds())
                        .orElse(30L)
                * 1000;
    }

    private long user(Container container, Image image) {
        long user = Optional.ofNullable(container.getSecurityContext())
                .map(SecurityContext::getRunAsUser)
                .or(() -> Optional.ofNullable(pod().getSpec().getSecurityContext())
                        .map(PodSecurityContext::getRunAsUser))
                .orElse(image.user());
        boolean mayNotBeRoot = Optional.ofNullable(container.getSecurityContext())
                .map(SecurityContext::getRunAsNonRoot)
                .orElse(false);
        if (mayNotBeRoot && user == 0) {
            throw new TestbedException(container.getName() + " says runAsNonRoot and would run as root");
        }
        return user;
    }

    private long group(Container container, long user) {
        return Optional.ofNullable(container.getSecurityContext())
                .map(SecurityContext::getRunAsGroup)
                .or(() -> Optional.ofNullable(pod().getSpec().getSecurityContext())
                        .map(PodSecurityContext::getRunAsGroup))
                .orElse(user);
    }

    private List<TextFile> systemFiles(long user) {
        String namespace = fields.field("metadata.namespace");
        String hostname = fields.field("metadata.name");
        return List.of(
                TextFile.of("/etc/hostname", hostname + "\n"),
                TextFile.of(
                        "/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n" + fields.podIp() + " " + hostname + "\n"),
                TextFile.of(
                        "/etc/resolv.conf",
                        "nameserver " + machine.node().gateway() + "\nsearch " + namespace
                                + ".svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n"),
                TextFile.of("/etc/passwd", "root:x:0:0::/:\nuser:x:" + user + ":" + user + "::/:\n"),
                TextFile.of("/etc/group", "root:x:0:\nuser:x:" + user + ":\n"));
    }
}
