package io.meshfed.testbed.live;

import io.meshfed.testbed.CertManagerInstallation;
import io.meshfed.testbed.ChartTools;
import io.meshfed.testbed.ControlPlaneBinaries;
import io.meshfed.testbed.GoTests;
import io.meshfed.testbed.IstioCa;
import java.util.stream.Stream;

/**
 * Builds every program that integration tests run. A test that runs alone builds only what it needs; before a full run all
 * are built, so that no test shares the processors with a compiler.
 */
public final class TestPrograms {
    private TestPrograms() {}

    /** Builds what is not in the cache: many minutes, with progress on the terminal; one second if the cache is complete. */
    public static void main(String[] none) {
        ControlPlaneBinaries.ensure();
        ChartTools.ensure();
        if (Privilege.isRoot()) {
            NetBed.program();
            IstioBinaries.ensure();
        }
        IstioCa.ensure();
        Stream.of(GoTests.values()).forEach(GoTests::compile);
        CertManagerInstallation.ensure();
    }
}
