package io.meshfed.testbed.live;

import io.meshfed.testbed.TestbedException;
import java.time.Instant;

/** What a running istiod says of itself. */
public final class IstiodView {
    private static final int MONITORING_PORT = 15014;

    private final RunningPod pod;
    private final ContainerPages pages;

    IstiodView(RunningPod pod) {
        this.pod = pod;
        this.pages = new ContainerPages(pod.sandbox(), "discovery", MONITORING_PORT);
    }

    /** Its pod and when it was started: another one after each restart. */
    public String process() {
        return pod.sandbox().pod().getMetadata().getName() + " since " + metric("process_start_time_seconds");
    }

    /** The end of the certificate that it signs with, in whole seconds. */
    public Instant endOfIntermediate() {
        return moment("citadel_server_cert_chain_expiry_timestamp");
    }

    /** The end of the first root that it gives out, in whole seconds. */
    public Instant endOfRoot() {
        return moment("citadel_server_root_cert_expiry_timestamp");
    }

    /** What it has logged. */
    public String log() {
        return pages.log();
    }

    private Instant moment(String metric) {
        return Instant.ofEpochSecond((long) Double.parseDouble(metric(metric)));
    }

    private String metric(String name) {
        return pages.page("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .findFirst()
                .map(line -> line.substring(name.length() + 1))
                .orElseThrow(() -> new TestbedException(pages + " has no metric " + name));
    }
}
