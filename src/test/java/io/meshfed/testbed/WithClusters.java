package io.meshfed.testbed;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Gives a test class real clusters, through parameters or fields of type {@link Clusters}.
 *
 * <p>A cluster is shared by all test classes of the JVM that name it, so a test lives in namespaces of its own
 * ({@link Clusters#newNamespace(String)}) and takes away the cluster-scoped objects that it made. What would disturb
 * others belongs into {@link Clusters#fresh(ClusterOptions...)}. Classes that share clusters run one after the other.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ClustersExtension.class)
@Execution(ExecutionMode.SAME_THREAD)
public @interface WithClusters {

    /** Names of the clusters; those that do not run yet are started at the same time. */
    String[] value() default {"east", "west"};
}
