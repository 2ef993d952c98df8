import fc from "fast-check";
import { type Dyadic, dyadic } from "../../../src/theory";

/** Dyadic numbers of up to 80 bits and moderate exponents, zero included. */
export const anyDyadic: fc.Arbitrary<Dyadic> = fc
  .tuple(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), fc.integer({ min: -120, max: 60 }))
  .map(([m, e]) => dyadic(m, e));

/** Every finite float64, subnormals and −0 included. */
export const anyFloat64 = fc.double({ noNaN: true, noDefaultInfinity: true });
