package io.meshfed.testbed.live;

import io.meshfed.testbed.CertManagerInstallation;
import io.meshfed.testbed.ChartTools;
import io.meshfed.testbed.ControlPlaneBinaries;
import io.meshfed.testbed.GoTests;
import io.meshfed.testbed.IstioCa;
import java.util.stream.Stream;

/**
 * All that integration tests are made of. Whoever needs a part makes it, if it is not there; where all will be needed they are
 * made before the first test, so that no test has to share the processors with a compiler.
 */
public final class Parts {
    private Parts() {}

    /** Makes what this machine does not have: many minutes, with progress on the terminal; a second if it has all. */
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
