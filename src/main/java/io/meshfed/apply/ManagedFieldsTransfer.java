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

/** Changes who claims the fields of an object, and nothing else of it, in one write that wants the version looked at. */
final class ManagedFieldsTransfer {
    private final KubernetesClient client;
    private final WriteLog log;

    ManagedFieldsTransfer(KubernetesClient client, WriteLog log) {
        this.client = client;
        this.log = log;
    }

    /**
     * Takes over what the former owners of an object claim.
     *
     * @param live from the API server, with managedFields
     * @return the object after that; empty if there was nothing to take
     * @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 if it changed since
     */
    Optional<HasMetadata> takeOver(HasMetadata live, String apiVersion) {
        HasMetadata recorded = ManagedFields.recorded(live) ? live : record(live);
        return ManagedFields.takenOver(recorded, apiVersion).map(claims -> write(recorded, claims, "adopt"));
    }

    /**
     * Has the API server record what is claimed where nobody's claims are: at the first server-side apply it gives
     * everything that stands to a manager of its own. This one asks for nothing.
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
     * Leaves the number of replicas to an autoscaler.
     *
     * @param live likewise
     */
    void letGoOfReplicas(HasMetadata live) {
        ManagedFields.withoutReplicas(live).ifPresent(claims -> write(live, claims, "hand over"));
    }

    private HasMetadata write(HasMetadata live, ArrayNode claims, String verb) {
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        patch.addObject()
                .put("op", "replace")
                .put("path", "/metadata/managedFields")
                .set("value", claims);
        // Not op test, which would be an invalid patch and not a conflict.
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
