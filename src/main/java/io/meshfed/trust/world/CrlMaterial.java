package io.meshfed.trust.world;

import java.util.Map;

/**
 * Sources of revocation lists, and of the CAs that signed them, besides {@code cacerts} itself. Nothing in them is verified
 * yet.
 *
 * @param configMap data of the ConfigMap that {@code spec.trust.crl} names, PEM; empty if it does not exist
 * @param catalogues {@code spec.revocation} of the other meshes' catalogues by name of the RemoteMesh, PEM, empty text if
 *     a catalogue has none; a RemoteMesh whose catalogue cannot be read is absent
 */
public record CrlMaterial(Map<String, String> configMap, Map<String, String> catalogues) {

    /** No sources. */
    public static final CrlMaterial NONE = new CrlMaterial(Map.of(), Map.of());

    public CrlMaterial {
        configMap = Map.copyOf(configMap);
        catalogues = Map.copyOf(catalogues);
    }
}
