/**
 * The decision about the {@code cacerts} of a remote mesh that this mesh issues ({@code spec.trust.issueCacerts}).
 *
 * <p>How: {@link io.meshfed.trust.issued.RemoteCacertsPlanner} decides about a Secret that is missing, foreign or invalid;
 * {@code RemoteCacertsSteps} about a valid one: add roots, issue again by {@code ReissuePolicy.REMOTE}, move to another root,
 * or remove roots. It uses the state of this mesh, which is verified once per reconciliation of a MeshFederation or RemoteMesh, and what the remote's catalogue
 * reports about its istiod.
 *
 * <p>Trade-offs:
 * <ul>
 *   <li>The remote follows this mesh. It gets a root after this mesh has it, signs under it after this mesh does, and gives one
 *       up before this mesh does. A rotation therefore takes one more round per step.
 *   <li>The operator does not see the remote's istiod. It relies on the catalogue; where that says nothing, it waits for the
 *       margin of rotations after each change.
 *   <li>The first {@code cacerts} needs proof that the remote's istiod runs on no other root. An empty Secret is created first:
 *       a catalogue that names its UID is newer than the Secret.
 *   <li>Renewals are spread, so that many remotes are not all renewed at the same time.
 * </ul>
 *
 * @see <a href="../../../../../../docs/adr/0009-cacerts-for-another-mesh.md">ADR 9</a>
 */
@NullMarked
package io.meshfed.trust.issued;

import org.jspecify.annotations.NullMarked;
