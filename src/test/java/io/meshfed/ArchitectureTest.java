package io.meshfed;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Clock;
import java.util.Set;

/** The walls between the rooms, as the architecture page draws them. */
@AnalyzeClasses(packages = "io.meshfed", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String API = "io.meshfed.api..";
    private static final String TRUST = "io.meshfed.trust..";
    private static final String PLAN = "io.meshfed.plan..";
    private static final String REMOTE = "io.meshfed.remote..";
    private static final String APPLY = "io.meshfed.apply..";
    private static final String STATUS = "io.meshfed.status..";
    private static final String RECONCILE = "io.meshfed.reconcile..";
    private static final String OPERATOR = "io.meshfed.operator..";

    /** A custom resource is a subclass of the client's; nothing else of the client comes with it. */
    private static final DescribedPredicate<JavaClass> CLIENT = resideInAnyPackage(
                    "io.fabric8.kubernetes.client..", "io.fabric8.istio.client..")
            .and(not(type(CustomResource.class)))
            .as("the Kubernetes client");

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
    static final ArchRule dataGoesOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("api")
            .definedBy(API)
            .layer("trust")
            .definedBy(TRUST)
            .layer("plan")
            .definedBy(PLAN)
            .layer("remote")
            .definedBy(REMOTE)
            .layer("apply")
            .definedBy(APPLY)
            .layer("status")
            .definedBy(STATUS)
            .layer("reconcile")
            .definedBy(RECONCILE)
            .layer("operator")
            .definedBy(OPERATOR)
            .whereLayer("operator")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("reconcile")
            .mayOnlyBeAccessedByLayers("operator")
            .whereLayer("trust")
            .mayOnlyBeAccessedByLayers("plan", "reconcile", "operator")
            .whereLayer("plan")
            .mayOnlyBeAccessedByLayers("reconcile", "operator")
            .whereLayer("remote")
            .mayOnlyBeAccessedByLayers("reconcile", "operator")
            .whereLayer("apply")
            .mayOnlyBeAccessedByLayers("reconcile", "operator")
            .whereLayer("status")
            .mayOnlyBeAccessedByLayers("reconcile", "operator")
            .whereLayer("api")
            .mayOnlyBeAccessedByLayers("trust", "plan", "remote", "apply", "status", "reconcile", "operator");

    @ArchTest
    static final ArchRule roomsDoNotGoInCircles =
            slices().matching("io.meshfed.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule everyClassHasARoom = classes()
            .should()
            .resideInAnyPackage(API, TRUST, PLAN, REMOTE, APPLY, STATUS, RECONCILE, OPERATOR)
            .orShould()
            .haveSimpleName("package-info");

    @ArchTest
    static final ArchRule bouncyCastleOnlyInTrust = noClasses()
            .that()
            .resideOutsideOfPackage(TRUST)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule josdkOnlyInReconcileAndOperator = noClasses()
            .that()
            .resideOutsideOfPackages(RECONCILE, OPERATOR)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.javaoperatorsdk..", "io.quarkiverse.operatorsdk..");

    @ArchTest
    static final ArchRule quarkusOnlyInReconcileAndOperator = noClasses()
            .that()
            .resideOutsideOfPackages(RECONCILE, OPERATOR)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.quarkus..",
                    "io.quarkiverse..",
                    "io.smallrye..",
                    "jakarta..",
                    "org.eclipse.microprofile..",
                    "io.micrometer..");

    @ArchTest
    static final ArchRule theFunctionalCoreHasNoClient = noClasses()
            .that()
            .resideInAnyPackage(API, TRUST, PLAN, STATUS)
            .should()
            .dependOnClassesThat(CLIENT);

    @ArchTest
    static final ArchRule theFunctionalCoreHasNoTimeOfItsOwn = noClasses()
            .that()
            .resideInAnyPackage(API, TRUST, PLAN, STATUS)
            .should()
            .accessTargetWhere(READS_THE_TIME)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule plansKnowNoClock = noClasses()
            .that()
            .resideInAPackage(PLAN)
            .should()
            .dependOnClassesThat(type(Clock.class))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule trustKnowsNoKubernetes = noClasses()
            .that()
            .resideInAPackage(TRUST)
            .should()
            .dependOnClassesThat(resideInAPackage("io.fabric8..").and(not(type(CustomResource.class))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule statusKnowsOnlyTheApi = classes()
            .that()
            .resideInAPackage(STATUS)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(STATUS, API, "java..", "org.jspecify..")
            .allowEmptyShould(true);
}
