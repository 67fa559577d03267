package io.meshfed.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GoTestEventsTest {

    private final GoTestEvents events = new GoTestEvents();

    @Test
    void eachTestHasItsOwnOutput() {
        """
        go: downloading example.com/module v1.0.0
        {"Action":"run","Test":"TestA"}
        {"Action":"run","Test":"TestA/one"}
        {"Action":"output","Test":"TestA/one","Output":"a word"}
        {"Action":"output","Test":"TestA","Output":"another"}
        {"Action":"fail","Test":"TestA/one"}
        {"Action":"fail","Test":"TestA"}
        {"Action":"skip","Test":"TestB"}
        {"Action":"fail"}
        """
                .lines()
                .forEach(events);

        assertThat(events.finished())
                .containsExactly(
                        new GoTest("TestA/one", false, "a word"),
                        new GoTest("TestA", false, "another"),
                        new GoTest("TestB", true, ""));
    }

    @Test
    void compilerErrorsAndPanicsAreReported() {
        """
        {"Action":"build-output","Output":"undefined: x\\n"}
        {"Action":"output","Test":"TestA","Output":"panic: y\\n"}
        """
                .lines()
                .forEach(events);

        assertThat(events.finished()).isEmpty();
        assertThat(events.outsideOfTests()).contains("undefined: x", "panic: y");
    }
}
