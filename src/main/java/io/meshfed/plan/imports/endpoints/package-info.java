/** The ServiceEntry or WorkloadEntries of an import. */
@NullMarked
package io.meshfed.plan.imports.endpoints;

import org.jspecify.annotations.NullMarked;
