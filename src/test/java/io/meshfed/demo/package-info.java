/** The demo: {@code ./mvnw -Pdemo}. Two real control planes, the operator that ships, and a story told with real objects. */
@NullMarked
package io.meshfed.demo;

import org.jspecify.annotations.NullMarked;
