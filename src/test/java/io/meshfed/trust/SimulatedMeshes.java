package io.meshfed.trust;

import io.meshfed.api.ExportedMesh.PublicRoot;
import io.meshfed.api.MeshFederationStatus.TrustStatus;
import io.meshfed.api.Trust;
import io.meshfed.trust.cacerts.Cacerts;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.world.CrlMaterial;
import io.meshfed.trust.world.IstiodSettings;
import io.meshfed.trust.world.NamedRoot;
import io.meshfed.trust.world.RemoteRoots;
import io.meshfed.trust.world.TrustWorld;
import io.meshfed.trust.x509.CaCertificate;
import io.meshfed.trust.x509.Pem;
import io.meshfed.trust.x509.RefusedMaterialException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/**
 * Meshes with an operator, an istiod and workloads each, in a time of their own. The operator is the real planner; it is
 * killed between any two of its writes, its status is lost now and then, and it sees other meshes late. istiod takes a
 * changed Secret late and by its own rules. Workloads know what they were given with their last certificate, and nothing
 * since. After each event every pair of workloads is asked whether both would accept the other.
 */
final class SimulatedMeshes {
    private static final Duration TTL = Duration.ofHours(24);
    /** What kubelet, istiod and the namespace controller take together, below the planner's margin of ten minutes. */
    private static final Duration PROJECTION = Duration.ofMinutes(9);
    /** A catalogue older than this counts as not readable; the watch of the operator notices an outage much sooner. */
    private static final Duration STALE = Duration.ofHours(3);

    private static final int WORKLOADS = 3;

    private final Random random;
    private final List<Mesh> meshes = new ArrayList<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparing(Event::number));
    private Instant now = TestCa.NOW;
    private long number;
    private boolean calm;
    private int kills;
    private int signatures;

    private record Event(Instant at, long number, Runnable happens) {}

    private record View(Optional<List<PublicRoot>> page, Instant seen) {}

    private static final class Workload {
        private CaCertificate root;
        private Set<CaCertificate> trusts = Set.of();
    }

    /** One mesh. */
    final class Mesh {
        private final String name;
        private final List<Workload> workloads = new ArrayList<>();
        private final Map<Mesh, View> views = new HashMap<>();
        private final Map<Mesh, Instant> blindUntil = new HashMap<>();
        private String issuerName = "";
        private TestCa.Ca issuer;
        private Map<Mesh, List<TestCa.Ca>> asked = Map.of();
        private Optional<Map<String, byte[]>> cacerts = Optional.empty();
        private Optional<TrustStatus> status = Optional.empty();
        private Optional<List<PublicRoot>> page = Optional.empty();
        private Optional<String> published = Optional.empty();
        private CaCertificate istiodSigns;
        private String istiodBundle = "";

        private Mesh(String name, TestCa.Ca issuer) {
            this.name = name;
            this.issuer = issuer;
        }

        /** The user names another issuer. */
        void issuer(TestCa.Ca next) {
            issuer = next;
            issuerName = "issuer-" + next.certificate().sha256().substring(0, 8);
        }

        /** The user lists the roots of the other meshes. */
        void asks(Map<Mesh, List<TestCa.Ca>> roots) {
            asked = roots;
        }

        boolean restsOn(TestCa.Ca root) {
            return istiodSigns.equals(root.certificate())
                    && status.map(s -> s.rotation() == null).orElse(false);
        }

        Set<String> bundle() {
            Set<String> roots = new HashSet<>();
            CaCertificate.readLenient(Cacerts.rootBytes(cacerts.orElseThrow())).forEach(r -> roots.add(r.sha256()));
            return roots;
        }

        /** Whether its page, as it stands, says that it may use a root. */
        boolean declaresUse(TestCa.Ca root) {
            return page.orElse(List.of()).stream()
                    .anyMatch(r -> r.sha256().equals(root.certificate().sha256()) && !Boolean.FALSE.equals(r.inUse()));
        }

        private List<RemoteRoots> remotes() {
            return meshes.stream()
                    .filter(other -> other != this)
                    .map(other -> new RemoteRoots(
                            other.name,
                            other.name + ".local",
                            asked.getOrDefault(other, List.of()).stream()
                                    .map(ca -> new NamedRoot(
                                            "r" + ca.certificate().sha256().substring(0, 8),
                                            ca.pem(),
                                            Optional.empty()))
                                    .toList(),
                            false,
                            Set.of(),
                            Optional.ofNullable(views.get(other))
                                    .filter(view -> view.seen().isAfter(now.minus(STALE)))
                                    .flatMap(View::page),
                            Optional.empty()))
                    .toList();
        }

        private void beat() {
            in(calm ? 120 : 10, calm ? 240 : 480, this::beat);
            reconcile();
        }

        private void reconcile() {
            if (killed()) {
                return;
            }
            Trust spec =
                    new Trust(Trust.Type.Managed, new Trust.Issuer(issuerName, false), null, null, null, null, null);
            TrustPlanner planner = new TrustPlanner(Clock.fixed(now, ZoneOffset.UTC), TestCa.RANDOM);
            TrustPlan plan = planner.plan(planner.verify(new TrustWorld(
                    name,
                    Optional.of(name + ".local"),
                    spec,
                    Optional.of(BadInputs.issuer(issuer)),
                    Optional.empty(),
                    cacerts.map(data -> new PresentCacerts(data, PresentCacerts.Origin.OURS, "own")),
                    published,
                    new IstiodSettings(Optional.of(true), Optional.of(true), Optional.empty()),
                    Optional.empty(),
                    remotes(),
                    CrlMaterial.NONE,
                    Optional.empty(),
                    status)));
            if (plan.action() instanceof TrustAction.WriteCacerts write) {
                cacerts = Optional.of(write.data());
                events.add(new Event(
                        now.plusSeconds(random.nextInt((int) PROJECTION.toSeconds())),
                        number++,
                        () -> projected(false)));
                in(0, 1, this::reconcile);
            }
            if (killed()) {
                return;
            }
            page = Optional.of(plan.publicRoots());
            if (killed()) {
                return;
            }
            status = plan.status().or(() -> status);
            if (!calm && random.nextInt(400) == 0) {
                status = Optional.empty();
            }
        }

        private boolean killed() {
            boolean killed = !calm && random.nextInt(12) == 0;
            kills += killed ? 1 : 0;
            return killed;
        }

        /** The kubelet shows istiod the Secret as it is now; a running istiod takes no bundle that adds and removes. */
        private void projected(boolean restart) {
            Map<String, byte[]> data = cacerts.orElseThrow();
            Set<CaCertificate> next = Set.copyOf(CaCertificate.readLenient(Cacerts.rootBytes(data)));
            Set<CaCertificate> present = Set.copyOf(CaCertificate.readLenient(Pem.bytes(istiodBundle)));
            if (!restart && !next.containsAll(present) && !present.containsAll(next)) {
                throw new AssertionError(name + ": istiod refuses a bundle");
            }
            CaCertificate root = verified(data).ownRoot();
            signatures += root.equals(istiodSigns) ? 0 : 1;
            istiodSigns = root;
            istiodBundle = Pem.text(Cacerts.rootBytes(data));
            in(0, 1, () -> published = Optional.of(istiodBundle));
        }

        private Cacerts verified(Map<String, byte[]> data) {
            try {
                return Cacerts.verify(data, now, TestCa.RANDOM);
            } catch (RefusedMaterialException e) {
                throw new AssertionError(name + ": istiod cannot use cacerts: " + e.getMessage());
            }
        }

        private void renew(Workload workload) {
            workload.root = istiodSigns;
            workload.trusts = Set.copyOf(CaCertificate.readLenient(Pem.bytes(istiodBundle)));
            long life = TTL.toMinutes();
            in((int) (life / 2), (int) life - 1, () -> renew(workload));
        }

        private void look(Mesh other) {
            in(calm ? 5 : 20, calm ? 30 : 150, () -> look(other));
            if (!calm && random.nextInt(60) == 0) {
                blindUntil.put(other, now.plus(Duration.ofHours(random.nextInt(60))));
            }
            if (blindUntil.getOrDefault(other, Instant.EPOCH).isBefore(now)) {
                views.put(other, new View(other.page, now));
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    SimulatedMeshes(long seed) {
        this.random = new Random(seed);
    }

    Random random() {
        return random;
    }

    List<Mesh> meshes() {
        return meshes;
    }

    int kills() {
        return kills;
    }

    /** How often an istiod began to sign under another root. */
    int signatures() {
        return signatures;
    }

    Mesh mesh(String name, TestCa.Ca root) {
        Mesh mesh = new Mesh(name, root);
        mesh.issuer(root);
        meshes.add(mesh);
        return mesh;
    }

    /** All meshes are there: each gets its cacerts, istiod starts, workloads start, everybody looks at everybody. */
    void start() {
        calm = true;
        for (Mesh mesh : meshes) {
            mesh.beat();
            mesh.istiodSigns = mesh.issuer.certificate();
            mesh.projected(true);
            mesh.published = Optional.of(mesh.istiodBundle);
            for (int i = 0; i < WORKLOADS; i++) {
                Workload workload = new Workload();
                mesh.workloads.add(workload);
                mesh.renew(workload);
            }
        }
        for (Mesh mesh : meshes) {
            meshes.stream().filter(other -> other != mesh).forEach(mesh::look);
        }
        signatures = 0;
        run(Duration.ofDays(2));
        calm = false;
    }

    /** From now on nobody is killed, blind or forgetful. */
    void calm() {
        calm = true;
    }

    boolean isCalm() {
        return calm;
    }

    void in(int fromMinutes, int toMinutes, Runnable happens) {
        long seconds = fromMinutes * 60L + random.nextInt(Math.max(1, (toMinutes - fromMinutes) * 60));
        events.add(new Event(now.plusSeconds(seconds), number++, happens));
    }

    /** Lets time pass; throws as soon as a pair of workloads would not accept each other. */
    void run(Duration duration) {
        Instant end = now.plus(duration);
        while (!events.isEmpty() && !events.peek().at().isAfter(end)) {
            Event event = events.poll();
            now = event.at();
            event.happens().run();
            check();
        }
        now = end;
    }

    private void check() {
        for (Mesh mesh : meshes) {
            for (Workload workload : mesh.workloads) {
                for (Mesh other : meshes) {
                    for (Workload peer : other.workloads) {
                        if (!peer.trusts.contains(workload.root)) {
                            throw new AssertionError("at " + now + " a workload of " + other + " that trusts "
                                    + peer.trusts + " meets one of " + mesh + " under " + workload.root);
                        }
                    }
                }
            }
        }
    }

    /** For a failure: what each operator says. */
    String story() {
        StringBuilder story = new StringBuilder();
        for (Mesh mesh : meshes) {
            story.append(mesh)
                    .append(": issuer ")
                    .append(mesh.issuer.certificate())
                    .append(", signs under ")
                    .append(mesh.istiodSigns)
                    .append(", ")
                    .append(mesh.status
                            .map(TrustStatus::rotation)
                            .map(Object::toString)
                            .orElse("no rotation"))
                    .append('\n');
        }
        return story.toString();
    }
}
