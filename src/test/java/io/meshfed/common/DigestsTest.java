package io.meshfed.common;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DigestsTest {
    /** As {@code printf 'mesh-é' | sha256sum} says. */
    @Test
    void textIsHashedAsUtf8() {
        assertThat(Digests.sha256("mesh-é"))
                .isEqualTo("991d083c09794e38abfc85c21c8b3408a6d77446a09872e2e64be71be336fdeb");
    }

    /** FIPS 180-4, the empty message. */
    @Test
    void bytesAreHashed() {
        assertThat(Digests.sha256(new byte[0]))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
