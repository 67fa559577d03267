package io.meshfed.reconcile;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.meshfed.api.ObjectMetas;
import io.meshfed.apply.Ownership;
import io.meshfed.trust.cacerts.PresentCacerts;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Secrets as {@code trust} sees them, their values without base64. */
public final class SecretBytes {
    private SecretBytes() {}

    /** The values of a Secret. */
    public static Map<String, byte[]> decoded(Secret secret) {
        return Optional.ofNullable(secret.getData()).orElse(Map.of()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, e -> Base64.getDecoder().decode(e.getValue())));
    }

    /** The same, if they can be decoded: another cluster's API server need not have seen to that. */
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
     * A {@code cacerts} and whose it is.
     *
     * @param data its decoded values
     * @param maker network of the mesh that makes it for another one; empty: the mesh itself does
     */
    public static PresentCacerts cacerts(Secret secret, Map<String, byte[]> data, Optional<String> maker) {
        return new PresentCacerts(
                data,
                // An empty one that this mesh laid out itself can be handed over, too.
                data.isEmpty() && ObjectMetas.isHandedOver(secret)
                        ? PresentCacerts.Origin.HANDED_OVER
                        : origin(secret, maker),
                Optional.ofNullable(secret.getMetadata().getUid()).orElse(""));
    }

    /**
     * Whose a {@code cacerts} is. meshfed's marks alone do not tell: the operator of this mesh or of another may have made it.
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
