package io.meshfed.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildCacheTest {

    @TempDir
    Path folder;

    private final AtomicInteger builds = new AtomicInteger();
    private BuildCache cache;

    @BeforeEach
    void twoModules() throws IOException {
        write("etcd/main.go", "package main");
        write("netbed/main.go", "package main");
        cache = new BuildCache(folder.resolve("cache"), folder.resolve("repository"));
    }

    @Test
    void isBuiltOnce() {
        // Given
        Path first = cache.get("etcd", List.of("etcd"), this::build);
        // When
        Path second = cache.get("etcd", List.of("etcd"), this::build);
        // Then
        assertThat(second).isEqualTo(first).isDirectoryContaining("glob:**/binary");
        assertThat(builds).hasValue(1);
    }

    @Test
    void aChangeOfAnotherModuleBuildsNothing() throws IOException {
        // Given
        cache.get("etcd", List.of("etcd"), this::build);
        // When
        write("netbed/main.go", "package main // changed");
        cache.get("etcd", List.of("etcd"), this::build);
        // Then
        assertThat(builds).hasValue(1);
    }

    @Test
    void aChangeOfATestBuildsNothing() throws IOException {
        // Given
        cache.get("etcd", List.of("etcd"), this::build);
        // When
        write("etcd/main_test.go", "package main");
        cache.get("etcd", List.of("etcd"), this::build);
        // Then
        assertThat(builds).hasValue(1);
    }

    @Test
    void aChangeOfItsModuleBuildsAgain() throws IOException {
        // Given
        Path before = cache.get("etcd", List.of("etcd"), this::build);
        // When
        write("etcd/main.go", "package main // changed");
        Path after = cache.get("etcd", List.of("etcd"), this::build);
        // Then
        assertThat(builds).hasValue(2);
        assertThat(after).isNotEqualTo(before);
    }

    @Test
    void aFileAloneIsASourceWhateverItsName() throws IOException {
        // Given
        write("envoy/requirements.txt", "envoy 1");
        cache.get("envoy", List.of("envoy/requirements.txt"), this::build);
        // When
        write("envoy/requirements.txt", "envoy 2");
        cache.get("envoy", List.of("envoy/requirements.txt"), this::build);
        // Then
        assertThat(builds).hasValue(2);
    }

    @Test
    void whoAsksMeanwhileWaitsForTheOneBuild() {
        // Given
        CountDownLatch everybodyAsks = new CountDownLatch(4);
        // When
        List<CompletableFuture<Path>> answers = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> {
                            everybodyAsks.countDown();
                            return cache.get("etcd", List.of("etcd"), into -> {
                                await(everybodyAsks);
                                build(into);
                            });
                        },
                        BuildCacheTest::thread))
                .toList();
        // Then
        assertThat(answers.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(builds).hasValue(1);
    }

    @Test
    void differentThingsAreBuiltOneAfterTheOther() {
        // Given
        AtomicInteger atOnce = new AtomicInteger();
        BuildCache.Recipe recipe = into -> {
            assertThat(atOnce.incrementAndGet()).isOne();
            build(into);
            atOnce.decrementAndGet();
        };
        // When
        List<CompletableFuture<Path>> answers = Stream.of("etcd", "netbed")
                .map(name -> CompletableFuture.supplyAsync(
                        () -> cache.get(name, List.of(name), recipe), BuildCacheTest::thread))
                .toList();
        // Then
        assertThat(answers.stream().map(CompletableFuture::join)).hasSize(2);
        assertThat(builds).hasValue(2);
    }

    @Test
    void failedBuildLeavesNothingAndIsRepeated() {
        // Given
        assertThatThrownBy(() -> cache.get("etcd", List.of("etcd"), into -> {
                    Files.writeString(into.resolve("half"), "");
                    throw new TestbedException("no go here");
                }))
                .hasMessage("no go here");
        // When
        Path home = cache.get("etcd", List.of("etcd"), this::build);
        // Then
        assertThat(home).isDirectoryNotContaining("glob:**/half");
        assertThat(home.getParent()).isDirectoryNotContaining("glob:**/unfinished-*");
    }

    private void build(Path into) throws IOException {
        builds.incrementAndGet();
        Files.writeString(into.resolve("binary"), "");
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve("repository").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static void thread(Runnable task) {
        new Thread(task, "asks").start();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
