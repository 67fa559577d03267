package io.meshfed.net;

import java.util.regex.Pattern;

/** Checks DNS names by their form (RFC 1123, section 2.1); never queries DNS. */
public final class HostName {
    private static final Pattern DNS_NAME = Pattern.compile("(?=.{1,253}$)[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
            + "(\\.[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)*");

    /** If the last label is a number, resolvers take the whole name for an IPv4 address in a short form: 127.1, 0x7f.1. */
    private static final Pattern NUMERIC_END = Pattern.compile("(.*\\.)?(\\d+|0[xX][0-9a-fA-F]*)");

    private HostName() {}

    /** Whether the text has the form of a DNS name without a dot at the end. */
    public static boolean isDnsName(String text) {
        return DNS_NAME.matcher(text).matches();
    }

    /** Whether the text is a DNS name that no resolver takes for an IP address. */
    public static boolean isHostName(String text) {
        return isDnsName(text) && !NUMERIC_END.matcher(text).matches();
    }
}
