/** The DestinationRule of an import. */
@NullMarked
package io.meshfed.plan.imports.traffic;

import org.jspecify.annotations.NullMarked;
