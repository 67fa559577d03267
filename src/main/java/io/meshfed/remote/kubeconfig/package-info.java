/** A kubeconfig parsed as data, with an allow-list of what it may hold. */
@NullMarked
package io.meshfed.remote.kubeconfig;

import org.jspecify.annotations.NullMarked;
