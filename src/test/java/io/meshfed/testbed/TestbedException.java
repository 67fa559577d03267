package io.meshfed.testbed;

/** The testbed could not do what it was asked; the message says what to do about it. */
public final class TestbedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * A failure that no other exception caused.
     *
     * @param message one sentence with the remedy, possibly followed by the end of a log
     */
    public TestbedException(String message) {
        super(message);
    }

    /**
     * A failure with its cause.
     *
     * @param message one sentence with the remedy
     * @param cause what was thrown
     */
    public TestbedException(String message, Throwable cause) {
        super(message, cause);
    }
}
