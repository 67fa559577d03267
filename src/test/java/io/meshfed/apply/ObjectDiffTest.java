package io.meshfed.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectDiffTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\": 1, \"b\": 2} | {\"a\": 1}             | true",
                "{\"a\": 1}           | {\"a\": 1, \"b\": 2}   | false",
                "{\"a\": 1}           | {\"a\": 2}             | false",
                "{\"a\": 1}           | {\"a\": 1.0}           | true",
                "{\"a\": \"1\"}       | {\"a\": 1}             | false",
                "{\"a\": {\"x\": 1}}  | {\"a\": {}}            | true",
                "{\"a\": 1}           | {\"a\": {}}            | false",
                "{\"a\": [1, 2]}      | {\"a\": [1, 2]}        | true",
                "{\"a\": [2, 1]}      | {\"a\": [1, 2]}        | false",
                "{\"a\": [1, 2, 3]}   | {\"a\": [1, 2]}        | false",
                "{\"a\": [1]}         | {\"a\": [1, 2]}        | false",
                "{\"a\": [{\"x\": 1, \"y\": 2}]} | {\"a\": [{\"x\": 1}]} | true",
                "{}                   | {\"a\": []}            | false",
                "{\"a\": null}        | {\"a\": 1}             | false",
            })
    void contains(String live, String wanted, boolean expected) throws JsonProcessingException {
        assertThat(ObjectDiff.contains(JSON.readTree(live), JSON.readTree(wanted)))
                .isEqualTo(expected);
    }

    @Test
    void theHashDependsOnEveryValueAndOnNoOrderOfKeys() throws JsonProcessingException {
        JsonNode one = JSON.readTree("{\"a\": {\"x\": 1, \"y\": [1, 2]}, \"b\": 2}");
        JsonNode reordered = JSON.readTree("{\"b\": 2, \"a\": {\"y\": [1, 2], \"x\": 1}}");
        JsonNode otherList = JSON.readTree("{\"a\": {\"x\": 1, \"y\": [2, 1]}, \"b\": 2}");

        assertThat(ObjectDiff.hash(one)).hasSize(16).isEqualTo(ObjectDiff.hash(reordered));
        assertThat(ObjectDiff.hash(otherList)).isNotEqualTo(ObjectDiff.hash(one));
    }
}
