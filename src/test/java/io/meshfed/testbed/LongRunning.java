package io.meshfed.testbed;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Order;

/**
 * A test class of a minute or more, with clusters of its own. Classes run side by side, and this one starts before the
 * shorter ones, so that nobody waits for it alone at the end.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Order(0)
public @interface LongRunning {}
