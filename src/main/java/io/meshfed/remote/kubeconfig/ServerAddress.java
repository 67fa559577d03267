package io.meshfed.remote.kubeconfig;

import io.meshfed.api.condition.KubeconfigReason;
import io.meshfed.net.AddressPolicy;
import io.meshfed.net.HostName;
import io.meshfed.net.IpLiteral;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** The {@code server} of a kubeconfig: an https URL with a host, a port and a path, and nothing else. */
final class ServerAddress {
    /** Some gateways serve several clusters under paths. Dot segments and encoded characters are not allowed. */
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?");

    private ServerAddress() {}

    static URI parse(String text, String field, AddressPolicy policy) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw refused(
                    KubeconfigReason.InvalidServer, field + " is not a URL such as https://api.west.example.com:6443");
        }
        if (!"https".equalsIgnoreCase(uri.getScheme())) {
            throw refused(KubeconfigReason.NotHttps, field + " must begin with https://");
        }
        String host = uri.getHost();
        boolean plain = uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
        if (host == null
                || !plain
                || uri.getPort() == 0
                || uri.getPort() > 65535
                || !PATH.matcher(uri.getRawPath()).matches()) {
            throw refused(
                    KubeconfigReason.InvalidServer, field + " must be https://host[:port][/path] and nothing more");
        }
        boolean literal = IpLiteral.parse(host).isPresent();
        if (!literal && !HostName.isHostName(host)) {
            throw refused(
                    KubeconfigReason.InvalidServer,
                    field + " must name a host by DNS name or by IP address in its usual form");
        }
        policy.refusalOfLiteral(host).ifPresent(why -> {
            throw refused(
                    KubeconfigReason.AddressNotAllowed,
                    field + " is " + why
                            + ": use the API server's public address, or allow its block in the operator's configuration");
        });
        return uri;
    }

    private static RefusedKubeconfigException refused(KubeconfigReason reason, String message) {
        return new RefusedKubeconfigException(reason, message);
    }
}
