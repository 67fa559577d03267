/** Start-up: configuration, wiring, leader election, health and metrics. */
@NullMarked
package io.meshfed.operator;

import org.jspecify.annotations.NullMarked;
