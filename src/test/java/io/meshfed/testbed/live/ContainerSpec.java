package io.meshfed.testbed.live;

import java.util.List;
import java.util.Map;

/**
 * One container as {@code netbed run} takes it.
 *
 * @param netns path of a network namespace
 * @param hostname the pod's name
 * @param uid user
 * @param gid group
 * @param cwd working directory inside
 * @param args program and arguments
 * @param env {@code NAME=value}
 * @param binds what is seen from outside
 * @param tmpfs writable folders
 * @param links symbolic links: path, target
 * @param files small files
 * @param readOnlyRoot whether everything but binds and tmpfs is read-only
 * @param graceMillis from SIGTERM to SIGKILL
 */
record ContainerSpec(
        String netns,
        String hostname,
        long uid,
        long gid,
        String cwd,
        List<String> args,
        List<String> env,
        List<Bind> binds,
        List<String> tmpfs,
        Map<String, String> links,
        List<TextFile> files,
        boolean readOnlyRoot,
        long graceMillis) {

    /** A file or folder of the machine. */
    record Bind(String source, String target, boolean readOnly) {}

    /** A small file. */
    record TextFile(String path, String content, int mode) {
        static TextFile of(String path, String content) {
            return new TextFile(path, content, 0_644);
        }
    }

    /** The same place for another program. */
    ContainerSpec running(List<String> otherArgs, long otherUid, long grace) {
        return new ContainerSpec(
                netns,
                hostname,
                otherUid,
                otherUid,
                cwd,
                otherArgs,
                env,
                binds,
                tmpfs,
                links,
                files,
                readOnlyRoot,
                grace);
    }
}
