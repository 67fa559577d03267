/**
 * What a MeshFederation makes of this mesh: exports, the catalogue entry, mutual TLS, and cert-manager's Certificate.
 *
 * <p>Each planner is one static function from a MeshFederation and observed objects to desired objects in the form in which
 * the API server stores them: {@code ExportPlanner} (the Istio Gateway of exported Services), {@code CataloguePlanner} (the
 * ExportedMesh that peers read), {@code MtlsPlanner} (the mesh-wide PeerAuthentication), {@code CertificatePlanner} (the
 * Certificate for the intermediate). {@code IstioConfig} parses istiod's ConfigMaps, and {@code MeshConfigCheck} compares
 * them with the spec and reports MeshConfigured; of several problems the one with the highest rank gives the reason.
 *
 * <p>Trade-offs: the operator reads istiod's ConfigMaps and does not ask istiod. Settings that exist only in istiod's
 * environment can therefore not be checked, and the message says so. The operator never writes istiod's configuration; the
 * message names the ConfigMap, the key and the value to set.
 */
@NullMarked
package io.meshfed.plan.mesh;

import org.jspecify.annotations.NullMarked;
