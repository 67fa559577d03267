/** The plan of one ImportedService. */
@NullMarked
package io.meshfed.plan.imports;

import org.jspecify.annotations.NullMarked;
