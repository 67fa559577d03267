package io.meshfed.trust.x509;

import io.meshfed.api.condition.CaDefect;

/** An input that cannot be used: one {@link CaDefect} and a message with field and remedy. The message never quotes the input. */
public final class RefusedMaterialException extends Exception {
    private static final long serialVersionUID = 1L;

    private final CaDefect defect;

    public RefusedMaterialException(CaDefect defect, String message) {
        // No cause, because messages of parsers may quote what they parsed.
        super(message);
        this.defect = defect;
    }

    public CaDefect defect() {
        return defect;
    }
}
