/** The decision about this mesh's own {@code cacerts}: first issue, renewal, migration, and the steps of a root rotation. */
@NullMarked
package io.meshfed.trust.rotation;

import org.jspecify.annotations.NullMarked;
