/**
 * What the reconcilers of the three kinds share.
 * <p>
 * <b>What it does.</b> {@link io.meshfed.reconcile.LocalCluster} caches the local cluster, one watch for each kind and scope.
 * {@link io.meshfed.reconcile.ChangeRouter} finds the custom resources that depend on a changed object, and requests their
 * reconciliation through JOSDK's event sources ({@link io.meshfed.reconcile.InboundEvents}). A reconciler gathers what it needs,
 * lets {@code plan} or {@code trust} decide, lets {@code apply} write, and ends with {@link io.meshfed.reconcile.Report}: status,
 * Events, and the next timer.
 * <p>
 * <b>How.</b> Reconcilers share state only through {@link io.meshfed.reconcile.FederationView}: immutable values that one
 * reconciler publishes and others read. A publication that changes nothing wakes nothing. Every step names the caches that it
 * needs; {@link io.meshfed.reconcile.CacheReadiness} says whether they are complete. A missing object means "deleted" only then.
 * <p>
 * <b>Trade-offs.</b> JOSDK has its own cache of the three kinds, and either cache can be ahead of the other; docs/adr/0015 says why both
 * exist. Wake-ups are chosen by what changed, so a dependency that is missing in the router delays a resource by up to an hour;
 * docs/wakeups.md lists all of them, and a test checks each.
 */
@NullMarked
package io.meshfed.reconcile;

import org.jspecify.annotations.NullMarked;
