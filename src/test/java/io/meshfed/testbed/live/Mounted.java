package io.meshfed.testbed.live;

import java.util.Optional;
import java.util.SortedMap;

/** Secrets and ConfigMaps as pods see them: bytes by key. */
interface Mounted {

    /** Empty while there is none of that name. */
    Optional<SortedMap<String, byte[]>> secret(String namespace, String name);

    /** Empty while there is none of that name. */
    Optional<SortedMap<String, byte[]>> configMap(String namespace, String name);
}
