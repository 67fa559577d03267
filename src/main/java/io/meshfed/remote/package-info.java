/**
 * Connections to other clusters, and the last state seen there.
 *
 * <p>How to use it. {@link io.meshfed.remote.RemoteClusters} has a connection for each RemoteMesh. {@code ensure} gets the bytes of a
 * kubeconfig and returns at once; {@code snapshot} returns the state: the connection, the addresses of the gateway's Service, the
 * catalogue, how long the credential is valid. A listener receives the name of each remote whose state changed.
 *
 * <p>How it works. {@code RemoteCluster} holds the link in use and the one that will replace it; a new credential takes over when its
 * link has synced. {@code RemoteLink} and {@code SecretLink} are one client with one credential and its watches.
 * {@code PinnedConnections} makes each connection go to an address that {@link io.meshfed.net.AddressPolicy} has just allowed.
 *
 * <p>Everything from another cluster is hostile input: {@link io.meshfed.remote.kubeconfig.KubeconfigReader} parses kubeconfigs as data,
 * redirects are not followed, answers have a size limit, and no message contains a text of a server.
 *
 * <p>Trade-offs. The last seen gateway is kept while a remote cannot be reached, so endpoints survive an outage but can be out of date.
 * The catalogue is not kept, because a root rotation must not rely on an old one. Links are built outside the lock of their
 * {@code RemoteCluster}, so that a slow build blocks no reader; a link that is out of date when it is built is closed again.
 */
@NullMarked
package io.meshfed.remote;

import org.jspecify.annotations.NullMarked;
