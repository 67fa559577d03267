/** The east-west gateway of this mesh, and the registration of a remote one. */
@NullMarked
package io.meshfed.plan.gateway;

import org.jspecify.annotations.NullMarked;
