package io.meshfed.testbed;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ModifierSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/** Starts what {@link WithClusters} names and hands it to the tests; the root store closes it at the very end. */
final class ClustersExtension implements BeforeAllCallback, TestInstancePostProcessor, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(ClustersExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        setFields(context, Optional.empty());
    }

    @Override
    public void postProcessTestInstance(Object instance, ExtensionContext context) {
        setFields(context, Optional.of(instance));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Clusters.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return clusters(context);
    }

    private static void setFields(ExtensionContext context, Optional<Object> instance) {
        Clusters clusters = clusters(context);
        ReflectionSupport.findFields(
                        context.getRequiredTestClass(),
                        field -> field.getType() == Clusters.class
                                && ModifierSupport.isStatic(field) == instance.isEmpty(),
                        HierarchyTraversalMode.TOP_DOWN)
                .forEach(field -> set(field, instance, clusters));
    }

    private static void set(Field field, Optional<Object> instance, Clusters clusters) {
        try {
            field.setAccessible(true);
            field.set(instance.orElse(null), clusters);
        } catch (IllegalAccessException e) {
            throw new TestbedException("Cannot set " + field, e);
        }
    }

    private static Clusters clusters(ExtensionContext context) {
        String[] names = AnnotationSupport.findAnnotation(context.getRequiredTestClass(), WithClusters.class)
                .map(WithClusters::value)
                .orElseThrow(() -> new TestbedException("@WithClusters belongs on the test class"));
        Store store = context.getRoot().getStore(NAMESPACE);
        synchronized (ClustersExtension.class) {
            List<ClusterOptions> missing = Arrays.stream(names)
                    .filter(name -> store.get(name) == null)
                    .map(ClusterOptions::named)
                    .toList();
            Cluster.startAll(missing.toArray(ClusterOptions[]::new))
                    .forEach(cluster -> store.put(cluster.name(), new Shared(cluster)));
            return new Clusters(
                    Arrays.stream(names)
                            .map(name -> store.get(name, Shared.class).cluster())
                            .toList(),
                    false);
        }
    }

    /** What the store closes. */
    private record Shared(Cluster cluster) implements Store.CloseableResource {
        @Override
        public void close() {
            cluster.close();
        }
    }
}
