/** The decision about the {@code cacerts} of a remote mesh that is issued here. */
@NullMarked
package io.meshfed.trust.issued;

import org.jspecify.annotations.NullMarked;
