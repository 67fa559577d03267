/** What the plan of an import is made from. */
@NullMarked
package io.meshfed.plan.imports.world;

import org.jspecify.annotations.NullMarked;
