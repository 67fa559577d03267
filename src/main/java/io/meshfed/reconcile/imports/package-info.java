/**
 * The reconciler of ImportedService.
 * <p>
 * <b>What it does.</b> {@link io.meshfed.reconcile.imports.ImportedServiceReconciler} gathers the world of one import (the published mesh
 * and remotes, the local Service, existing entries), lets {@code plan.imports} decide, and writes ServiceEntry, WorkloadEntries and
 * DestinationRule. Its conditions are Resolved, IdentityAccepted and Conflict.
 * <p>
 * <b>How.</b> New objects are written before old ones are deleted, so that a host always has endpoints. If a write fails, the object that
 * it should replace is kept. Deletion needs no code: the objects are owned and in the same namespace.
 * <p>
 * <b>Trade-offs.</b> An import waits until every RemoteMesh was reconciled once. There may be ten thousand imports, so nothing here reads a
 * whole kind where an index can answer.
 */
@NullMarked
package io.meshfed.reconcile.imports;

import org.jspecify.annotations.NullMarked;
