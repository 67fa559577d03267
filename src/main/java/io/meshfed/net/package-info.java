/** Addresses: which may be connected to, and what host names resolve to. */
@NullMarked
package io.meshfed.net;

import org.jspecify.annotations.NullMarked;
