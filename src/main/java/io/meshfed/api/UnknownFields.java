package io.meshfed.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;

/**
 * Lets a custom resource be read that a newer version wrote, as after a downgrade. Fields that were added are passed over.
 * What has a value that is not understood is read as its metadata, with a mark. Without this one such object would end the list of its kind, and the framework's
 * informer, and with that the process.
 */
public final class UnknownFields extends SimpleModule {
    private static final long serialVersionUID = 1L;

    /** In memory only. An annotation, because the framework copies resources by way of JSON. */
    private static final String MARK = "meshfed.io/not-understood";

    public UnknownFields() {
        super("meshfed");
        setDeserializerModifier(new Guarding());
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.addDeserializationProblemHandler(new AddedFields());
    }

    /** Whether nothing of a resource can be used but its metadata. */
    public static boolean notUnderstood(HasMetadata resource) {
        return ObjectMetas.annotations(resource).containsKey(MARK);
    }

    private static boolean ours(Class<?> type) {
        return type.getPackage().equals(UnknownFields.class.getPackage());
    }

    /** A field that was added later asks for something that this version does not do. */
    private static final class AddedFields extends DeserializationProblemHandler {
        @Override
        public boolean handleUnknownProperty(
                DeserializationContext context,
                JsonParser parser,
                JsonDeserializer<?> deserializer,
                Object beanOrClass,
                String property)
                throws IOException {
            boolean skipped = ours(beanOrClass instanceof Class<?> type ? type : beanOrClass.getClass());
            if (skipped) {
                parser.skipChildren();
            }
            return skipped;
        }
    }

    private static final class Guarding extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription description, JsonDeserializer<?> deserializer) {
            Class<?> type = description.getBeanClass();
            return CustomResource.class.isAssignableFrom(type) && ours(type) ? new Guarded(deserializer) : deserializer;
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
            ObjectMetas.setAnnotation(metadata, MARK, "true");
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
