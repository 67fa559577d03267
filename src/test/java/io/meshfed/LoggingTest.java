package io.meshfed;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;

/** One API for logs: slf4j, which Quarkus hands on to its own log manager. */
@AnalyzeClasses(packages = "io.meshfed", importOptions = ImportOption.DoNotIncludeTests.class)
class LoggingTest {
    @ArchTest
    static final ArchRule logsAreWrittenWithSlf4j = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.jboss.logging..", "org.jboss.logmanager..", "java.util.logging..", "io.quarkus.logging..")
            .because("slf4j is the one API for logs");

    @ArchTest
    static final ArchRule nothingIsPrinted = GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
}
