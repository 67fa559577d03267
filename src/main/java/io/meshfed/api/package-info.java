/**
 * The custom resources: MeshFederation (this mesh), RemoteMesh (another mesh), ImportedService (one remote service) and
 * ExportedMesh (this mesh as others may read it).
 *
 * <p>Each kind is a class with a record for its spec and one for its status. These records are the source of the CRDs:
 * {@code @JsonPropertyDescription}, {@code @Default}, {@code @Pattern}, {@code @Size} and {@code @ValidationRule} become
 * the schema, so what the API server checks and what the operator reads cannot differ. To add a field: add it to the
 * record with a description, a bound and a default; run {@code ./mvnw -Pcrds process-test-classes}, which rewrites
 * {@code crds/}, the chart's copies and {@code docs/api.md}; add a rejected case to {@code src/test/resources/crd-cases}
 * for each pattern or rule, and the class that applies the field to {@code docs/fields.md}.
 *
 * <p>A constructor fills in every default, also those that the CRD has, because an object may come from a file, a test
 * or an API server with an older CRD. So no caller checks for {@code null}, except where absence has a meaning.
 *
 * <p>{@link io.meshfed.api.UnknownFields} lets this version read objects that a newer version wrote.
 * {@link io.meshfed.api.Names} has the labels and annotations.
 *
 * <p>Trade-offs: the spec and status records are the wire format and the model at once, so a renamed component is a
 * breaking change of the API. Durations stay strings in Go's notation, because CEL rules, Istio and users read that one
 * ({@link io.meshfed.api.Durations} parses them). Nothing here accesses a cluster or the clock.
 */
@NullMarked
package io.meshfed.api;

import org.jspecify.annotations.NullMarked;
