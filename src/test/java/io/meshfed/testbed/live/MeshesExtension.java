package io.meshfed.testbed.live;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshfed.testbed.Repository;
import io.meshfed.testbed.TestbedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ModifierSupport;
import org.junit.platform.commons.support.ReflectionSupport;
import org.opentest4j.TestAbortedException;

/**
 * Starts what {@link WithMeshes} or {@link WithOwnMeshes} names and hands it to the tests; the store closes it, with the
 * class or at the very end.
 */
final class MeshesExtension
        implements ExecutionCondition,
                BeforeAllCallback,
                TestInstancePostProcessor,
                ParameterResolver,
                AfterTestExecutionCallback,
                InvocationInterceptor,
                AfterAllCallback {

    private static final Namespace NAMESPACE = Namespace.create(MeshesExtension.class);
    private static final Path VALUES = Repository.root().resolve("src/test/resources/live");
    private static final Federation SHARED = Federation.of("east", "west");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return Privilege.judge(context.getDisplayName());
    }

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
        return parameter.getParameter().getType() == LiveMeshes.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return meshes(context);
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        context.getExecutionException().ifPresent(failure -> diagnose(context, failure));
    }

    /** A step of {@link io.meshfed.testbed.TestSteps}: JUnit calls no other callback for it. */
    @Override
    public void interceptDynamicTest(
            Invocation<Void> step, DynamicTestInvocationContext invocation, ExtensionContext context) throws Throwable {
        try {
            step.proceed();
        } catch (TestAbortedException e) {
            throw e;
        } catch (Throwable failure) {
            diagnose(context, failure);
            throw failure;
        }
    }

    private static void diagnose(ExtensionContext context, Throwable failure) {
        System.err.println("testbed: " + context.getDisplayName() + " failed: " + failure.getMessage());
        Diagnosis.of(meshes(context)).print(System.err);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getRequiredTestClass().getEnclosingClass() == null) {
            LiveMeshes meshes = meshes(context);
            try {
                meshes.all().forEach(mesh -> mesh.cluster().assertNothingPrivateIsDisclosed());
            } finally {
                meshes.clear();
            }
        }
    }

    private static void setFields(ExtensionContext context, Optional<Object> instance) {
        LiveMeshes meshes = meshes(context);
        ReflectionSupport.findFields(
                        context.getRequiredTestClass(),
                        field -> field.getType() == LiveMeshes.class
                                && ModifierSupport.isStatic(field) == instance.isEmpty(),
                        HierarchyTraversalMode.TOP_DOWN)
                .forEach(field -> set(field, instance, meshes));
    }

    private static void set(Field field, Optional<Object> instance, LiveMeshes meshes) {
        try {
            field.setAccessible(true);
            field.set(instance.orElse(null), meshes);
        } catch (IllegalAccessException e) {
            throw new TestbedException("Cannot set " + field, e);
        }
    }

    private static LiveMeshes meshes(ExtensionContext context) {
        Optional<Federation> own = ownFederation(context.getRequiredTestClass());
        Federation federation = own.orElse(SHARED);
        Store store = own.map(present -> context).orElseGet(context::getRoot).getStore(NAMESPACE);
        return store.getOrComputeIfAbsent(federation, LiveMeshes::start, LiveMeshes.class);
    }

    /** What the annotation of the class asks for, or for a nested one that of a class around it. */
    private static Optional<Federation> ownFederation(Class<?> testClass) {
        return Stream.<Class<?>>iterate(testClass, each -> each != null, Class::getEnclosingClass)
                .flatMap(each -> AnnotationSupport.findAnnotation(each, WithOwnMeshes.class).stream())
                .findFirst()
                .map(meshes -> Federation.of(meshes.value())
                        .with(meshes.roots())
                        .selfSigned(meshes.selfSigned())
                        .istioValues(values(meshes.istioValues())));
    }

    private static Map<String, Object> values(String file) {
        if (file.isEmpty()) {
            return Map.of();
        }
        try (InputStream yaml = Files.newInputStream(VALUES.resolve(file))) {
            return Serialization.yamlMapper().readValue(yaml, new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
