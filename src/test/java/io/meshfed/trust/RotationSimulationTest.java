package io.meshfed.trust;

import static io.meshfed.trust.TestCa.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshfed.trust.SimulatedMeshes.Mesh;
import io.meshfed.trust.TestCa.Ca;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Case 34: whatever is killed, lost or late, at every instant every pair of workloads accepts each other; and when peace
 * returns, every mesh arrives. More seeds: {@code -Drotation.seeds=500}.
 */
class RotationSimulationTest {
    private static final Ca ONE = root("one").make();
    private static final Ca TWO = root("two").make();
    private static final Ca THREE = root("three").make();
    private static final List<Ca> POOL = List.of(ONE, TWO, THREE);

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("rotation.seeds", 2));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void meshesOnOneRootMoveInAnyOrder(long seed) {
        SimulatedMeshes world = new SimulatedMeshes(seed);
        int count = 2 + world.random().nextInt(2);
        for (int i = 0; i < count; i++) {
            world.mesh("mesh" + i, ONE);
        }
        world.start();
        world.meshes().forEach(mesh -> changeOfMind(world, mesh));
        // Most people agree in the end: without this hardly a rotation would get beyond its waits.
        for (Ca together : List.of(TWO, THREE, ONE, TWO)) {
            world.meshes().forEach(mesh -> world.in(60, 60 * 30, () -> mesh.issuer(together)));
            world.run(Duration.ofDays(7));
        }

        Ca last = POOL.get(world.random().nextInt(POOL.size()));
        arrive(world, Map.of(), last);

        for (Mesh mesh : world.meshes()) {
            assertThat(mesh.restsOn(last))
                    .as("seed %d%n%s", seed, world.story())
                    .isTrue();
            assertThat(mesh.bundle()).containsExactly(last.certificate().sha256());
        }
        assertThat(world.kills()).isPositive();
        assertThat(world.signatures()).as("seed %d%n%s", seed, world.story()).isPositive();
    }

    private static void changeOfMind(SimulatedMeshes world, Mesh mesh) {
        world.in(60 * 24 * 3, 60 * 24 * 14, () -> {
            if (!world.isCalm()) {
                mesh.issuer(POOL.get(world.random().nextInt(POOL.size())));
                changeOfMind(world, mesh);
            }
        });
    }

    private static void arrive(SimulatedMeshes world, Map<Mesh, Ca> own, Ca common) {
        world.calm();
        world.meshes().forEach(mesh -> mesh.issuer(own.getOrDefault(mesh, common)));
        world.run(Duration.ofDays(14));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void meshesOnRootsOfTheirOwnMoveAndTheirPeersFollow(long seed) {
        SimulatedMeshes world = new SimulatedMeshes(seed);
        Map<Mesh, List<Ca>> roots = new HashMap<>();
        Map<Mesh, Ca> wanted = new HashMap<>();
        for (int i = 0; i < 2; i++) {
            Ca first = root("first" + i).make();
            Mesh mesh = world.mesh("mesh" + i, first);
            wanted.put(mesh, first);
            roots.put(mesh, new ArrayList<>(List.of(first)));
        }
        tell(world, roots);
        world.start();
        for (int round = 0; round < 3; round++) {
            for (Mesh mesh : world.meshes()) {
                world.in(60, 60 * 60, () -> {
                    Ca next = world.random().nextInt(4) == 0
                            ? roots.get(mesh).get(0)
                            : root("next" + world.random().nextInt(1000)).make();
                    if (!roots.get(mesh).contains(next)) {
                        roots.get(mesh).add(next);
                    }
                    wanted.put(mesh, next);
                    world.in(1, 60 * 20, () -> mesh.issuer(wanted.get(mesh)));
                    world.in(1, 60 * 20, () -> tell(world, roots));
                });
            }
            world.run(Duration.ofDays(7));
            forget(world, roots, wanted);
        }

        arrive(world, wanted, ONE);
        forget(world, roots, wanted);
        world.run(Duration.ofDays(1));

        for (Mesh mesh : world.meshes()) {
            assertThat(mesh.restsOn(wanted.get(mesh)))
                    .as("seed %d%n%s", seed, world.story())
                    .isTrue();
            assertThat(mesh.bundle()).as("seed %d%n%s", seed, world.story()).hasSize(2);
        }
    }

    private static void tell(SimulatedMeshes world, Map<Mesh, List<Ca>> roots) {
        for (Mesh mesh : world.meshes()) {
            Map<Mesh, List<Ca>> asked = new HashMap<>();
            roots.forEach((other, its) -> {
                if (other != mesh) {
                    asked.put(other, List.copyOf(its));
                }
            });
            mesh.asks(asked);
        }
    }

    /** What docs/trust.md tells people: take a peer's root from the list when its catalogue no longer has it in use. */
    private static void forget(SimulatedMeshes world, Map<Mesh, List<Ca>> roots, Map<Mesh, Ca> wanted) {
        roots.forEach((mesh, its) -> its.removeIf(root -> !root.equals(wanted.get(mesh)) && !mesh.declaresUse(root)));
        tell(world, roots);
    }
}
