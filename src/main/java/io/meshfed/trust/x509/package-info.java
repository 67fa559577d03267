/** X.509 in the form that istiod, Go and Envoy accept: certificates, keys, revocation lists, PEM and DER. */
@NullMarked
package io.meshfed.trust.x509;

import org.jspecify.annotations.NullMarked;
