package io.meshfed.testbed.live;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.meshfed.testbed.TestbedException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Environment, command and arguments of containers, with everything filled in that the pod's spec refers to. */
final class PodEnvironment {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Pattern REFERENCE = Pattern.compile("\\$(\\$|\\(([A-Za-z0-9_.-]+)\\))");

    private final PodFields fields;
    private final VolumeContents mountables;
    private final Map<String, String> common;

    /** @param common what every container gets, such as where the API server is */
    PodEnvironment(PodFields fields, VolumeContents mountables, Map<String, String> common) {
        this.fields = fields;
        this.mountables = mountables;
        this.common = common;
    }

    /**
     * The variables of a container.
     *
     * @throws TestbedException if something is referred to that is not there (yet)
     */
    Map<String, String> of(Container container) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("PATH", PATH);
        variables.put("HOSTNAME", fields.field("metadata.name"));
        variables.putAll(common);
        container.getEnvFrom().forEach(source -> variables.putAll(whole(source)));
        for (EnvVar variable : container.getEnv()) {
            if (variable.getValueFrom() == null) {
                String value = Optional.ofNullable(variable.getValue()).orElse("");
                variables.put(variable.getName(), expand(value, variables));
            } else {
                value(container, variable.getValueFrom()).ifPresent(v -> variables.put(variable.getName(), v));
            }
        }
        return variables;
    }

    /** Fills in {@code $(NAME)} as the kubelet does: a name that is not known stays as it is. */
    static String expand(String text, Map<String, String> variables) {
        Matcher references = REFERENCE.matcher(text);
        return references.replaceAll(found -> Matcher.quoteReplacement(
                found.group(2) == null ? "$" : variables.getOrDefault(found.group(2), found.group())));
    }

    static List<String> expand(List<String> texts, Map<String, String> variables) {
        return texts.stream().map(text -> expand(text, variables)).toList();
    }

    private Optional<String> value(Container container, EnvVarSource source) {
        if (source.getFieldRef() != null) {
            return Optional.of(fields.field(source.getFieldRef().getFieldPath()));
        }
        if (source.getResourceFieldRef() != null) {
            return Optional.of(fields.resource(container, source.getResourceFieldRef()));
        }
        if (source.getConfigMapKeyRef() != null) {
            var ref = source.getConfigMapKeyRef();
            return key("ConfigMap", configMap(ref.getName()), ref.getName(), ref.getKey(), ref.getOptional());
        }
        if (source.getSecretKeyRef() != null) {
            var ref = source.getSecretKeyRef();
            return key("Secret", secret(ref.getName()), ref.getName(), ref.getKey(), ref.getOptional());
        }
        throw new TestbedException("the testbed's kubelet knows no such source of a variable: " + source);
    }

    private Map<String, String> whole(EnvFromSource source) {
        Map<String, String> variables = new LinkedHashMap<>();
        String prefix = Optional.ofNullable(source.getPrefix()).orElse("");
        if (source.getConfigMapRef() != null) {
            var ref = source.getConfigMapRef();
            present("ConfigMap", configMap(ref.getName()), ref.getName(), ref.getOptional())
                    .ifPresent(data -> data.forEach((k, v) -> variables.put(prefix + k, text(v))));
        }
        if (source.getSecretRef() != null) {
            var ref = source.getSecretRef();
            present("Secret", secret(ref.getName()), ref.getName(), ref.getOptional())
                    .ifPresent(data -> data.forEach((k, v) -> variables.put(prefix + k, text(v))));
        }
        return variables;
    }

    private Optional<SortedMap<String, byte[]>> configMap(String name) {
        return mountables.configMap(fields.field("metadata.namespace"), name);
    }

    private Optional<SortedMap<String, byte[]>> secret(String name) {
        return mountables.secret(fields.field("metadata.namespace"), name);
    }

    private static Optional<String> key(
            String kind, Optional<SortedMap<String, byte[]>> data, String name, String key, Boolean optional) {
        Optional<String> value = present(kind, data, name, optional)
                .flatMap(d -> Optional.ofNullable(d.get(key)))
                .map(PodEnvironment::text);
        if (value.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new TestbedException(kind + " " + name + " has no key " + key);
        }
        return value;
    }

    private static Optional<SortedMap<String, byte[]>> present(
            String kind, Optional<SortedMap<String, byte[]>> data, String name, Boolean optional) {
        if (data.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new TestbedException(kind + " " + name + " does not exist");
        }
        return data;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
