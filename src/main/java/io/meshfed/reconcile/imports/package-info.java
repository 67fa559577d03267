/** ImportedService: from the custom resource to ServiceEntry, WorkloadEntry and DestinationRule. */
@NullMarked
package io.meshfed.reconcile.imports;

import org.jspecify.annotations.NullMarked;
