package io.meshfed.plan.imports.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.plan.imports.endpoints.EndpointWeights.Share;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointWeightsTest {

    @Test
    void singleEndpointsKeepTheWeightsTheUserGave() {
        assertThat(EndpointWeights.exact(shares(new Share(3, 1), new Share(6, 1))))
                .containsExactly(e("0", 3), e("1", 6));
    }

    @Test
    void aRemoteOfSeveralAddressesHasItsShareAsAWhole() {
        // 1 over two addresses against 1 over three against 1: 3+3 to 2+2+2 to 6.
        assertThat(EndpointWeights.exact(shares(new Share(1, 2), new Share(1, 3), new Share(1, 1))))
                .containsExactly(e("0", 3), e("1", 2), e("2", 6));
    }

    @Test
    void weightsStaySmallEnoughForEnvoysSum() {
        Map<String, Long> weights = EndpointWeights.exact(
                shares(new Share(10000, 16), new Share(1, 15), new Share(9999, 13), new Share(1, 11)));

        assertThat(weights.values()).allMatch(weight -> weight >= 1 && weight <= 1_000_000);
    }

    @Test
    void besidePodsTheWeightIsDealtOutAndNeverBelowOne() {
        assertThat(EndpointWeights.besidePods(new Share(5, 3))).isEqualTo(List.of(2L, 2L, 1L));
        assertThat(EndpointWeights.besidePods(new Share(1, 2))).isEqualTo(List.of(1L, 1L));
    }

    private static Map<String, Share> shares(Share... shares) {
        Map<String, Share> map = new LinkedHashMap<>();
        for (Share share : shares) {
            map.put(String.valueOf(map.size()), share);
        }
        return map;
    }

    private static Map.Entry<String, Long> e(String key, long value) {
        return Map.entry(key, value);
    }
}
