package io.meshfed.trust.world;

import java.util.Map;

/**
 * Where revocation lists, and the CAs that signed them, may come from besides {@code cacerts} itself. Nothing of it is
 * believed before it verifies.
 *
 * @param configMap data of the ConfigMap that {@code spec.trust.crl} names, PEM; empty if it does not exist
 * @param catalogues {@code spec.revocation} of the other meshes' catalogues by name of the RemoteMesh, PEM, empty text if
 *     a catalogue has none; a RemoteMesh whose catalogue cannot be read is absent
 */
public record CrlMaterial(Map<String, String> configMap, Map<String, String> catalogues) {

    /** No lists from anywhere. */
    public static final CrlMaterial NONE = new CrlMaterial(Map.of(), Map.of());

    public CrlMaterial {
        configMap = Map.copyOf(configMap);
        catalogues = Map.copyOf(catalogues);
    }
}
