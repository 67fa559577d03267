package io.meshfed.testbed;

import io.meshfed.testbed.secrecy.SecrecyCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The shipped jar as a process, under a ServiceAccount of a cluster, as its pod would run it. */
public final class OperatorProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(120);
    private static final int RESTARTS = 2;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Cluster cluster;
    private final OperatorInstallation installation;
    private final String name;
    private final Supplier<List<String>> command;
    private final int port;
    private ChildProcess process;
    private boolean wanted = true;

    private OperatorProcess(
            Cluster cluster, OperatorInstallation installation, String name, Supplier<List<String>> command) {
        this.cluster = cluster;
        this.installation = installation;
        this.name = name;
        this.command = command;
        this.port = Ports.next();
        this.process = launch();
        cluster.hasOperator(this);
    }

    /**
     * Starts the operator and returns when it is ready.
     *
     * @param installation the chart, installed in that cluster
     * @throws TestbedException if the jar was not built, or the operator does not get ready
     */
    public static OperatorProcess start(Cluster cluster, OperatorInstallation installation) {
        return start(cluster, installation, OperatorClasses::command);
    }

    /** The same with a command of one's own for each start. */
    static OperatorProcess start(Cluster cluster, OperatorInstallation installation, Supplier<List<String>> command) {
        return started(cluster, installation, "operator", command);
    }

    /** Starts the operator without waiting for it. */
    public static OperatorProcess launchOnly(Cluster cluster, OperatorInstallation installation) {
        return new OperatorProcess(cluster, installation, "operator", OperatorClasses::command);
    }

    /**
     * Starts a second operator in the same cluster, as a Deployment with two replicas does; returns when it is ready.
     *
     * @param name of the process, for its log; not {@code operator}
     */
    public static OperatorProcess startBeside(Cluster cluster, OperatorInstallation installation, String name) {
        return started(cluster, installation, name, OperatorClasses::command);
    }

    private static OperatorProcess started(
            Cluster cluster, OperatorInstallation installation, String name, Supplier<List<String>> command) {
        return StartSlots.take(() -> {
            OperatorProcess operator = new OperatorProcess(cluster, installation, name, command);
            operator.awaitReady();
            return operator;
        });
    }

    private ChildProcess launch() {
        try {
            Path kubeconfig = cluster.folder().resolve(name + ".kubeconfig");
            Files.writeString(
                    kubeconfig,
                    cluster.serviceAccountKubeconfig(installation.namespace(), installation.serviceAccount()));
            Map<String, String> environment = new HashMap<>(installation.environment());
            // MaxRAMPercentage is meant for a container; here it would be a share of the whole machine.
            Path temporary = Files.createDirectories(cluster.folder().resolve(name + ".tmp"));
            environment.put(
                    "JDK_JAVA_OPTIONS",
                    "-Xmx160m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ActiveProcessorCount=1 -Djava.io.tmpdir="
                            + temporary);
            environment.put("KUBECONFIG", kubeconfig.toString());
            environment.put("MESHFED_NAMESPACE", installation.namespace());
            environment.put("MESHFED_INSTANCE", name + "-" + cluster.name());
            environment.put("MESHFED_ALLOWED_SERVERS", "127.0.0.0/8");
            environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
            environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
            return ChildProcess.start(name, cluster.folder(), environment, command.get());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the operator's kubeconfig", e);
        }
    }

    /**
     * Waits until the readiness probe answers as a kubelet would want it. One that ends while it starts, such as for a
     * connection that a busy API server closes, is started again, as a kubelet does.
     */
    public void awaitReady() {
        for (int restarts = 0; ; restarts++) {
            try {
                process.awaitReady(() -> status("/q/health/ready") == 200, START_TIMEOUT);
                return;
            } catch (TestbedException e) {
                if (process.isAlive() || restarts == RESTARTS) {
                    throw e;
                }
                System.err.println(
                        "testbed: " + name + " of " + cluster.name() + " is started again: " + e.getMessage());
                process = launch();
            }
        }
    }

    /** The HTTP status of a path on the operator's own port; 0 if nothing answers. */
    public int status(String path) {
        try {
            return http.send(request(path), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** The body of a path on the operator's own port. */
    public String body(String path) {
        try {
            return http.send(request(path), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("Interrupted while asking the operator", e);
        }
    }

    /** How many reconciliations of a kind this process has finished, by its own metrics. */
    public long reconciliations(String kind) {
        return body("/q/metrics")
                .lines()
                .filter(line -> line.startsWith("operator_sdk_reconciliations_success_total{"))
                .filter(line -> line.contains("\"" + kind + "\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(5))
                .build();
    }

    /** Everything the operator has said. */
    public String log() {
        try {
            return Files.readString(cluster.folder().resolve(name + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives its command line, environment, metrics and health to {@link SecrecyCheck}, unless it has ended or is frozen. */
    synchronized void tellEverything() {
        Path kernel = Path.of("/proc", Long.toString(pid()));
        if (isAlive()) {
            try {
                for (String file : List.of("cmdline", "environ")) {
                    if (Files.exists(kernel.resolve(file))) {
                        cluster.secrecy().tells(name + "'s " + file, Files.readAllBytes(kernel.resolve(file)));
                    }
                }
                for (String path : List.of("/q/metrics", "/q/health")) {
                    cluster.secrecy().tells(name + "'s " + path, body(path).getBytes(StandardCharsets.UTF_8));
                }
            } catch (IOException | UncheckedIOException e) {
                System.err.println("testbed: " + name + " of " + cluster.name()
                        + ": cannot read its metrics and health: " + e.getMessage());
            }
        }
    }

    /** Ends the operator as a crash does (SIGKILL), and starts it again; returns when it is ready. */
    public synchronized void restart() {
        process.close();
        process = launch();
        wanted = true;
        awaitReady();
    }

    /** Starts the operator again if it has ended by itself, as a kubelet does; one that a test has ended stays so. */
    public synchronized void startAgainIfItEnded() {
        if (wanted && !process.isAlive()) {
            process = launch();
        }
    }

    /** Ends the operator as a crash does (SIGKILL); its keeper, such as a kubelet, starts it again. */
    public synchronized void crash() {
        process.close();
    }

    /** Stops the process where it stands, as a machine that is suspended would. */
    public void freeze() {
        process.freeze();
    }

    /** Lets it go on. */
    public void thaw() {
        process.thaw();
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Ends the operator as a kubelet does (SIGTERM).
     *
     * @param patience how long it may take
     * @return how long it took
     * @throws TestbedException if it still runs then
     */
    public synchronized Duration terminate(Duration patience) {
        wanted = false;
        tellEverything();
        return process.terminate(patience);
    }

    /** Ends the operator (SIGKILL). */
    @Override
    public synchronized void close() {
        wanted = false;
        tellEverything();
        process.close();
    }
}
