package io.meshfed.remote.kubeconfig;

import io.meshfed.api.condition.KubeconfigReason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The part of YAML that data needs: one document of maps, lists and text, without anchors, aliases, tags or a key given twice, at most
 * {@value #MAX_BYTES} bytes and {@value #MAX_DEPTH} levels. Built from the parser's events, so that nothing is expanded or constructed
 * before it was checked. All scalars are text.
 */
final class StrictYaml {
    static final int MAX_BYTES = 64 * 1024;
    static final int MAX_DEPTH = 12;

    private final Iterator<Event> events;

    private StrictYaml(Iterator<Event> events) {
        this.events = events;
    }

    /** @throws RefusedKubeconfigException when the bytes are not as described above */
    static Map<String, Object> readMap(byte[] yaml) {
        if (yaml.length > MAX_BYTES) {
            throw new RefusedKubeconfigException(
                    KubeconfigReason.TooLarge,
                    "the kubeconfig is larger than 64 KiB: keep one cluster, one user and one context in it");
        }
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(MAX_BYTES).build();
        try {
            StrictYaml reader =
                    new StrictYaml(new Parse(settings).parseString(text(yaml)).iterator());
            if (reader.document() instanceof Map<?, ?> map) {
                return asTextMap(map);
            }
        } catch (YamlEngineException e) {
            // The parser's own message quotes the line, which may contain a token.
            throw invalid(
                    "the kubeconfig is not valid YAML: create it again with kubectl config view --minify --raw --flatten");
        }
        throw invalid(
                "the kubeconfig is not a YAML map: create it again with kubectl config view --minify --raw --flatten");
    }

    /** A map read by this class, with the type that all its maps have. */
    @SuppressWarnings("unchecked") // node() makes maps with String keys and nothing else
    static Map<String, Object> asTextMap(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    private static String text(byte[] yaml) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(yaml))
                    .toString();
        } catch (CharacterCodingException e) {
            throw invalid("the kubeconfig is not UTF-8 text");
        }
    }

    private Object document() {
        expect(Event.ID.StreamStart);
        Event start = events.next();
        if (start.getEventId() == Event.ID.StreamEnd) {
            throw invalid("the kubeconfig is empty: set it");
        }
        Object root = node(events.next(), 0);
        expect(Event.ID.DocumentEnd);
        if (events.next().getEventId() != Event.ID.StreamEnd) {
            throw new RefusedKubeconfigException(
                    KubeconfigReason.SeveralDocuments, "the kubeconfig holds several YAML documents: keep one");
        }
        return root;
    }

    private Object node(Event event, int depth) {
        if (depth > MAX_DEPTH) {
            throw new RefusedKubeconfigException(
                    KubeconfigReason.TooDeep,
                    "the kubeconfig is nested more than " + MAX_DEPTH + " levels deep: use a plain kubeconfig");
        }
        if (event.getEventId() == Event.ID.Alias
                || event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            throw new RefusedKubeconfigException(
                    KubeconfigReason.AliasNotAllowed,
                    "the kubeconfig uses YAML anchors or aliases: write the values out");
        }
        return switch (event.getEventId()) {
            case Scalar -> ((ScalarEvent) event).getValue();
            case SequenceStart -> sequence(depth);
            case MappingStart -> mapping(depth);
            default -> throw invalid("the kubeconfig is not valid YAML");
        };
    }

    private List<Object> sequence(int depth) {
        List<Object> items = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node(event, depth + 1));
        }
        return items;
    }

    private Map<String, Object> mapping(int depth) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            if (!(node(event, depth + 1) instanceof String key)) {
                throw invalid("the kubeconfig has a key that is not text");
            }
            if (fields.containsKey(key)) {
                throw new RefusedKubeconfigException(
                        KubeconfigReason.DuplicateKey,
                        "the kubeconfig gives a field twice in one map: keep one of the two");
            }
            fields.put(key, node(events.next(), depth + 1));
        }
        return fields;
    }

    private void expect(Event.ID id) {
        if (events.next().getEventId() != id) {
            throw invalid("the kubeconfig is not valid YAML");
        }
    }

    private static RefusedKubeconfigException invalid(String message) {
        return new RefusedKubeconfigException(KubeconfigReason.InvalidYaml, message);
    }
}
