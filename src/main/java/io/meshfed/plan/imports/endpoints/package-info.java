/**
 * The endpoints of an import, in one of two forms.
 *
 * <p>{@code RemoteForm} is for a host without local Service: one ServiceEntry with the endpoints of all remotes.
 * {@code LocalForm} is for a host with a local Service: WorkloadEntries that the Service selects beside its own pods, after
 * {@code LocalServiceCheck} found that they can join it. Both ask {@code GatewayAddressing} how to name the gateway of a
 * remote (by network or by address), {@code EndpointWeights} for the weights, and {@code WorkloadIdentity} for the identities
 * that clients accept. {@code ResolutionMode} decides between host names and IPs where one ServiceEntry cannot contain both.
 *
 * <p>Trade-offs: endpoints that would make a healthy local Service worse are left out, even if the remote is the only one.
 * In the Local form a host name is replaced with its last good IPs, because istiod drops host names there. Weights are exact
 * in the Remote form; beside local pods each address has at least weight 1.
 */
@NullMarked
package io.meshfed.plan.imports.endpoints;

import org.jspecify.annotations.NullMarked;
