package io.meshfed.testbed.live;

import io.meshfed.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;

/** Whether live meshes can be made here; they need root on Linux. */
final class Privilege {

    private Privilege() {}

    /** The judgement for this process. */
    static ConditionEvaluationResult judge(String test) {
        return judge(test, user(), Boolean.parseBoolean(System.getenv("CI")));
    }

    /**
     * With root a test always runs; without it, it is skipped, in words.
     *
     * @param user numeric; empty where there is no such thing
     * @param ci whether this is a CI run, in which a message would be overlooked
     * @throws TestbedException if it cannot run in CI
     */
    static ConditionEvaluationResult judge(String test, OptionalInt user, boolean ci) {
        if (isRoot(user)) {
            return ConditionEvaluationResult.enabled("root on Linux");
        }
        String message = test + " was not run: live meshes need root on Linux, for network namespaces";
        if (ci) {
            throw new TestbedException(message + ". With CI=true that is a failure");
        }
        System.err.println("testbed: " + message);
        return ConditionEvaluationResult.disabled(message);
    }

    /** Whether live meshes can be made by this process. */
    static boolean isRoot() {
        return isRoot(user());
    }

    private static boolean isRoot(OptionalInt user) {
        return user.equals(OptionalInt.of(0));
    }

    private static OptionalInt user() {
        try {
            return OptionalInt.of((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return OptionalInt.empty();
        }
    }
}
