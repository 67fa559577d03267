package io.meshfed.net;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * IP addresses of gateways that have a host name, for WorkloadEntries, in which istiod does not resolve names. Queries DNS in the
 * background and keeps the last usable answer: a DNS outage changes nothing.
 */
public final class HostResolver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostResolver.class);
    /** The JDK caches an answer for as long. */
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private static final int MAX_ADDRESSES = 16;

    private final Consumer<String> onChange;
    private final CheckedResolver resolver;
    private final Map<String, Host> hosts = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "host-resolver"));
    private final ExecutorService lookups = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> daemon(task, "host-lookup"));

    /** A requested host. */
    private static final class Host {
        volatile Optional<List<String>> answer = Optional.empty();
        volatile boolean busy;
    }

    /**
     * @param onChange receives the host whose answer changed, on a thread of this class
     * @param policy addresses that it refuses are removed from answers
     */
    public HostResolver(Consumer<String> onChange, AddressPolicy policy) {
        this(onChange, new CheckedResolver(policy, InetAddress::getAllByName), INTERVAL);
    }

    HostResolver(Consumer<String> onChange, CheckedResolver resolver, Duration interval) {
        this.onChange = onChange;
        this.resolver = resolver;
        timer.scheduleWithFixedDelay(
                () -> hosts.forEach(this::lookUp), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Addresses of the host by the last answer, sorted; does not wait. The first call for a host starts lookups every 30 seconds until
     * {@link #forget}; before the first answer the result is empty. An IP address is returned unchanged.
     */
    public Optional<List<String>> resolve(String host) {
        if (IpLiteral.parse(host).isPresent()) {
            return Optional.of(List.of(host));
        }
        Host entry = hosts.computeIfAbsent(host, name -> {
            Host added = new Host();
            lookUp(name, added);
            return added;
        });
        return entry.answer;
    }

    /** Stops the lookups of this host and forgets its answer. */
    public void forget(String host) {
        hosts.remove(host);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        lookups.shutdownNow();
    }

    private void lookUp(String name, Host host) {
        if (host.busy || lookups.isShutdown()) {
            return; // DNS has not answered yet: one thread per host is enough
        }
        host.busy = true;
        lookups.execute(() -> {
            try {
                ask(name, host);
            } finally {
                host.busy = false;
            }
        });
    }

    private void ask(String name, Host host) {
        try {
            Optional<List<String>> answer = Optional.of(resolver.resolve(name).stream()
                    .map(InetAddress::getHostAddress)
                    .distinct()
                    .sorted()
                    .limit(MAX_ADDRESSES)
                    .toList());
            if (!answer.equals(host.answer)) {
                host.answer = answer;
                onChange.accept(name);
            }
        } catch (IOException e) {
            LOG.debug("no usable DNS answer for host {}: the last one is kept", name);
        } catch (RuntimeException e) {
            // A defect of the receiver must not stop the lookups.
            LOG.error("a new DNS answer for host {} could not be processed", name, e);
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
