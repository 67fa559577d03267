package io.meshfed.testbed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where this repository is checked out; Maven, an IDE and the demo start in different folders of it. */
public final class Repository {

    private static final String LANDMARK = "src/testbed/controlplane/go.mod";

    private Repository() {}

    /** The root folder: the nearest one upwards from the working directory that holds the testbed's Go modules. */
    public static Path root() {
        Path start = Path.of(System.getProperty("meshfed.repository", "")).toAbsolutePath();
        return Stream.iterate(start, folder -> folder != null, Path::getParent)
                .filter(folder -> Files.isRegularFile(folder.resolve(LANDMARK)))
                .findFirst()
                .orElseThrow(() -> new TestbedException("No " + LANDMARK + " in " + start
                        + " or above it: run inside the meshfed repository, or set -Dmeshfed.repository=<its folder>"));
    }
}
