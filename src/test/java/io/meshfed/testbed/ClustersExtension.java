package io.meshfed.testbed;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
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
final class ClustersExtension
        implements BeforeAllCallback, TestInstancePostProcessor, ParameterResolver, AfterAllCallback {

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

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getRequiredTestClass().getEnclosingClass() == null) {
            Store store = context.getRoot().getStore(NAMESPACE);
            Arrays.stream(names(context.getRequiredTestClass()))
                    .flatMap(name -> Optional.ofNullable(store.get(name, Cluster.class)).stream())
                    .forEach(Cluster::assertNothingPrivateIsDisclosed);
        }
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
        String[] names = names(context.getRequiredTestClass());
        Store store = context.getRoot().getStore(NAMESPACE);
        synchronized (ClustersExtension.class) {
            List<ClusterOptions> missing = Arrays.stream(names)
                    .filter(name -> store.get(name) == null)
                    .map(ClusterOptions::named)
                    .toList();
            Cluster.startAll(missing.toArray(ClusterOptions[]::new))
                    .forEach(cluster -> store.put(cluster.name(), cluster));
            return new Clusters(
                    Arrays.stream(names)
                            .map(name -> store.get(name, Cluster.class))
                            .toList(),
                    false);
        }
    }

    /** The annotation of the class, or for a nested one of a class around it. */
    private static String[] names(Class<?> testClass) {
        return Stream.<Class<?>>iterate(testClass, each -> each != null, Class::getEnclosingClass)
                .flatMap(each -> AnnotationSupport.findAnnotation(each, WithClusters.class).stream())
                .findFirst()
                .map(WithClusters::value)
                .orElseThrow(() -> new TestbedException("@WithClusters belongs on the test class"));
    }
}
