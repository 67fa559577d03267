/** The Secret {@code cacerts}: its parts, the trust bundle, and how an intermediate is issued and renewed. */
@NullMarked
package io.meshfed.trust.cacerts;

import org.jspecify.annotations.NullMarked;
