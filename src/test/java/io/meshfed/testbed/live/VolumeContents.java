package io.meshfed.testbed.live;

import java.util.Optional;
import java.util.SortedMap;

/** The contents of Secret and ConfigMap volumes: bytes by key. */
interface VolumeContents {

    /** Empty if it does not exist. */
    Optional<SortedMap<String, byte[]>> secret(String namespace, String name);

    /** Empty if it does not exist. */
    Optional<SortedMap<String, byte[]>> configMap(String namespace, String name);
}
