package io.meshfed;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The table of packages in {@code docs/architecture.md}. */
final class ArchitectureTable {
    private static final String ROOT = "io.meshfed.";
    private static final String HEADER = "| package | what it does | uses | libraries |";

    /** The JDK and its annotations for null; every package may use them. */
    private static final DescribedPredicate<JavaClass> JAVA =
            resideInAnyPackage("java..", "javax.net..", "javax.security..", "javax.crypto..", "org.jspecify..");

    private static final Map<String, DescribedPredicate<JavaClass>> LIBRARIES = Map.ofEntries(
            Map.entry(
                    "CRD annotations",
                    resideInAnyPackage(
                            "io.fabric8.generator..", "io.fabric8.crd..", "io.fabric8.kubernetes.model.annotation..")),
            Map.entry("Jackson", resideInAnyPackage("com.fasterxml.jackson..")),
            Map.entry(
                    "models",
                    resideInAnyPackage(
                            "io.fabric8.kubernetes.api..", "io.fabric8.istio.api..", "io.fabric8.kubernetes.model..")),
            // A custom resource is a subclass of the client's; nothing else of the client comes with it.
            Map.entry("custom resources", type(CustomResource.class)),
            Map.entry(
                    "Kubernetes client",
                    resideInAnyPackage("io.fabric8.kubernetes.client..", "io.fabric8.istio.client..")),
            Map.entry("BouncyCastle", resideInAnyPackage("org.bouncycastle..")),
            Map.entry("Vert.x", resideInAnyPackage("io.vertx..")),
            Map.entry("Netty", resideInAnyPackage("io.netty..")),
            Map.entry("SnakeYAML Engine", resideInAnyPackage("org.snakeyaml.engine..")),
            Map.entry(
                    "JOSDK",
                    // Its annotation @Informer names the client's store of objects.
                    resideInAnyPackage("io.javaoperatorsdk..", "io.quarkiverse.operatorsdk..")
                            .or(type(ItemStore.class))),
            Map.entry(
                    "Quarkus",
                    resideInAnyPackage("io.quarkus..", "io.smallrye..", "jakarta..", "org.eclipse.microprofile..")),
            Map.entry("Micrometer", resideInAnyPackage("io.micrometer..")),
            Map.entry("logging", resideInAnyPackage("org.slf4j..", "org.jboss.logging..")));

    private ArchitectureTable() {}

    /**
     * One package.
     *
     * @param name without {@code io.meshfed.}
     * @param uses names of other rows
     * @param libraries names of {@link #LIBRARIES}
     */
    record Row(String name, List<String> uses, List<String> libraries) {
        String packageName() {
            return ROOT + name;
        }

        DescribedPredicate<JavaClass> libraryClasses() {
            DescribedPredicate<JavaClass> all = JAVA;
            for (String library : libraries) {
                all = all.or(library(library));
            }
            return all;
        }
    }

    static DescribedPredicate<JavaClass> library(String name) {
        DescribedPredicate<JavaClass> library = LIBRARIES.get(name);
        if (library == null) {
            throw new AssertionError("docs/architecture.md names the library \"" + name + "\"; known are "
                    + LIBRARIES.keySet().stream().sorted().toList());
        }
        return library;
    }

    static String shortName(String packageName) {
        return packageName.startsWith(ROOT) ? packageName.substring(ROOT.length()) : packageName;
    }

    /** The rows in the order of the page. */
    static List<Row> read() throws IOException {
        List<Row> rows = new ArrayList<>();
        List<String> lines = Files.readAllLines(Path.of("docs/architecture.md"));
        int header = lines.indexOf(HEADER);
        if (header < 0) {
            throw new AssertionError("docs/architecture.md has no table with the header " + HEADER);
        }
        for (String line : lines.subList(header + 2, lines.size())) {
            if (!line.startsWith("|")) {
                break;
            }
            String[] cells = line.split("\\|", -1);
            rows.add(new Row(words(cells[1]).get(0), words(cells[3]), words(cells[4])));
        }
        return rows;
    }

    private static List<String> words(String cell) {
        return Arrays.stream(cell.replace("`", "").split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
