import {
  type Code,
  f64,
  f64x2,
  gather,
  i32,
  i32x4,
  i64,
  i64x2,
  type Local,
  type ValueType,
  v128,
  vectorLocals,
  when,
} from "./webAssembly";

const FLOAT64 = Float64Array.BYTES_PER_ELEMENT;

/**
 * For 2^−54 ≤ x < 1 the float64 x + BEFORE_1 is in [1, 2), where float64 are the multiples of 2^−52, and all its bits but
 * the last are those of 1 + m, m being x rounded down to such a multiple; 1 + x itself would be rounded up just before a
 * cube. If x > m, then x + BEFORE_1 is less than 2^−53 from 1 + m and goes there; if m = 0, too, for below 1, where
 * float64 are closer, it is at most 2^−54 away. If x = m, it is halfway between 1 + m and the multiple before, and goes to
 * the one with a last bit of 0: to 1 + m, or, if that has 1, to the one before, in which no other bit differs. A smaller x
 * stays below 1, and x ≥ 1 gives 2 or more.
 */
const BEFORE_1 = 1 - 2 ** -53;
/** Bits of a float64's mantissa in its high 32 bits; the sign and the exponent are above them. */
const HIGH_BITS = 20;
const LEAST_INTEGER = -(2 ** 31);
/** Makes sign and exponent of the numbers from 1 to 2 the least of all signed 32-bit integers, and back. */
const TO_LEAST = 0x3ff00000 ^ LEAST_INTEGER;
/** With more digits in the high 32 bits, few are left of the fraction, and too many points would be doubtful. */
const MOST_DIGITS = 14;
/** The table begins at 8, so the entry with an index is 8 bytes behind 2^ENTRY_BITS times the index. */
const ENTRY_BITS = 3;

/** Whether quickLookUp is of use for K = 2^n. */
export const canLookUpQuickly = (n: number): boolean => n <= MOST_DIGITS;

/**
 * quickLookUp sees the first 20 − n bits of a fraction, below a sign bit that is set. This is the largest of what it may
 * see with which the fraction cannot exceed the threshold, whatever the other bits are.
 */
export const quickLimit = (n: number, threshold: number): number =>
  (Math.floor(threshold * 2 ** (HIGH_BITS - n)) - 1) | LEAST_INTEGER;

/** The vectors and integers of quickLookUp, for so many times four points. */
export function quickLocals(d: number, fours: number): Record<string, ValueType> {
  const high = Array.from({ length: fours * d }, (_, k) => `high${k}`);
  const entries = Array.from({ length: fours }, (_, four) => `entries${four}`);
  const numbers = ["before1", "digits", "toLeast", "limits"];
  return { ...vectorLocals([...numbers, "doubtful", ...high, ...entries]), first: "i64", second: "i64" };
}

/** Gives quickLocals their numbers, before the loop. */
export const quickNumbers = (n: number, limit: Code, local: Readonly<Record<string, Local>>): Code => [
  ...local.before1.set(f64x2.splat(f64.const(BEFORE_1))),
  ...local.digits.set(i32x4.splat(i32.const((2 ** n - 1) * 2 ** (HIGH_BITS - n)))),
  ...local.toLeast.set(i32x4.splat(i32.const(TO_LEAST))),
  ...local.limits.set(i32x4.splat(limit)),
];

/**
 * The code of lookUpModule that looks up a few times four points of d coordinates among 2^n cubes along each axis. It
 * needs half as many instructions a point as carefulLookUp, and leaves all of them to `carefully` where it cannot tell one
 * from the high 32 bits of x + BEFORE_1: sign and exponent must be those of [1, 2); then come the digits of ⌊Kx⌋, and the
 * first bits of Kx's fraction, at most quickLimit.
 */
export function quickLookUp(
  [d, n, fours]: readonly [d: number, n: number, fours: number],
  local: Readonly<Record<string, Local>>,
  carefully: Code,
): Code {
  const { points, values, before1, digits, toLeast, limits, doubtful, first, second } = local;
  const groups = Array.from({ length: fours }, (_, four) => four);
  const axes = Array.from({ length: d }, (_, i) => i);
  const high = (four: number, i: number) => local[`high${four * d + i}`];
  const entries = (four: number) => local[`entries${four}`];

  /** Coordinate i of two points, from the `p`-th on. */
  const two = (p: number, i: number): Code => {
    const at = FLOAT64 * (p * d + i);
    const x = d === 1 ? v128.load(points.get, at) : gather(points.get, points.get, at, FLOAT64 * d);
    return f64x2.add(x, before1.get);
  };
  const digitOf = (four: number, i: number) => v128.and(high(four, i).get, digits.get);
  /** All but the digits: less than 0, and the first bits of the fraction, if sign and exponent are those of [1, 2). */
  const rest = (four: number, i: number) =>
    v128.xor(v128.xor(high(four, i).get, digitOf(four, i)), toLeast.get);
  /** The digit where it belongs in the address of an entry. */
  const placed = (four: number, i: number) => {
    const down = HIGH_BITS - ENTRY_BITS - n * (i + 1);
    if (down < 0) return i32x4.shl(digitOf(four, i), i32.const(-down));
    return i32x4.shrU(digitOf(four, i), i32.const(down));
  };
  const rests = groups.flatMap((four) => axes.map((i) => rest(four, i)));
  const moveFour = (four: number): Code => {
    const low = (x: Local) => i64.wrap(x.get);
    const upper = (x: Local) => i64.wrap(i64.shrU(x.get, i64.const(32n)));
    const addresses = [low(first), upper(first), low(second), upper(second)];
    return [
      ...first.set(i64x2.extractLane(entries(four).get, 0)),
      ...second.set(i64x2.extractLane(entries(four).get, 1)),
      ...addresses.flatMap((address, k) =>
        i64.store(values.get, i64.load(address, FLOAT64), FLOAT64 * (4 * four + k)),
      ),
    ];
  };
  return [
    ...groups.flatMap((four) =>
      axes.flatMap((i) =>
        high(four, i).set(i32x4.shuffle(two(4 * four, i), two(4 * four + 2, i), [1, 3, 5, 7])),
      ),
    ),
    ...doubtful.set(
      i32x4.gtS(
        rests.reduce((x, y) => i32x4.maxS(x, y)),
        limits.get,
      ),
    ),
    ...groups.flatMap((four) =>
      entries(four).set(axes.map((i) => placed(four, i)).reduce((x, y) => v128.or(x, y))),
    ),
    ...when(v128.anyTrue(doubtful.get), carefully, groups.flatMap(moveFour)),
  ];
}
