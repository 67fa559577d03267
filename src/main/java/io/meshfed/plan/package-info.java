/** What should exist: pure functions of an immutable picture of the world. No client, no clock, no Quarkus. */
@NullMarked
package io.meshfed.plan;

import org.jspecify.annotations.NullMarked;
