package io.meshfed.testbed.live;

import io.meshfed.testbed.TestbedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A pod from which requests are made, as with {@code kubectl exec}. */
public final class Client {
    private final RunningPod pod;

    Client(RunningPod pod) {
        this.pod = pod;
    }

    /** The pod's name. */
    public String name() {
        return pod.sandbox().pod().getMetadata().getName();
    }

    /** Requests with GET, such as {@code http://httpbin.httpbin.svc.cluster.local:8000/headers}. */
    public Requests get(String url) {
        return new Requests(pod, List.of("--url", url));
    }

    /** Calls of the testbed's gRPC service at {@code host:port}. */
    public Requests grpc(String target) {
        return new Requests(pod, List.of("--grpc", target));
    }

    /** Connections to the testbed's TCP server at {@code host:port}. */
    public Requests tcp(String target) {
        return new Requests(pod, List.of("--tcp", target));
    }

    /** HTTP over the server's own TLS at {@code host:port}. */
    public Requests tls(String target) {
        return new Requests(pod, List.of("--tls", target));
    }

    /** Requests to be made. */
    public static final class Requests {
        private static final int A_FEW = 4;
        private static final int SAMPLE = 2000;
        static final Duration PATIENCE = Duration.ofSeconds(75);

        private final RunningPod pod;
        private final List<String> flags;

        private Requests(RunningPod pod, List<String> flags) {
            this.pod = pod;
            this.flags = flags;
        }

        private Requests with(String flag, String value) {
            List<String> all = new ArrayList<>(flags);
            all.addAll(List.of(flag, value));
            return new Requests(pod, all);
        }

        /** The same, each over a connection of its own (from the client to its proxy). */
        public Requests withNewConnections() {
            return with("--reuse=false", "").trimmed();
        }

        private Requests trimmed() {
            return new Requests(pod, flags.stream().filter(f -> !f.isEmpty()).toList());
        }

        /**
         * The same with so many at once; otherwise one comes after the other. Where several are under way Istio's default,
         * LEAST_REQUEST, prefers the endpoint that answers sooner, so shares are counted without that.
         */
        public Requests workers(int count) {
            return with("--workers", Integer.toString(count));
        }

        /**
         * The same with more time for each than the proxies of live meshes have for a connection ({@code connectTimeout}), so
         * that none that fails goes unseen; five seconds otherwise.
         */
        public Requests patient() {
            return with("--timeout", PATIENCE.toSeconds() + "s");
        }

        /**
         * Waits until one is answered as it should be: istiod needs a moment to tell the proxies.
         *
         * @return the same
         */
        public Requests untilAnswered() {
            Waiting.until("an answer to " + String.join(" ", flags), () -> once().failed() == 0);
            return this;
        }

        /**
         * Waits until all of these have answered.
         *
         * @param prefixes beginnings of pods' names, such as {@code west/httpbin}
         * @return the same
         */
        public Requests untilAnsweredBy(String... prefixes) {
            Set<String> missing = new LinkedHashSet<>(List.of(prefixes));
            Waiting.until("answers of " + missing, () -> {
                Answers some = times(A_FEW);
                missing.removeIf(prefix -> some.from(prefix) > 0);
                return missing.isEmpty();
            });
            return this;
        }

        /** Makes one and waits for it. */
        public Answers once() {
            return times(1);
        }

        /** Makes so many and waits for all. */
        public Answers times(int count) {
            List<String> command = command();
            command.addAll(List.of("--requests", Integer.toString(count)));
            var outcome = pod.sandbox().exec(container(), command);
            if (outcome.output().isBlank()) {
                throw new TestbedException("the client in " + pod.sandbox().name() + " ended with " + outcome.exitCode()
                        + " and said nothing; see " + pod.sandbox().folder());
            }
            return Answers.of(outcome.output());
        }

        /**
         * Makes so many that {@link Answers#FIVE_POINTS} tell something: Envoy throws dice, and of 2,000 answers a share
         * of one half is off by as much once in 100,000 times (4.5 standard deviations); of 600, once in 70.
         */
        public Answers sample() {
            return times(SAMPLE);
        }

        /**
         * Makes them in the background, each at its time, whatever becomes of the others.
         *
         * @param perSecond at most 1000
         * @param atMost when to end without a call of {@link Load#stop()}
         */
        public Load rate(int perSecond, Duration atMost) {
            List<String> command = command();
            command.addAll(
                    List.of("--rate", Integer.toString(perSecond), "--duration", atMost.toSeconds() + "s", "--stream"));
            return new Load(pod.sandbox().execPiped(container(), command));
        }

        private List<String> command() {
            List<String> command = new ArrayList<>(List.of(Images.NETBED, "load"));
            command.addAll(flags);
            return command;
        }

        private ContainerSpec container() {
            return pod.spec("app");
        }
    }
}
