package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.meshfed.testbed.TestbedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** One pod from its network namespace to its end, in the order in which a kubelet does things. */
final class RunningPod implements Runnable {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final PodSandbox sandbox;
    private final PodReport report;
    private final List<RunningContainer> sidecars = new CopyOnWriteArrayList<>();
    private final List<RunningContainer> containers = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final Thread thread;
    private volatile Optional<Duration> stopping = Optional.empty();
    private volatile boolean killed;

    RunningPod(PodSandbox sandbox, PodReport report) {
        this.sandbox = sandbox;
        this.report = report;
        this.thread = new Thread(this, "pod-" + sandbox.name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    PodSandbox sandbox() {
        return sandbox;
    }

    /** What one of its containers was started as. */
    ContainerSpec spec(String container) {
        return Stream.concat(containers.stream(), sidecars.stream())
                .filter(c -> c.definition().getName().equals(container))
                .findFirst()
                .map(RunningContainer::spec)
                .orElseThrow(() -> new TestbedException(sandbox.name() + " has no running container " + container));
    }

    /** Whether all its containers are ready, and it is not on its way out. */
    boolean isReady() {
        return !ending()
                && containers.size() == pod().getSpec().getContainers().size()
                && Stream.concat(containers.stream(), sidecars.stream()).allMatch(RunningContainer::ready);
    }

    /** Whether one of its containers is Istio's proxy, and has started. */
    boolean hasProxy() {
        return Stream.concat(containers.stream(), sidecars.stream())
                .anyMatch(c -> c.definition().getName().equals("istio-proxy") && c.isAlive());
    }

    /**
     * Ends the pod as a kubelet does; returns at once.
     *
     * @return false if that was asked before
     */
    synchronized boolean stop(Duration grace) {
        boolean first = stopping.isEmpty();
        if (first) {
            stopping = Optional.of(grace);
        }
        return first;
    }

    /** Ends the pod without grace and without telling anybody. */
    void kill() {
        killed = true;
        stop(Duration.ZERO);
        thread.interrupt();
    }

    /** Completes when nothing of the pod runs any more. */
    CompletableFuture<Void> over() {
        return over;
    }

    @Override
    public void run() {
        try {
            if (setUp() && initialize()) {
                for (Container container : pod().getSpec().getContainers()) {
                    containers.add(start(container));
                }
                while (!ending()) {
                    look();
                    report.running(true, sidecars, containers);
                    pause();
                }
            }
            end();
        } catch (InterruptedException e) {
            // Killed.
        } finally {
            Stream.concat(containers.stream(), sidecars.stream()).forEach(RunningContainer::kill);
            if (!killed) {
                sandbox.remove();
            }
            over.complete(null);
        }
    }

    /** Waits for images and volumes; false if the pod ends meanwhile. */
    private boolean setUp() throws InterruptedException {
        while (!ending()) {
            Optional<String> missing = sandbox.missingImage();
            if (missing.isPresent()) {
                report.waiting("ErrImagePull", missing.get());
            } else {
                try {
                    sandbox.prepare();
                    report.running(false, sidecars, containers);
                    return true;
                } catch (TestbedException e) {
                    report.waiting("ContainerCreating", e.getMessage());
                }
            }
            pause();
        }
        return false;
    }

    /** Init containers in their order; those that stay must have started before the next. */
    private boolean initialize() throws InterruptedException {
        for (Container container : pod().getSpec().getInitContainers()) {
            if ("Always".equals(container.getRestartPolicy())) {
                RunningContainer sidecar = start(container);
                sidecars.add(sidecar);
                while (!sidecar.started()) {
                    if (ending()) {
                        return false;
                    }
                    look();
                    report.running(false, sidecars, containers);
                    pause();
                }
            } else {
                while (!sandbox.runToEnd(container)) {
                    report.waiting("CrashLoopBackOff", "init container " + container.getName() + " failed");
                    if (ending()) {
                        return false;
                    }
                    pause();
                }
            }
        }
        return true;
    }

    private RunningContainer start(Container container) {
        return new RunningContainer(container, sandbox.spec(container), sandbox.folder());
    }

    private void look() {
        sandbox.refreshVolumes();
        Stream.concat(sidecars.stream(), containers.stream())
                .forEach(container -> container.look(probe -> ask(container, probe)));
    }

    private boolean ask(RunningContainer container, Probe probe) {
        return probe.getExec() == null
                ? sandbox.answers(container.definition(), probe)
                : sandbox.exec(container.spec(), probe.getExec().getCommand()).exitCode() == 0;
    }

    private boolean ending() {
        return stopping.isPresent();
    }

    private static void pause() throws InterruptedException {
        Thread.sleep(BETWEEN_LOOKS.toMillis());
    }

    /** preStop of all, then SIGTERM for the containers, and for the sidecars when those are gone. */
    private void end() throws InterruptedException {
        Instant deadline = Instant.now().plus(stopping.orElse(Duration.ZERO));
        List<CompletableFuture<Void>> farewells = Stream.concat(sidecars.stream(), containers.stream())
                .map(container -> CompletableFuture.runAsync(() -> preStop(container)))
                .toList();
        while (!farewells.stream().allMatch(CompletableFuture::isDone)
                && Instant.now().isBefore(deadline)) {
            pause();
        }
        terminate(containers, deadline);
        terminate(sidecars, deadline);
    }

    private void preStop(RunningContainer container) {
        Optional.ofNullable(container.definition().getLifecycle())
                .map(lifecycle -> lifecycle.getPreStop())
                .map(LifecycleHandler::getExec)
                .ifPresent(exec -> sandbox.exec(container.spec(), exec.getCommand()));
    }

    private static void terminate(List<RunningContainer> some, Instant deadline) throws InterruptedException {
        some.forEach(RunningContainer::terminate);
        while (some.stream().anyMatch(RunningContainer::isAlive)
                && Instant.now().isBefore(deadline)) {
            pause();
        }
        some.forEach(RunningContainer::kill);
    }

    private Pod pod() {
        return sandbox.pod();
    }
}
