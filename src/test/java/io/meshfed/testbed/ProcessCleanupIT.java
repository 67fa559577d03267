package io.meshfed.testbed;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of the testbed end with the JVM that started them, even when that JVM is killed. */
class ProcessCleanupIT {

    @Test
    void processesEndWithAKilledJvm(@TempDir Path folder) throws IOException, InterruptedException {
        ControlPlaneBinaries.ensure();
        Path pidFile = folder.resolve("pid");
        Process jvm = Processes.startJvm(Owner.class, folder);
        await().atMost(ofSeconds(20)).until(() -> Files.exists(pidFile));
        ProcessHandle etcd =
                ProcessHandle.of(Long.parseLong(Files.readString(pidFile))).orElseThrow();
        assertThat(etcd.isAlive()).isTrue();

        jvm.destroyForcibly().waitFor();

        await().atMost(ofSeconds(10)).until(() -> !etcd.isAlive());
    }

    /** The JVM that is killed. */
    static final class Owner {
        private Owner() {}

        /** Starts an etcd, writes its process id and waits to be killed. */
        public static void main(String[] arguments) throws IOException, InterruptedException {
            Path folder = Path.of(arguments[0]);
            var etcd = ChildProcess.start(
                    "etcd",
                    folder,
                    Map.of(),
                    List.of(
                            ControlPlaneBinaries.ensure().etcd().toString(),
                            "--listen-client-urls=http://127.0.0.1:0",
                            "--advertise-client-urls=http://127.0.0.1:0",
                            "--listen-peer-urls=http://127.0.0.1:0"));
            Path written = Files.writeString(folder.resolve("pid.part"), Long.toString(etcd.pid()));
            Files.move(written, folder.resolve("pid"));
            Thread.currentThread().join();
        }
    }
}
