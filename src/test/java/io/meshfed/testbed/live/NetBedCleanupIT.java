package io.meshfed.testbed.live;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.meshfed.testbed.ChildProcess;
import io.meshfed.testbed.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks and containers end with the JVM that created them, even when that JVM is killed. */
class NetBedCleanupIT {

    @Test
    void nothingIsLeftOfAKilledJvm(@TempDir Path folder) throws IOException, InterruptedException {
        assumeThat(Privilege.judge("NetBedLifelineIT").isDisabled()).isFalse();
        NetBed.program();
        Path written = folder.resolve("pids");
        Process jvm = Processes.startJvm(Owner.class, folder);
        await().atMost(ofSeconds(60)).until(() -> Files.exists(written));
        List<ProcessHandle> left = jvm.descendants().toList();
        assertThat(left).as("world, container's parent, container").hasSize(3).allMatch(ProcessHandle::isAlive);

        jvm.destroyForcibly().waitFor();

        await().atMost(ofSeconds(10)).until(() -> left.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** The JVM that is killed. */
    static final class Owner {
        private Owner() {}

        /** Makes a pod with a container, says so, and waits to be killed. */
        public static void main(String[] arguments) throws IOException, InterruptedException {
            Path folder = Path.of(arguments[0]);
            NetBed netBed = NetBed.start(folder);
            netBed.cluster("east", "10.10.0.0/16", "10.255.10.0/24", "192.168.100.1/24");
            String netns = netBed.pod("east", "default/one", "10.10.0.2");
            ChildProcess container = Container.start(
                    "one",
                    folder,
                    new ContainerSpec(
                            netns,
                            "one",
                            1000,
                            1000,
                            "/",
                            List.of("/netbed", "pause"),
                            List.of(),
                            List.of(new ContainerSpec.Bind(NetBed.program().toString(), "/netbed", true)),
                            List.of(),
                            Map.of(),
                            List.of(),
                            true,
                            1000));
            ProcessHandle parent = ProcessHandle.of(container.pid()).orElseThrow();
            await().atMost(ofSeconds(30)).until(() -> parent.children().count() == 1);
            Files.move(Files.writeString(folder.resolve("pids.part"), "there"), folder.resolve("pids"));
            Thread.currentThread().join();
        }
    }
}
