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
 * A Jackson module that reads custom resources written by a newer version, as after a downgrade. It skips unknown fields.
 * A resource with an unknown value, such as a new enum constant, is read as its metadata only, and marked
 * ({@link #notUnderstood}). Without this, one such object would make the list of its kind fail, which stops the SDK's
 * informer and with it the process.
 */
public final class UnknownFields extends SimpleModule {
    private static final String API = UnknownFields.class.getPackageName();
    private static final long serialVersionUID = 1L;

    /** Set in memory only. An annotation, because it must survive the copies that the SDK makes through JSON. */
    private static final String MARK = "meshfed.io/not-understood";

    public UnknownFields() {
        super("meshfed");
        setDeserializerModifier(new WithMetadataFallback());
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.addDeserializationProblemHandler(new SkipUnknownFields());
    }

    /** Whether a resource was read as its metadata only, because this version does not know one of its values. */
    public static boolean notUnderstood(HasMetadata resource) {
        return ObjectMetas.annotations(resource).containsKey(MARK);
    }

    private static boolean ours(Class<?> type) {
        String name = type.getPackageName();
        return name.equals(API) || name.startsWith(API + ".");
    }

    /** Skips the unknown fields of our own types; other types keep the client's behaviour. */
    private static final class SkipUnknownFields extends DeserializationProblemHandler {
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

    private static final class WithMetadataFallback extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription description, JsonDeserializer<?> deserializer) {
            Class<?> type = description.getBeanClass();
            return CustomResource.class.isAssignableFrom(type) && ours(type)
                    ? new MetadataFallback(deserializer)
                    : deserializer;
        }
    }

    private static final class MetadataFallback extends DelegatingDeserializer {
        private static final long serialVersionUID = 1L;

        MetadataFallback(JsonDeserializer<?> delegate) {
            super(delegate);
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
            return new MetadataFallback(delegate);
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
