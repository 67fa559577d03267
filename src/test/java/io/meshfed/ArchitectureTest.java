package io.meshfed;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The walls between the packages. Which package may use which package and which library is read from the table in
 * {@code docs/architecture.md}, so the page and the code cannot differ.
 */
@AnalyzeClasses(packages = "io.meshfed", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final int MOST_FILES = 20;

    private static final DescribedPredicate<JavaAccess<?>> READS_THE_TIME =
            new DescribedPredicate<>("read the time of the machine") {
                private static final Set<String> SYSTEM = Set.of("currentTimeMillis", "nanoTime");

                @Override
                public boolean test(JavaAccess<?> access) {
                    JavaClass owner = access.getTargetOwner();
                    String name = access.getName();
                    return (owner.isEquivalentTo(System.class) && SYSTEM.contains(name))
                            || (owner.isEquivalentTo(Clock.class)
                                    && (name.startsWith("system") || name.startsWith("tick")))
                            || (owner.getPackageName().equals("java.time") && name.equals("now"))
                            || (owner.isEquivalentTo(java.util.Date.class) && name.equals("<init>"));
                }
            };

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.meshfed.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theFunctionalCoreDoesNotReadTheTime = noClasses()
            .that()
            .resideInAnyPackage("io.meshfed.api..", "io.meshfed.trust..", "io.meshfed.plan..", "io.meshfed.status..")
            .should()
            .accessTargetWhere(READS_THE_TIME);

    @ArchTest
    static final ArchRule plansGetNoClock =
            noClasses().that().resideInAPackage("io.meshfed.plan..").should().dependOnClassesThat(type(Clock.class));

    @ArchTest
    static void eachPackageIsInTheTable(JavaClasses classes) throws IOException {
        assertThat(packages(classes))
                .containsExactlyInAnyOrderElementsOf(ArchitectureTable.read().stream()
                        .map(ArchitectureTable.Row::name)
                        .toList());
    }

    @ArchTest
    static void aRowUsesOnlyRowsAboveIt(JavaClasses classes) throws IOException {
        Set<String> above = new HashSet<>();
        for (ArchitectureTable.Row row : ArchitectureTable.read()) {
            assertThat(above).as("rows above %s", row.name()).containsAll(row.uses());
            above.add(row.name());
        }
    }

    @ArchTest
    static void packagesUseWhatTheTableAllows(JavaClasses classes) throws IOException {
        List<String> violations = new ArrayList<>();
        for (ArchitectureTable.Row row : ArchitectureTable.read()) {
            DescribedPredicate<JavaClass> libraries = row.libraryClasses();
            for (JavaClass from : classes) {
                if (!from.getPackageName().equals(row.packageName())) {
                    continue;
                }
                for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                    JavaClass to = dependency.getTargetClass().getBaseComponentType();
                    boolean allowed = to.getPackageName().startsWith("io.meshfed")
                            ? to.getPackageName().equals(row.packageName())
                                    || row.uses().contains(ArchitectureTable.shortName(to.getPackageName()))
                            : to.isPrimitive() || libraries.test(to);
                    if (!allowed) {
                        violations.add(dependency.getDescription());
                    }
                }
            }
        }
        assertThat(violations).as("what docs/architecture.md does not allow").isEmpty();
    }

    @ArchTest
    static void theTableAllowsNothingThatIsNotUsed(JavaClasses classes) throws IOException {
        for (ArchitectureTable.Row row : ArchitectureTable.read()) {
            Set<JavaClass> used = new HashSet<>();
            for (JavaClass from : classes) {
                if (from.getPackageName().equals(row.packageName())) {
                    from.getDirectDependenciesFromSelf()
                            .forEach(d -> used.add(d.getTargetClass().getBaseComponentType()));
                }
            }
            String sources = sources(row);
            assertThat(row.uses())
                    .as("packages that %s uses", row.name())
                    // The compiler copies constants, so a use of nothing else is seen in the source only.
                    .allMatch(name -> sources.contains("import io.meshfed." + name + ".")
                            || used.stream().anyMatch(c -> ArchitectureTable.shortName(c.getPackageName())
                                    .equals(name)));
            assertThat(row.libraries()).as("libraries that %s uses", row.name()).allMatch(name -> used.stream()
                    .anyMatch(ArchitectureTable.library(name)));
        }
    }

    @ArchTest
    static void noPackageHasMoreThanTwentyFiles(JavaClasses classes) {
        for (String name : packages(classes)) {
            long files = classes.stream()
                    .filter(c -> ArchitectureTable.shortName(c.getPackageName()).equals(name))
                    .filter(JavaClass::isTopLevelClass)
                    .filter(c -> !c.getSimpleName().equals("package-info"))
                    .count();
            assertThat(files).as("files in %s", name).isLessThanOrEqualTo(MOST_FILES);
        }
    }

    private static String sources(ArchitectureTable.Row row) throws IOException {
        Path folder = Path.of("src/main/java", row.packageName().split("\\."));
        StringBuilder sources = new StringBuilder();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.java")) {
            for (Path file : files) {
                sources.append(Files.readString(file));
            }
        }
        return sources.toString();
    }

    private static Set<String> packages(JavaClasses classes) {
        Set<String> names = new TreeSet<>();
        for (JavaClass c : classes) {
            if (!c.getSimpleName().equals("package-info")) {
                names.add(ArchitectureTable.shortName(c.getPackageName()));
            }
        }
        return names;
    }
}
