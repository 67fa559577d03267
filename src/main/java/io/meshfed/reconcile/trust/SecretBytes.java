package io.meshfed.reconcile.trust;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.meshfed.api.ObjectMetas;
import io.meshfed.apply.Ownership;
import io.meshfed.trust.cacerts.PresentCacerts;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Converts between Secrets and what {@code trust} works with: values without base64. */
public final class SecretBytes {
    private SecretBytes() {}

    /** The values of a Secret. */
    public static Map<String, byte[]> decoded(Secret secret) {
        return Optional.ofNullable(secret.getData()).orElse(Map.of()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, e -> Base64.getDecoder().decode(e.getValue())));
    }

    /** The same, empty if they cannot be decoded: another cluster's API server may not have validated them. */
    public static Optional<Map<String, byte[]>> readable(Secret secret) {
        if (secret.getData() != null && secret.getData().containsValue(null)) {
            return Optional.empty();
        }
        try {
            return Optional.of(decoded(secret));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /**
     * A {@code cacerts} and its origin.
     *
     * @param data its decoded values
     * @param maker network of the mesh that issues it for another one; empty: its own mesh issues it
     */
    public static PresentCacerts cacerts(Secret secret, Map<String, byte[]> data, Optional<String> maker) {
        return new PresentCacerts(
                data,
                // An empty one that this mesh created can be handed over, too.
                data.isEmpty() && ObjectMetas.isHandedOver(secret)
                        ? PresentCacerts.Origin.HANDED_OVER
                        : origin(secret, maker),
                Optional.ofNullable(secret.getMetadata().getUid()).orElse(""));
    }

    /**
     * The label of meshfed does not show the origin: the operator of this mesh or of another one may have written the Secret.
     */
    private static PresentCacerts.Origin origin(Secret cacerts, Optional<String> maker) {
        if (Ownership.managed(cacerts) && Ownership.issuedBy(cacerts).equals(maker)) {
            return PresentCacerts.Origin.OURS;
        }
        return ObjectMetas.isHandedOver(cacerts) ? PresentCacerts.Origin.HANDED_OVER : PresentCacerts.Origin.FOREIGN;
    }

    /** A Secret to write. */
    public static Secret secret(String namespace, String name, String type, Map<String, byte[]> data) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withType(type)
                .withData(data.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> Base64.getEncoder()
                        .encodeToString(e.getValue()))))
                .build();
    }
}
