package io.meshfed.apply;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.meshfed.api.Names;
import java.util.Optional;

/** Changes which manager owns the fields of an object and nothing else, in one write that requires the version that was read. */
final class ManagedFieldsTransfer {
    private final KubernetesClient client;
    private final WriteLog log;

    ManagedFieldsTransfer(KubernetesClient client, WriteLog log) {
        this.client = client;
        this.log = log;
    }

    /**
     * Makes meshfed the manager of the fields that the former owners manage.
     *
     * @param live from the API server, with managedFields
     * @return the object after the write; empty if there was nothing to take over
     * @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 if it changed since
     */
    Optional<HasMetadata> takeOver(HasMetadata live, String apiVersion) {
        HasMetadata recorded = ManagedFields.recorded(live) ? live : record(live);
        return ManagedFields.takenOver(recorded, apiVersion).map(entries -> write(recorded, entries, "adopt"));
    }

    /**
     * Makes the API server record managedFields for an object that has none: at the first server-side apply it assigns all
     * present fields to a manager of its own. This apply sets no field.
     */
    private HasMetadata record(HasMetadata live) {
        ObjectMeta metadata = live.getMetadata();
        return client.resource(new GenericKubernetesResourceBuilder()
                        .withApiVersion(live.getApiVersion())
                        .withKind(live.getKind())
                        .withNewMetadata()
                        .withName(metadata.getName())
                        .withNamespace(metadata.getNamespace())
                        .withUid(metadata.getUid())
                        .withResourceVersion(metadata.getResourceVersion())
                        .endMetadata()
                        .build())
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(Names.MESHFED)
                        .withForce(false)
                        .build());
    }

    /**
     * Gives up the management of the number of replicas, so that an autoscaler can set it.
     *
     * @param live from the API server, with managedFields
     */
    void releaseReplicas(HasMetadata live) {
        ManagedFields.withoutReplicas(live).ifPresent(entries -> write(live, entries, "hand over"));
    }

    private HasMetadata write(HasMetadata live, ArrayNode entries, String verb) {
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        patch.addObject()
                .put("op", "replace")
                .put("path", "/metadata/managedFields")
                .set("value", entries);
        // A replace, because a failed "test" operation is an invalid patch (422) and not a conflict (409).
        patch.addObject()
                .put("op", "replace")
                .put("path", "/metadata/resourceVersion")
                .put("value", live.getMetadata().getResourceVersion());
        HasMetadata written = client.resource(live)
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON)
                                .withFieldManager(Names.MESHFED)
                                .build(),
                        patch.toString());
        log.written(verb, written);
        return written;
    }
}
