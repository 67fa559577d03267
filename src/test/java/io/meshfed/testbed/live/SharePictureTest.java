package io.meshfed.testbed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.live.SharePicture.Row;
import io.meshfed.testbed.live.SharePicture.Section;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;

/** The picture is what was counted, in XML that a browser takes. */
class SharePictureTest {

    @Test
    void everyPodHasAPieceAsLongAsItsShare() throws Exception {
        Row before = new Row(Section.WEIGHT, 0, "a < b & c", Map.of("west/shop-1", 7));
        Row after = new Row(Section.WEIGHT, 1, "after", Map.of("west/shop-2", 1, "west/shop-1", 1, "east/shop-3", 2));

        String svg = SharePicture.svg(List.of(before, after));

        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(texts(document.getElementsByTagName("text")))
                .containsExactly(
                        Section.WEIGHT.title(),
                        "a < b & c",
                        "west 100 %",
                        "after",
                        "east 50 %",
                        "west 25 %",
                        "west 25 %");
        NodeList pieces = document.getElementsByTagName("rect");
        assertThat(IntStream.range(1, pieces.getLength()).mapToObj(i -> pieces.item(i)
                        .getAttributes()
                        .getNamedItem("width")
                        .getNodeValue()))
                .containsExactly("500.0", "250.0", "125.0", "125.0");
    }

    private static List<String> texts(NodeList nodes) {
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> nodes.item(i).getTextContent())
                .toList();
    }
}
