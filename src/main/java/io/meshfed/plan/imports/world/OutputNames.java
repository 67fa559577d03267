package io.meshfed.plan.imports.world;

/**
 * Names of the objects that are written for an import. The names of Services and namespaces have no dot, so a dot
 * separates the parts. With a hyphen, {@code a-b} of {@code c} and {@code a} of {@code b-c} would have the same name.
 */
public final class OutputNames {
    private static final String STEM = "meshfed-";
    private static final String JOINT = ".";

    private OutputNames() {}

    /** Name of the ServiceEntry and of the DestinationRule, and the stem of all others. */
    public static String of(String service) {
        return STEM + service;
    }

    /** Name of an object for one part of the import, such as a remote. */
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
