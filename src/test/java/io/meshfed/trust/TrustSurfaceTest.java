package io.meshfed.trust;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.meshfed.trust.cacerts.CertificateTrouble;
import io.meshfed.trust.cacerts.PresentCacerts;
import io.meshfed.trust.issued.RemoteCacertsPlan;
import io.meshfed.trust.rotation.TrustAction;
import io.meshfed.trust.world.CrlMaterial;
import io.meshfed.trust.world.IstiodSettings;
import io.meshfed.trust.world.NamedRoot;
import io.meshfed.trust.world.RemoteCacertsWorld;
import io.meshfed.trust.world.RemoteRoots;
import io.meshfed.trust.world.TrustWorld;
import io.meshfed.trust.world.VerifiedTrust;
import io.meshfed.trust.x509.CommonName;
import java.util.Set;

/**
 * What other packages may use of {@code trust}. Its sub-packages need public classes to use each other, so that Java does
 * not draw this line.
 */
@AnalyzeClasses(packages = "io.meshfed", importOptions = ImportOption.DoNotIncludeTests.class)
class TrustSurfaceTest {
    private static final Set<String> SURFACE = Set.of(
            // entry and results
            TrustPlanner.class.getName(),
            TrustPlan.class.getName(),
            RemoteCacertsPlan.class.getName(),
            TrustAction.class.getName(),
            // inputs
            TrustWorld.class.getName(),
            CertificateTrouble.class.getName(),
            CrlMaterial.class.getName(),
            IstiodSettings.class.getName(),
            NamedRoot.class.getName(),
            PresentCacerts.class.getName(),
            RemoteCacertsWorld.class.getName(),
            RemoteRoots.class.getName(),
            // carried from one call of the planner to the next
            VerifiedTrust.class.getName(),
            // names of certificates that others ask cert-manager for
            CommonName.class.getName());

    @ArchTest
    static final ArchRule onlyTheSurfaceIsUsed = noClasses()
            .that()
            .resideOutsideOfPackage("io.meshfed.trust..")
            .should()
            .dependOnClassesThat(new DescribedPredicate<JavaClass>("are internal to trust") {
                @Override
                public boolean test(JavaClass type) {
                    String outer = type.getName().split("\\$", 2)[0];
                    return type.getPackageName().startsWith("io.meshfed.trust") && !SURFACE.contains(outer);
                }
            });

    @ArchTest
    static final ArchRule verifiedTrustIsOpaque = noClasses()
            .that()
            .resideOutsideOfPackage("io.meshfed.trust..")
            .should()
            .accessTargetWhere(new DescribedPredicate<JavaAccess<?>>("reads a VerifiedTrust") {
                @Override
                public boolean test(JavaAccess<?> access) {
                    return access.getTargetOwner().isEquivalentTo(VerifiedTrust.class);
                }
            });
}
