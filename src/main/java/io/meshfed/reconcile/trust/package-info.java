/** What both trust plans are made from: gathered from the caches of this cluster and from the remote clusters. */
@NullMarked
package io.meshfed.reconcile.trust;

import org.jspecify.annotations.NullMarked;
