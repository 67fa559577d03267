package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.meshfed.testbed.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/** One container of a pod: its process, which is started again when it ends, and its probes. */
final class RunningContainer {
    private static final Duration BEFORE_ANOTHER_START = Duration.ofSeconds(1);

    private final Container definition;
    private final ContainerSpec spec;
    private final Path folder;
    private ChildProcess process;
    private int restarts;
    private Instant ended = Instant.MAX;
    private Optional<ProbeState> startup = Optional.empty();
    private Optional<ProbeState> readiness = Optional.empty();
    private Optional<ProbeState> liveness = Optional.empty();

    /** @param folder for its log and its files */
    RunningContainer(Container definition, ContainerSpec spec, Path folder) {
        this.definition = definition;
        this.spec = spec;
        this.folder = folder;
        this.process = launch();
    }

    private ChildProcess launch() {
        Instant now = Instant.now();
        startup = state(definition.getStartupProbe(), false, now);
        readiness = state(definition.getReadinessProbe(), false, now);
        liveness = state(definition.getLivenessProbe(), true, now);
        return io.meshfed.testbed.live.Container.start(definition.getName(), folder, spec);
    }

    private static Optional<ProbeState> state(Probe probe, boolean passing, Instant now) {
        return Optional.ofNullable(probe).map(p -> new ProbeState(p, passing, now));
    }

    Container definition() {
        return definition;
    }

    ContainerSpec spec() {
        return spec;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks the probes that are due, and starts the process again if it has ended or fails its liveness probe. */
    void look(Predicate<Probe> ask) {
        Instant now = Instant.now();
        if (!process.isAlive()) {
            startAgain(now);
            return;
        }
        if (startup.isPresent() && !startup.get().passing()) {
            ask(startup.get(), ask, now);
            return;
        }
        readiness.ifPresent(state -> ask(state, ask, now));
        liveness.ifPresent(state -> {
            ask(state, ask, now);
            if (!state.passing()) {
                process.close();
            }
        });
    }

    private void startAgain(Instant now) {
        if (ended.equals(Instant.MAX)) {
            ended = now;
        } else if (Duration.between(ended, now).compareTo(BEFORE_ANOTHER_START) > 0) {
            ended = Instant.MAX;
            restarts++;
            process = launch();
        }
    }

    private static void ask(ProbeState state, Predicate<Probe> ask, Instant now) {
        if (state.due(now)) {
            state.heard(ask.test(state.probe()), Instant.now());
        }
    }

    /** Whether it runs and has passed its startup probe. */
    boolean started() {
        return process.isAlive() && startup.map(ProbeState::passing).orElse(true);
    }

    boolean ready() {
        return started() && readiness.map(ProbeState::passing).orElse(true);
    }

    /** SIGTERM; does not wait. */
    void terminate() {
        process.signalEnd();
    }

    /** SIGKILL. */
    void kill() {
        process.close();
    }

    ContainerStatus status() {
        var status = new ContainerStatusBuilder()
                .withName(definition.getName())
                .withImage(definition.getImage())
                .withImageID("")
                .withRestartCount(restarts)
                .withStarted(started())
                .withReady(ready());
        return process.isAlive()
                ? status.withNewState().withNewRunning().endRunning().endState().build()
                : status.withNewState()
                        .withNewWaiting("its log: " + folder.resolve(definition.getName() + ".log"), "CrashLoopBackOff")
                        .endState()
                        .build();
    }
}
