package io.meshfed.testbed.live;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class real meshes as {@link WithMeshes} does, but of its own: they start and end with it, and it runs beside
 * other classes.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(MeshesExtension.class)
public @interface WithOwnMeshes {

    /** Names of the meshes; each federates with all others. */
    String[] value() default {"east", "west"};

    /** Whether they share a root certificate. */
    Roots roots() default Roots.COMMON;

    /** Those of them that ran before they heard of meshfed, with a CA that istiod made for itself. */
    String[] selfSigned() default {};

    /** A file in {@code src/test/resources/live} with more Helm values for Istio, in every mesh. */
    String istioValues() default "";
}
