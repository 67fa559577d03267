package io.meshfed.testbed.live;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Gives a test class real meshes, east and west with a common root, through parameters or fields of type
 * {@link LiveMeshes}.
 *
 * <p>They are shared by all test classes of the JVM. A test lives in namespaces of its own
 * ({@link LiveMeshes#newName(String)}) and leaves gateways, operators and API servers as it found them. Those classes run
 * one after the other, and after whatever else runs one after the other: a new machine still builds Istio then.
 *
 * <p>Needs root. Without it the class is reported as not run, and with {@code CI=true} that is a failure.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(MeshesExtension.class)
@Execution(ExecutionMode.SAME_THREAD)
@Order(Integer.MAX_VALUE)
public @interface WithMeshes {}
