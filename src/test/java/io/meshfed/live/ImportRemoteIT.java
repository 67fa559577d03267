package io.meshfed.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.testbed.Mesh;
import io.meshfed.testbed.live.Answers;
import io.meshfed.testbed.live.App;
import io.meshfed.testbed.live.LiveMeshes;
import io.meshfed.testbed.live.SharePicture;
import io.meshfed.testbed.live.WithMeshes;
import org.junit.jupiter.api.Test;

/** The seed's first request: a service that only west has answers in east, under its own name. */
@WithMeshes
class ImportRemoteIT {
    private static final App HTTPBIN = App.httpbin();
    private static final App SLEEP = App.client("sleep");
    private static final String URL = "http://" + HTTPBIN.host() + ":8000/headers";

    @Test
    void remoteServiceAnswersUnderItsOwnName(LiveMeshes meshes) {
        meshes.west().deploy(HTTPBIN);
        meshes.east().deploy(SLEEP).namespace("httpbin");

        meshes.east().applyExample("httpbin-import.yaml");
        meshes.east().until("httpbin", () -> Mesh.holds(meshes.east().imported("httpbin", "httpbin"), "Ready"));
        Answers answers = meshes.east().client(SLEEP).get(URL).untilAnswered().times(20);

        SharePicture.record(SharePicture.Section.IMPORT_AS_LOCAL, 0, "before: only west has it", answers);
        assertThat(answers.failed()).as("%s", answers.failures()).isZero();
        assertThat(answers.shareOf("west/httpbin")).isEqualTo(1.0);
        assertThat(answers.seenHeader("X-Forwarded-Client-Cert"))
                .contains("By=spiffe://west.local/ns/httpbin/sa/httpbin")
                .contains("URI=spiffe://east.local/ns/sleep/sa/sleep");
    }
}
