/** RemoteMesh: the connection to one other cluster, and where its gateway is. */
@NullMarked
package io.meshfed.reconcile.remotemesh;

import org.jspecify.annotations.NullMarked;
