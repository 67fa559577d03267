package io.meshfed.net;

import java.io.IOException;

/** All addresses of a host are refused by the {@link AddressPolicy}. */
public final class RefusedAddressException extends IOException {
    private static final long serialVersionUID = 1L;

    public RefusedAddressException(String host, String why) {
        super("host " + host + " resolves to " + why
                + ": use the API server's public address, or allow its block in the operator's configuration");
    }
}
