package io.meshfed.testbed;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Order;

/**
 * A test class that takes long but mostly waits, for example for the delays of a rotation. It starts before all other classes,
 * which use the processors meanwhile ({@link StaggeredStart}).
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Order(-1)
public @interface MostlyWaiting {}
