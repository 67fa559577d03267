package io.meshfed.trust;

import java.util.Map;
import java.util.Optional;

/**
 * Where revocation lists, and the CAs that signed them, may come from besides {@code cacerts} itself. Nothing of it is
 * believed before it verifies.
 *
 * @param configMapName name of the ConfigMap that {@code spec.trust.crl} refers to; empty: to none
 * @param configMap its data, PEM; empty if it does not exist
 * @param catalogues {@code spec.revocation} of the other meshes' catalogues by name of the RemoteMesh, PEM, empty text if
 *     a catalogue has none; a RemoteMesh whose catalogue cannot be read is absent
 */
public record RevocationMaterial(
        Optional<String> configMapName, Map<String, String> configMap, Map<String, String> catalogues) {

    /** No lists from anywhere. */
    public static final RevocationMaterial NONE = new RevocationMaterial(Optional.empty(), Map.of(), Map.of());

    public RevocationMaterial {
        configMap = Map.copyOf(configMap);
        catalogues = Map.copyOf(catalogues);
    }
}
