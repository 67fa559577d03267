/**
 * Connections to other clusters, and the watch that never gives up, which serves the local cluster too.
 *
 * <p>What comes from another cluster is hostile input: kubeconfigs are parsed as data ({@link io.meshfed.remote.kubeconfig.KubeconfigReader}),
 * addresses are checked at each connect ({@link io.meshfed.net.AddressPolicy}), redirects are not followed, answers are bounded,
 * and no text of a server reaches a message.
 */
@NullMarked
package io.meshfed.remote;

import org.jspecify.annotations.NullMarked;
