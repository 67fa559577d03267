package io.meshfed.apply;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A client whose {@code resource(...).get()} finds nothing, as a look does that came just too early. */
final class LateReader {
    private final KubernetesClient client;

    LateReader(KubernetesClient client) {
        this.client = client;
    }

    KubernetesClient client() {
        return (KubernetesClient) proxy(
                client,
                KubernetesClient.class,
                (method, result) ->
                        method.getName().equals("resource") ? blind(result, method.getReturnType()) : result);
    }

    private static Object blind(Object resource, Class<?> type) {
        return proxy(resource, type, (method, result) -> method.getName().equals("get") ? null : result);
    }

    private interface Twist {
        Object of(Method method, Object result);
    }

    private static Object proxy(Object real, Class<?> type, Twist twist) {
        return Proxy.newProxyInstance(LateReader.class.getClassLoader(), new Class<?>[] {type}, (p, method, args) -> {
            try {
                return twist.of(method, method.invoke(real, args));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }
}
