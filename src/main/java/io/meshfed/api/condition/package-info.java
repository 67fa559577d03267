/** Conditions and their reasons, as every kind of meshfed has them. */
@NullMarked
package io.meshfed.api.condition;

import org.jspecify.annotations.NullMarked;
