/**
 * A kubeconfig, parsed as data with a list of allowed fields.
 *
 * <p>{@link io.meshfed.remote.kubeconfig.KubeconfigReader} turns the bytes of a Secret's key into a
 * {@link io.meshfed.remote.kubeconfig.RemoteCredential}: one server, its CA, and a token or a client certificate. Everything else is
 * refused with a {@link io.meshfed.api.condition.KubeconfigReason} and a message that names the field and the remedy, never a value.
 * {@code StrictYaml} reads YAML without anchors, tags and duplicate keys; {@code PemBlocks} reads PEM;
 * {@link io.meshfed.remote.kubeconfig.ServerAddress} checks the server; {@link io.meshfed.remote.kubeconfig.CredentialExpiry} reads when
 * the credential expires.
 *
 * <p>Why not fabric8's loader: a kubeconfig can name a program to run ({@code exec}), files to read and a proxy, and can turn TLS checks
 * off. Its author may write a Secret, but must not control the operator's process.
 *
 * <p>Trade-off: kubeconfigs of cloud providers that use {@code exec} do not work; the user creates one with a token or a client
 * certificate ({@code kubectl config view --minify --raw --flatten}).
 */
@NullMarked
package io.meshfed.remote.kubeconfig;

import org.jspecify.annotations.NullMarked;
