package io.meshfed.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a custom resource be read although this version does not understand it, as after a downgrade: what is left of it
 * then is its metadata, with a mark. Without this one such object would end the list of its kind, and the framework's
 * informer, and with that the process.
 */
public final class NewerVersions extends SimpleModule {
    private static final long serialVersionUID = 1L;

    /** In memory only. An annotation, because the framework copies resources by way of JSON. */
    private static final String MARK = "meshfed.io/not-understood";

    public NewerVersions() {
        super("meshfed");
        setDeserializerModifier(new Guarding());
    }

    /** Whether nothing of a resource can be used but its metadata. */
    public static boolean notUnderstood(HasMetadata resource) {
        return Optional.ofNullable(resource.getMetadata().getAnnotations())
                .orElse(Map.of())
                .containsKey(MARK);
    }

    private static final class Guarding extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription description, JsonDeserializer<?> deserializer) {
            Class<?> type = description.getBeanClass();
            boolean ours = CustomResource.class.isAssignableFrom(type)
                    && type.getPackage().equals(NewerVersions.class.getPackage());
            return ours ? new Guarded(deserializer) : deserializer;
        }
    }

    private static final class Guarded extends DelegatingDeserializer {
        private static final long serialVersionUID = 1L;

        Guarded(JsonDeserializer<?> delegate) {
            super(delegate);
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
            return new Guarded(delegate);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            JsonNode tree = parser.readValueAsTree();
            try (JsonParser copy = tree.traverse(parser.getCodec())) {
                copy.nextToken();
                return super.deserialize(copy, context);
            } catch (JsonMappingException | IllegalArgumentException | NullPointerException e) {
                return metadataOf(tree, parser);
            }
        }

        private Object metadataOf(JsonNode tree, JsonParser parser) throws IOException {
            ObjectMeta metadata = parser.getCodec().treeToValue(tree.path("metadata"), ObjectMeta.class);
            Map<String, String> annotations =
                    new HashMap<>(Optional.ofNullable(metadata.getAnnotations()).orElse(Map.of()));
            annotations.put(MARK, "true");
            metadata.setAnnotations(annotations);
            try {
                HasMetadata resource =
                        (HasMetadata) handledType().getDeclaredConstructor().newInstance();
                resource.setMetadata(metadata);
                return resource;
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("every custom resource has a public constructor", e);
            }
        }
    }
}
