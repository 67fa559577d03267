package io.meshfed.testbed;

/**
 * One Go test or subtest that has ended.
 *
 * @param name as {@code go test -run} takes it, such as {@code TestImports/seed-local-gateway}
 * @param passed whether it passed or was skipped
 * @param output what it printed
 */
public record GoTest(String name, boolean passed, String output) {}
