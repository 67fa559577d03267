/** The reconcilers: each gathers its slice of the world, lets {@code plan} decide, applies, and reports. */
@NullMarked
package io.meshfed.reconcile;

import org.jspecify.annotations.NullMarked;
