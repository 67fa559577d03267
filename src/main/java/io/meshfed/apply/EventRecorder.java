package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Kubernetes Events. An Event that cannot be written is logged and not repeated, because no state depends on it.
 * Neither fabric8 nor JOSDK has a recorder; unlike client-go's, this one does not aggregate, because an Event is written
 * only when a condition changes.
 */
public final class EventRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int NOTE_LIMIT = 1024;
    private static final int NAME_LIMIT = 253;

    private final KubernetesClient client;
    private final Clock clock;
    private final String instance;

    /** @param instance name of this process, such as the name of its pod */
    public EventRecorder(KubernetesClient client, Clock clock, String instance) {
        this.client = client;
        this.clock = clock;
        this.instance = instance;
    }

    /**
     * Writes one Event.
     *
     * @param type Normal or Warning
     */
    public void record(HasMetadata regarding, String type, String reason, String note) {
        String namespace =
                Optional.ofNullable(regarding.getMetadata().getNamespace()).orElse("default");
        try {
            client.events()
                    .v1()
                    .events()
                    .inNamespace(namespace)
                    .resource(new EventBuilder()
                            .withNewMetadata()
                            .withName(name(regarding))
                            .withNamespace(namespace)
                            .endMetadata()
                            .withEventTime(new MicroTime(MICROS.format(clock.instant())))
                            .withReportingController("meshfed.io/operator")
                            .withReportingInstance(instance)
                            .withAction("Reconcile")
                            .withReason(reason)
                            .withType(type)
                            .withNote(note.length() > NOTE_LIMIT ? note.substring(0, NOTE_LIMIT) : note)
                            .withRegarding(new ObjectReferenceBuilder()
                                    .withApiVersion(regarding.getApiVersion())
                                    .withKind(regarding.getKind())
                                    .withName(regarding.getMetadata().getName())
                                    .withNamespace(regarding.getMetadata().getNamespace())
                                    .withUid(regarding.getMetadata().getUid())
                                    .build())
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            LOG.warn(
                    "Event {} for {} not written: HTTP {}",
                    reason,
                    regarding.getMetadata().getName(),
                    e.getCode());
        }
    }

    /** As client-go names its Events; a generateName that ends in a dot would not be a valid DNS name. */
    private static String name(HasMetadata regarding) {
        String name = regarding.getMetadata().getName();
        String suffix = "." + UUID.randomUUID().toString().substring(0, 13);
        int room = NAME_LIMIT - suffix.length();
        return (name.length() > room ? name.substring(0, room) : name) + suffix;
    }
}
