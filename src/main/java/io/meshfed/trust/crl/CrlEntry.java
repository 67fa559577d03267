package io.meshfed.trust.crl;

import io.meshfed.trust.x509.RevocationList;
import java.util.Optional;

/**
 * A revocation list and where the operator found it.
 *
 * @param label where exactly, for a message
 * @param remote the RemoteMesh whose list it is; empty: it is of no RemoteMesh
 */
record CrlEntry(Place place, String label, Optional<String> remote, RevocationList list) {

    /** Where revocation lists are read from. */
    enum Place {
        /** Key {@code ca-crl.pem} of {@code cacerts}: what proxies check. */
        IN_USE,
        /** Key {@code own-crl.pem} of {@code cacerts}: what this mesh publishes for other meshes. */
        OWN,
        /** A key of the ConfigMap that the spec names. */
        CONFIG_MAP,
        /** Another mesh's catalogue. */
        CATALOGUE
    }
}
