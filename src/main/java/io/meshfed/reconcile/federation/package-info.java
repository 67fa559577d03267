/** MeshFederation: this mesh's trust, gateway, exports and catalogue. */
@NullMarked
package io.meshfed.reconcile.federation;

import org.jspecify.annotations.NullMarked;
