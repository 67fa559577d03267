package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells the API server how a pod is; only when that changes. */
final class PodReport {
    private final KubernetesClient client;
    private final PodFields fields;
    private final String start = now();
    private final Map<String, PodCondition> conditions = new HashMap<>();
    private Optional<PodStatus> told = Optional.empty();

    PodReport(KubernetesClient client, PodFields fields) {
        this.client = client;
        this.fields = fields;
    }

    /** The pod does not run yet: what it waits for, in Kubernetes' words (such as ErrImagePull) and in a sentence. */
    void waiting(String reason, String message) {
        tell(
                "Pending",
                false,
                fields.pod().getSpec().getInitContainers().stream()
                        .map(c -> waiting(c, reason, message))
                        .toList(),
                fields.pod().getSpec().getContainers().stream()
                        .map(c -> waiting(c, reason, message))
                        .toList());
    }

    /** The pod runs, or is about to. */
    void running(boolean initialized, List<RunningContainer> sidecars, List<RunningContainer> containers) {
        tell(
                initialized ? "Running" : "Pending",
                initialized,
                sidecars.stream().map(RunningContainer::status).toList(),
                containers.isEmpty()
                        ? fields.pod().getSpec().getContainers().stream()
                                .map(c -> waiting(c, "PodInitializing", ""))
                                .toList()
                        : containers.stream().map(RunningContainer::status).toList());
    }

    private static ContainerStatus waiting(Container container, String reason, String message) {
        return new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(container.getImage())
                .withImageID("")
                .withReady(false)
                .withStarted(false)
                .withRestartCount(0)
                .withNewState()
                .withNewWaiting(message, reason)
                .endState()
                .build();
    }

    private void tell(
            String phase, boolean initialized, List<ContainerStatus> sidecars, List<ContainerStatus> containers) {
        boolean ready = initialized
                && Stream.concat(sidecars.stream(), containers.stream()).allMatch(ContainerStatus::getReady);
        PodStatus status = new PodStatusBuilder()
                .withPhase(phase)
                .withHostIP(fields.hostIp())
                .withPodIP(fields.podIp())
                .addNewPodIP(fields.podIp())
                .withStartTime(start)
                .withConditions(
                        condition("PodScheduled", true),
                        condition("Initialized", initialized),
                        condition("ContainersReady", ready),
                        condition("Ready", ready))
                .withInitContainerStatuses(sidecars)
                .withContainerStatuses(containers)
                .build();
        if (told.filter(status::equals).isPresent()) {
            return;
        }
        Pod pod = fields.pod();
        try {
            client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .editStatus(p -> {
                        p.setStatus(status);
                        return p;
                    });
            told = Optional.of(status);
        } catch (KubernetesClientException | IllegalStateException e) {
            // Gone, or an outage that a test wanted: the next look tells it again.
        }
    }

    private PodCondition condition(String type, boolean holds) {
        String status = holds ? "True" : "False";
        return conditions.compute(
                type,
                (t, before) -> before != null && before.getStatus().equals(status)
                        ? before
                        : new PodConditionBuilder()
                                .withType(type)
                                .withStatus(status)
                                .withLastTransitionTime(now())
                                .build());
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
