package io.meshfed.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshfed.net.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code deploy/kind}: the clusters, and the script that cuts docker's network into address pools. */
class KindFilesTest {
    private static final String SCRIPT = "deploy/kind/address-pool.sh";

    @ParameterizedTest
    @CsvSource({
        "172.18.0.0/16, 172.18.64.0/18, 172.18.128.0/18",
        "172.18.0.0/20, 172.18.4.0/22, 172.18.8.0/22",
        "172.18.5.7/20, 172.18.4.0/22, 172.18.8.0/22",
        "192.168.32.0/19, 192.168.40.0/21, 192.168.48.0/21",
        "192.168.228.0/24, 192.168.228.64/26, 192.168.228.128/26",
        "10.89.0.128/25, 10.89.0.160/27, 10.89.0.192/27",
        "10.0.0.64/26, 10.0.0.80/28, 10.0.0.96/28",
        "10.0.0.0/8, 10.64.0.0/10, 10.128.0.0/10",
        "223.255.255.0/24, 223.255.255.64/26, 223.255.255.128/26"
    })
    void eachClusterGetsAQuarterOfTheNetwork(String network, String east, String west) {
        assertThat(pool("east", network)).isEqualTo(east);
        assertThat(pool("west", network)).isEqualTo(west);
    }

    static Stream<String> networks() {
        return IntStream.rangeClosed(8, 26).mapToObj(prefix -> "100.77.155.0/" + prefix);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void poolsLieInTheNetworkAndShareNothingWithEachOtherOrTheNodes(String network) throws UnknownHostException {
        Cidr whole = Cidr.parse(network);
        int quarter = whole.prefixLength() + 2;
        long start = number(whole.network()) & (-1L << (32 - whole.prefixLength()));
        Cidr nodes = new Cidr(address(start), quarter);

        Cidr east = Cidr.parse(pool("east", network));
        Cidr west = Cidr.parse(pool("west", network));

        assertThat(List.of(east.prefixLength(), west.prefixLength())).containsOnly(quarter);
        assertThat(whole.contains(east.network()) && whole.contains(west.network()))
                .isTrue();
        assertThat(nodes.contains(east.network()) || nodes.contains(west.network()))
                .isFalse();
        assertThat(east.contains(west.network()) || west.contains(east.network()))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{172.18.0.0/16  172.18.0.1 map[]}]",
                "[{172.18.0.0/16  172.18.0.1 map[]} {fc00:f853:ccd:e793::/64   map[]}]",
                "[{fc00:f853:ccd:e793::/64  fc00:f853:ccd:e793::1 map[]} {172.18.0.0/16  172.18.0.1 map[]}]",
                "172.18.0.0/16\n",
                "fc00::/64\n172.18.0.0/16\n"
            })
    void readsWhatDockerPrints(String printed) {
        Command script = Command.run(List.of("sh", SCRIPT, "east"), printed);

        assertThat(script.exitCode()).as(script.errors()).isZero();
        assertThat(range(script)).isEqualTo("172.18.64.0/18");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.168.0.0/27 | does not fit",
                "192.168.0.0/32 | does not fit",
                "0.0.0.0/0      | does not fit",
                "172.18.0.0/33  | no IPv4 network",
                "172.18.0.0/    | no IPv4 network",
                "172.18.0.0/1x  | no IPv4 network",
                "172.18.0.0/016 | no IPv4 network",
                "172.18.0.256/16| no IPv4 network",
                "172.018.0.0/16 | no IPv4 network",
                "172.18.0.0.0/16| no IPv4 network",
                "172.18..0/16   | no IPv4 network",
                "172.18.0/16    | no IPv4 network such as",
                "172.18.0.0     | no IPv4 network such as",
                "fc00::/64      | no IPv4 network such as",
                "[]             | no IPv4 network such as",
                "*              | no IPv4 network such as"
            })
    void saysInOneSentenceWhatIsWrongAndPrintsNoPool(String network, String complaint) {
        Command script = Command.run(List.of("sh", SCRIPT, "east", network), "");

        assertThat(script.exitCode()).isEqualTo(1);
        assertThat(script.output()).isEmpty();
        assertThat(script.errors()).hasLineCount(1).contains(complaint, network);
    }

    @Test
    void wantsToKnowWhosePool() {
        Command script = Command.run(List.of("sh", SCRIPT, "north", "172.18.0.0/16"), "");

        assertThat(script.exitCode()).isEqualTo(1);
        assertThat(script.errors()).contains("east or west");
    }

    @Test
    void clustersHaveTheNetworksOfTheSeedAndTheirOwnRegion() throws IOException {
        JsonNode east = cluster("east");
        JsonNode west = cluster("west");

        assertThat(networks(east)).containsExactly("10.10.0.0/16", "10.255.10.0/24");
        assertThat(networks(west)).containsExactly("10.30.0.0/16", "10.255.30.0/24");
        assertThat(region(east)).isEqualTo("east");
        assertThat(region(west)).isEqualTo("west");
    }

    @Test
    void noTwoNetworksOverlap() throws IOException {
        List<Cidr> all = new ArrayList<>();
        // What istiod gives to hosts without a Service.
        all.add(Cidr.parse("240.240.0.0/16"));
        for (String name : List.of("east", "west")) {
            networks(cluster(name)).forEach(network -> all.add(Cidr.parse(network)));
        }

        for (Cidr one : all) {
            assertThat(all).filteredOn(other -> other.contains(one.network())).containsExactly(one);
        }
    }

    @Test
    void peersKubeconfigNeedsTwoArgumentsAndAClusterThatAnswers() {
        Command alone = Command.run(List.of("sh", "deploy/peer-kubeconfig.sh", "kind-east"), "");
        Command unanswered = Command.run(
                List.of("env", "PATH=/nowhere", "/bin/sh", "deploy/peer-kubeconfig.sh", "kind-east", "https://1.2.3.4"),
                "");

        assertThat(alone.exitCode()).isEqualTo(2);
        assertThat(alone.errors()).startsWith("usage:");
        assertThat(unanswered.exitCode()).isNotZero();
        assertThat(unanswered.output()).isEmpty();
    }

    private static String pool(String cluster, String network) {
        Command script = Command.run(List.of("sh", SCRIPT, cluster, network), "");
        assertThat(script.errors()).isEmpty();
        assertThat(script.exitCode()).isZero();
        return range(script);
    }

    private static String range(Command script) {
        List<JsonNode> objects = Chart.documents(script.output());
        assertThat(objects.stream().map(o -> o.path("kind").asText()))
                .containsExactly("IPAddressPool", "L2Advertisement");
        assertThat(objects.get(0).at("/spec/addresses")).hasSize(1);
        return objects.get(0).at("/spec/addresses/0").asText();
    }

    private static long number(InetAddress address) {
        long number = 0;
        for (byte part : address.getAddress()) {
            number = number << 8 | part & 0xff;
        }
        return number;
    }

    private static InetAddress address(long number) throws UnknownHostException {
        return InetAddress.getByAddress(
                new byte[] {(byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number});
    }

    private static JsonNode cluster(String name) throws IOException {
        return Chart.documents(Files.readString(Path.of("deploy/kind", name + ".yaml")))
                .get(0);
    }

    private static List<String> networks(JsonNode cluster) {
        return List.of(
                cluster.at("/networking/podSubnet").asText(),
                cluster.at("/networking/serviceSubnet").asText());
    }

    private static String region(JsonNode cluster) {
        assertThat(cluster.path("nodes")).hasSize(1);
        return cluster.at("/nodes/0/labels/topology.kubernetes.io~1region").asText();
    }
}
