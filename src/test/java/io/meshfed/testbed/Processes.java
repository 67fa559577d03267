package io.meshfed.testbed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every process that the testbed started and that still runs. They end with the JVM: orderly exits and Ctrl-C by a
 * shutdown hook, a killed JVM by the pipe that each child holds (see {@link ChildProcess}). Processes are ended by
 * their handle only, never by name.
 */
public final class Processes {

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Processes::endAll, "testbed-processes"));
    }

    private Processes() {}

    /**
     * Sees to it that a process ends with this JVM.
     *
     * @param process a child of this JVM
     * @return the same process
     */
    public static Process track(Process process) {
        RUNNING.add(process);
        process.onExit().thenAccept(RUNNING::remove);
        return process;
    }

    /**
     * Starts another JVM with the class path of this one; its output goes to {@code <folder>/jvm.log}.
     *
     * @param main gets the folder as its one argument
     */
    public static Process startJvm(Class<?> main, Path folder) throws IOException {
        return track(new ProcessBuilder(
                        java(), "-cp", System.getProperty("java.class.path"), main.getName(), folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("jvm.log").toFile())
                .start());
    }

    /** The program of the JVM that runs this one. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static void endAll() {
        RUNNING.forEach(Process::destroyForcibly);
    }
}
