import { type AffineParts, TO_26_PLACES } from "./affineRounding";
import { BLOCK_PARAMETERS, inTurns, noteTurn } from "./pointBlocks";
import {
  type Code,
  f64,
  f64x2,
  gather,
  i32,
  type Local,
  low32,
  v128,
  vectorLocals,
  webAssemblyModule,
} from "./webAssembly";

/** Bytes of a float64, of two, and of an integer of the table. */
const [FLOAT64, PAIR, INT32] = [8, 16, 4];
/** Points that are interpolated in one turn of the loop. */
export const AT_A_TIME = 2;
/** Between 2^50 and 2^51 a float64's low bits are four times the number above 2^50: an address of an integer. */
const ADDRESSES = 2 ** 50;

/** The numbers in memory, from address 0 on, each twice; behind them one for each axis: (K + 1)^i. */
const NUMBERS = [
  ...["cubes", "last", "side", "places26", "table", "total"],
  ...["u", "uHigh", "uLow", "uRest", "b", "bRest", "error"],
] as const;
type Numbers = Record<(typeof NUMBERS)[number], number>;

/** Where the table of integers at the nodes begins. */
export const tableAddress = (d: number) => (NUMBERS.length + d) * PAIR;

/** What the module for d coordinates and K cubes along an axis reads from address 0 on. */
export function kuhnNumbers(d: number, K: number, parts: AffineParts): Float64Array {
  const strides = Array.from({ length: d }, (_, i) => (K + 1) ** i);
  const numbers: Numbers = {
    cubes: K,
    last: K - 1,
    side: K + 1,
    places26: TO_26_PLACES,
    table: ADDRESSES + tableAddress(d) / INT32,
    total: strides.reduce((sum, stride) => sum + stride, 0),
    ...parts,
  };
  return Float64Array.from([...NUMBERS.map((name) => numbers[name]), ...strides].flatMap((x) => [x, x]));
}

const numberAt = (place: number) => v128.load(i32.const(place * PAIR));
const number = (name: keyof Numbers) => numberAt(NUMBERS.indexOf(name));
const strideOf = (axis: number) => numberAt(NUMBERS.length + axis);

const VECTORS = [
  ...["scaled", "digit", "node", "outside"],
  ...["falls", "change", "from", "to", "rise", "head", "whole", "low"],
  ...["left", "right", "first", "second", "third", "one", "seen", "two", "seenToo", "three", "seenLast"],
  ...["lost", "value"],
] as const;

/** What affineRounding does, for two points: base + unit·(whole + low), or NaN in a lane whose rounding is in doubt. */
function rounded(v: Record<(typeof VECTORS)[number], Local>): Code {
  const { add, sub, mul } = f64x2;
  const { whole, low, left, right, first, second, third, one, seen, two, seenToo, three, seenLast, lost } = v;
  const ends = (end: typeof add) => add(three.get, end(lost.get, number("error")));
  return [
    ...left.set(f64x2.floor(whole.get)),
    ...right.set(sub(whole.get, left.get)),
    ...first.set(mul(number("uHigh"), left.get)),
    ...second.set(mul(number("uHigh"), right.get)),
    ...third.set(mul(number("uLow"), left.get)),
    ...one.set(add(number("b"), first.get)),
    ...seen.set(sub(one.get, number("b"))),
    ...two.set(add(one.get, second.get)),
    ...seenToo.set(sub(two.get, one.get)),
    ...three.set(add(two.get, third.get)),
    ...seenLast.set(sub(three.get, two.get)),
    ...lost.set(add(sub(number("b"), sub(one.get, seen.get)), sub(first.get, seen.get))),
    ...second.set(add(sub(one.get, sub(two.get, seenToo.get)), sub(second.get, seenToo.get))),
    ...third.set(add(sub(two.get, sub(three.get, seenLast.get)), sub(third.get, seenLast.get))),
    ...first.set(add(mul(number("uLow"), right.get), mul(number("u"), low.get))),
    ...first.set(add(add(first.get, mul(number("uRest"), whole.get)), number("bRest"))),
    ...lost.set(add(add(add(lost.get, second.get), third.get), first.get)),
    ...v.value.set(ends(add)),
    ...v.value.set(v128.or(v.value.get, f64x2.ne(v.value.get, ends(sub)))),
  ];
}

/**
 * A WebAssembly module with one function, which interpolates integers at the nodes of the Kuhn triangulation at points
 * of d coordinates, two at a time. The points are in memory at `points`, row-major, and the values, rounded as by
 * affineRounding, go to `values` … `end` and up to AT_A_TIME − 1 places further: NaN where rounding is in doubt, outside
 * [0,1]^d and at NaN. pointBlocks tells what the function notes and returns. kuhnNumbers are at 0, the table of integers
 * at tableAddress.
 *
 * There is no branch that depends on a point: the order of its fractions is random, and a branch that is guessed wrongly
 * takes as long as the rest. Kx and its fractions t are exact in float64; head is t to 26 places, so head·rise is exact.
 */
export function kuhnModule(d: number): Uint8Array {
  const axes = Array.from({ length: d }, (_, i) => i);
  const vectors = [...VECTORS, ...axes.flatMap((i) => [`t${i}`, `step${i}`])];
  return webAssemblyModule<string>({
    parameters: BLOCK_PARAMETERS,
    locals: vectorLocals(vectors),
    result: "i32",
    body: (local) => {
      const { points, values } = local;
      const v = local as Record<(typeof VECTORS)[number], Local>;
      const { scaled, digit, node, outside, falls, change, from, to, rise, head, whole, low } = v;
      const t = (i: number) => local[`t${i}`];
      const step = (i: number) => local[`step${i}`];

      /** Coordinate i of two points; whatever is outside, and NaN, is moved to an end. */
      const coordinate = (i: number): Code => {
        const isFirst = i === d - 1;
        const x = d === 1 ? v128.load(points.get) : gather(points.get, points.get, FLOAT64 * i, FLOAT64 * d);
        const moved = f64x2.pmax(f64x2.splat(f64.const(0)), f64x2.pmin(number("cubes"), scaled.get));
        const isMoved = f64x2.ne(digit.get, scaled.get);
        return [
          ...scaled.set(f64x2.mul(x, number("cubes"))),
          ...digit.set(moved),
          ...outside.set(isFirst ? isMoved : v128.or(outside.get, isMoved)),
          ...scaled.set(digit.get),
          ...digit.set(f64x2.pmin(number("last"), f64x2.floor(scaled.get))),
          ...t(i).set(f64x2.sub(scaled.get, digit.get)),
          ...node.set(isFirst ? digit.get : f64x2.add(f64x2.mul(node.get, number("side")), digit.get)),
        ];
      };

      /** Puts the larger of t_i and t_j, i < j, at i, with its axis; the last axis of all is not asked for. */
      const exchange = (i: number, j: number): Code => [
        ...falls.set(f64x2.lt(t(i).get, t(j).get)),
        ...scaled.set(f64x2.pmax(t(i).get, t(j).get)),
        ...t(j).set(f64x2.pmin(t(i).get, t(j).get)),
        ...t(i).set(scaled.get),
        ...change.set(v128.and(v128.xor(step(i).get, step(j).get), falls.get)),
        ...step(i).set(v128.xor(step(i).get, change.get)),
        ...step(j).set(v128.xor(step(j).get, change.get)),
      ];
      const sorted = axes.flatMap((i) => axes.slice(i + 1).flatMap((j) => exchange(i, j)));

      const integers = (at: Code): Code =>
        f64x2.ofIntegers(v128.load32Lane(low32(at, 1), v128.load32Zero(low32(at, 0)), 1));

      /** Along the axis whose t is the k-th. */
      const along = (k: number): Code => [
        ...scaled.set(k === d - 1 ? f64x2.add(node.get, number("total")) : f64x2.add(digit.get, step(k).get)),
        ...digit.set(scaled.get),
        ...to.set(integers(digit.get)),
        ...rise.set(f64x2.sub(to.get, from.get)),
        ...from.set(to.get),
        ...head.set(f64x2.sub(f64x2.add(t(k).get, number("places26")), number("places26"))),
        ...whole.set(f64x2.add(whole.get, f64x2.mul(head.get, rise.get))),
        ...head.set(f64x2.mul(f64x2.sub(t(k).get, head.get), rise.get)),
        ...low.set(k === 0 ? head.get : f64x2.add(low.get, head.get)),
      ];

      return inTurns(d, AT_A_TIME, local, [
        ...axes.flatMap((i) => coordinate(d - 1 - i)),
        ...axes.flatMap((i) => step(i).set(strideOf(i))),
        ...sorted,
        ...node.set(f64x2.add(node.get, number("table"))),
        ...digit.set(node.get),
        ...from.set(integers(node.get)),
        ...whole.set(from.get),
        ...axes.flatMap(along),
        ...rounded(v),
        ...v.value.set(v128.or(v.value.get, outside.get)),
        ...v128.store(values.get, v.value.get),
        ...noteTurn(f64x2.ne(v.value.get, v.value.get), local),
      ]);
    },
  });
}
