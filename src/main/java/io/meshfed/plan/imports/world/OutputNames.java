package io.meshfed.plan.imports.world;

/**
 * Names of the objects that are written for an import. Neither a Service's nor a namespace's name has a dot, so what
 * follows the first one is a part of its own: joined by a hyphen, {@code a-b} of {@code c} and {@code a} of {@code b-c}
 * would be one.
 */
public final class OutputNames {
    private static final String STEM = "meshfed-";
    private static final String JOINT = ".";

    private OutputNames() {}

    /** Name of the ServiceEntry and of the DestinationRule, and the stem of all others. */
    public static String of(String service) {
        return STEM + service;
    }

    /** Name of an object that is for one part of it, such as a remote. */
    public static String of(String service, String part) {
        return of(service) + JOINT + part;
    }

    /** Whether any import may have an output of that name. */
    public static boolean isOne(String objectName) {
        return objectName.startsWith(STEM);
    }

    /** Whether the import of a Service may have an output of that name. */
    public static boolean mayBeOf(String service, String objectName) {
        return objectName.equals(of(service)) || objectName.startsWith(of(service, ""));
    }
}
