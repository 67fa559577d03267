/** Scenarios on real API servers with the shipped jar: what users do, what goes wrong, and what they then read. */
@NullMarked
package io.meshfed.scenario;

import org.jspecify.annotations.NullMarked;
