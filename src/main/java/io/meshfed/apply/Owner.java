package io.meshfed.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.meshfed.api.Names;
import io.meshfed.api.ObjectMetas;
import java.util.List;
import java.util.Optional;

/**
 * The custom resource for which an object is written.
 *
 * @param uid its UID, which marks the object as ours
 * @param reference the ownerReference to set; empty for an object that must survive its owner
 */
public record Owner(String kind, String name, String uid, Optional<OwnerReference> reference) {
    /** An owner whose deletion makes the garbage collector delete the object. */
    public static Owner of(HasMetadata resource) {
        return new Owner(
                resource.getKind(),
                resource.getMetadata().getName(),
                resource.getMetadata().getUid(),
                Optional.of(new OwnerReferenceBuilder()
                        .withApiVersion(resource.getApiVersion())
                        .withKind(resource.getKind())
                        .withName(resource.getMetadata().getName())
                        .withUid(resource.getMetadata().getUid())
                        .withController(true)
                        .build()));
    }

    /** The same owner, for an object that survives it: no ownerReference. */
    public Owner surviving() {
        return new Owner(kind, name, uid, Optional.empty());
    }

    /**
     * Whether this owner owns an object: by both of meshfed's marks, the label and the UID; or, where these were changed, by
     * the controller's ownerReference, which the garbage collector follows too.
     */
    public boolean owns(HasMetadata object) {
        return (Ownership.managed(object)
                        && uid.equals(ObjectMetas.annotations(object).get(Names.OWNER_UID)))
                || controls(object);
    }

    private boolean controls(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getOwnerReferences()).orElse(List.of()).stream()
                .anyMatch(owner -> Boolean.TRUE.equals(owner.getController()) && uid.equals(owner.getUid()));
    }
}
