package io.meshfed.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutcomeTest {
    @Test
    void onlyAMessageAboutAnAdoptableObjectNamesTheAnnotation() {
        assertThat(new Outcome.Foreign("ConfigMap", "system", "settings", true).message())
                .isEqualTo(
                        "ConfigMap system/settings exists and meshfed does not own it: delete or rename it, or hand it over with"
                                + " the annotation meshfed.io/adopt: \"true\"");
        assertThat(new Outcome.Foreign("Secret", "system", "intermediate", false).message())
                .isEqualTo("Secret system/intermediate exists and meshfed does not own it: delete or rename it");
    }
}
