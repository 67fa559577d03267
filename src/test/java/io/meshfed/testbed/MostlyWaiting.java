package io.meshfed.testbed;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test class of minutes in which nearly nothing is computed, such as the dwells of a rotation. These run side by side
 * after all others ({@code pom.xml}): what they do under load is not disturbed by a machine that is busy, and no
 * processor waits with them.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("waiting")
public @interface MostlyWaiting {}
