package io.meshfed.live;

import static io.meshfed.testbed.live.Answers.FIVE_POINTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.Client;
import io.meshfed.testbed.live.LiveMesh;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.SharePicture;
import io.meshfed.testbed.live.WithMeshes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The seed's first TODO: locality load balancing, how to switch it on and off, and how to manage the ratio. */
@WithMeshes
class LocalityIT {
    private static App shop;
    private static LiveMesh east;
    private static Client.Requests requests;

    @BeforeAll
    static void deployInBoth(LiveMeshes meshes) {
        String namespace = meshes.newName("locality");
        shop = App.server("shop").in(namespace).http(8000).exports();
        App visitor = App.client("visitor").in(namespace);
        east = meshes.east();
        meshes.west().deploy(shop);
        east.deploy(shop, visitor);
        requests = east.client(visitor).get("http://" + shop.host() + ":8000/");
    }

    private static void balance(String locality) {
        east.imports(
                shop,
                """
                from: [{remote: west}]
                loadBalancing:
                  maxRequestsPerConnection: 1
                  locality: %s
                """
                        .formatted(locality));
    }

    private static void givenFailover() {
        balance("{mode: Failover}");
        // With Distribute, a series of 20 requests is answered by east alone once in a hundred times.
        east.until("all answers from east", () -> requests.times(60).shareOf("east/") == 1);
    }

    @Test
    void noneSharesEquallyRegardlessOfLocality() {
        balance("{mode: None}");
        requests.untilAnsweredBy("west/", "east/");
        east.until("equal shares", () -> requests.times(100).shareOf("west/") > 0.4);

        Answers answers = requests.sample();

        SharePicture.record(SharePicture.Section.LOCALITY, 0, "None", answers);
        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("west/")).isCloseTo(0.5, FIVE_POINTS);
    }

    @Test
    void failoverStaysLocalWhileALocalPodAnswers() {
        givenFailover();

        Answers answers = requests.times(200);

        SharePicture.record(SharePicture.Section.LOCALITY, 1, "Failover", answers);
        assertThat(answers.shareOf("east/")).isEqualTo(1);
    }

    @Test
    void failoverUsesTheRemoteWhileNoLocalPodRunsAndReturns() {
        givenFailover();

        east.scale(shop, 0);
        east.until("answers from west", () -> requests.times(20).shareOf("west/") == 1);
        Answers away = requests.times(200);

        east.scale(shop, 1);
        east.until("answers from east", () -> requests.times(20).shareOf("east/") == 1);
        Answers back = requests.times(200);

        SharePicture.record(SharePicture.Section.LOCALITY, 2, "Failover, no pod in east", away);
        assertThat(away.failed()).as("%s", away.failures()).isZero();
        assertThat(away.shareOf("west/")).isEqualTo(1);
        assertThat(back.failed()).as("%s", back.failures()).isZero();
        assertThat(back.shareOf("east/")).isEqualTo(1);
    }

    @Test
    void distributeKeepsTheRatio() {
        balance("{mode: Distribute, shares: [{remote: west, percent: 20}]}");
        requests.untilAnsweredBy("west/", "east/");
        east.until("fewer answers from west", () -> requests.times(100).shareOf("west/") < 0.35);

        Answers answers = requests.sample();

        SharePicture.record(SharePicture.Section.LOCALITY, 3, "Distribute, west 20 %", answers);
        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("west/")).isCloseTo(0.2, FIVE_POINTS);
    }
}
