/** Certificate revocation lists: which are known, which are needed, and what {@code ca-crl.pem} holds. */
@NullMarked
package io.meshfed.trust.crl;

import org.jspecify.annotations.NullMarked;
