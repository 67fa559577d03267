package io.meshfed.plan.gateway;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/**
 * Quantities in the form in which the API server stores them. It rewrites a quantity that it receives ({@code 0.5} becomes
 * {@code 500m}, {@code 1024Mi} becomes {@code 1Gi}), and the operator compares the object that it wants with the stored one
 * (docs/adr/0004), so that any other form would look like a change on every reconciliation. {@code Quantity} of fabric8
 * compares amounts, but does not give this form. The rules are those of {@code resource.Quantity} in k8s.io/apimachinery.
 */
final class CanonicalQuantity {
    private static final Map<String, Integer> DECIMAL =
            Map.of("n", -9, "u", -6, "m", -3, "", 0, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
    private static final Map<String, Integer> BINARY =
            Map.of("Ki", 10, "Mi", 20, "Gi", 30, "Ti", 40, "Pi", 50, "Ei", 60);
    private static final BigInteger KIBI = BigInteger.valueOf(1024);
    /** Resources of a container are rounded up to thousandths, by the defaults of core/v1. */
    private static final int MILLI = 3;

    private CanonicalQuantity() {}

    /** Every value in canonical form, keys sorted. A value that is not a quantity is kept, and the API server rejects it. */
    static Map<String, Quantity> of(Map<String, Quantity> quantities) {
        Map<String, Quantity> canonical = new TreeMap<>();
        quantities.forEach((resource, quantity) -> canonical.put(resource, of(quantity)));
        return canonical;
    }

    static Quantity of(Quantity quantity) {
        String format = quantity.getFormat() == null ? "" : quantity.getFormat();
        BigDecimal amount;
        try {
            amount = new BigDecimal(quantity.getAmount());
        } catch (NumberFormatException notANumber) {
            return quantity;
        }
        if (BINARY.containsKey(format)) {
            BigDecimal value = roundedUp(amount.multiply(new BigDecimal(BigInteger.TWO.pow(BINARY.get(format)))));
            // Small and fractional binary values are written in decimal form, so that nothing is rounded away.
            boolean small = value.abs().compareTo(new BigDecimal(KIBI)) < 0;
            return small || value.stripTrailingZeros().scale() > 0 ? decimal(value) : binary(value.toBigIntegerExact());
        }
        if (DECIMAL.containsKey(format)) {
            return decimal(roundedUp(amount.scaleByPowerOfTen(DECIMAL.get(format))));
        }
        return quantity;
    }

    private static BigDecimal roundedUp(BigDecimal value) {
        return value.scale() > MILLI ? value.setScale(MILLI, RoundingMode.UP) : value;
    }

    private static Quantity decimal(BigDecimal value) {
        if (value.signum() == 0) {
            return new Quantity("0");
        }
        BigDecimal stripped = value.stripTrailingZeros();
        int exponent = Math.min(18, Math.floorDiv(-stripped.scale(), 3) * 3);
        String suffix = DECIMAL.entrySet().stream()
                .filter(e -> e.getValue() == exponent)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        return new Quantity(stripped.scaleByPowerOfTen(-exponent).toBigIntegerExact() + suffix);
    }

    private static Quantity binary(BigInteger value) {
        BigInteger mantissa = value;
        int power = 0;
        while (power < 60 && mantissa.mod(KIBI).signum() == 0) {
            mantissa = mantissa.divide(KIBI);
            power += 10;
        }
        int exponent = power;
        String suffix = BINARY.entrySet().stream()
                .filter(e -> e.getValue() == exponent)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
        return new Quantity(mantissa + suffix);
    }
}
