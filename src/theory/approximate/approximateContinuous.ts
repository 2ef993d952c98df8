import { checkCount } from "../../common/checkCount";
import { checkKeys } from "../../common/checkKeys";
import { lazy } from "../../common/lazy";
import { shown } from "../../common/shown";
import { type Dyadic, dyadic, ONE } from "../exact/dyadic";
import { up } from "../exact/rounding";
import { toNumber } from "../exact/toNumber";
import type { Grid } from "../grid/grid";
import { createLattice, nodeCount, nodeOfIndex } from "../grid/lattice";
import { levelValues, walkValues } from "../grid/nodeValues";
import { quantiseRange, sampleNodes } from "../grid/quantise";
import { walkNodes } from "../grid/walk";
import { packBits } from "../network/bitReader";
import { chunksOf, type NodeStep, nodeReader, walkReader } from "../network/nodeReader";
import { rangeNetwork } from "../network/rangeNetwork";
import { walkRange } from "../network/walkRange";
import { affine, type ReluNetwork } from "../relu/reluNetwork";
import { granted } from "../target/checkModulus";
import { isConcave } from "../target/modulus";
import type { Target } from "../target/target";
import { type Approximation, createApproximation } from "../value/approximation";
import { valueRange } from "../value/valueRange";
import { checkTarget } from "./checkTarget";

/** Parameters of `approximateContinuous`. */
export type ContinuousOptions = {
  /** 2^n cubes along each axis; d·n ≤ 24 and (2^n + 1)^d ≤ 2^25. */
  readonly n: number;
  /**
   * What holds the values at the nodes: a₁ … a_n, s and b ("few", default), v, s and b ("three"), or one bit for each
   * node in v, η and w₁ ("delta").
   */
  readonly parameters?: "few" | "three" | "delta";
  /**
   * The most binary digits of a parameter that holds bits: longer ones are cut into a1.1, a1.2, … and read one after
   * another. With 24 the network is right in float32 if entries of a row are added in order, with 12 to three decimals
   * in any order; both were measured, not proved. By default nothing is cut.
   */
  readonly digits?: number;
};

const WAYS = ["few", "three", "delta"] as const;

/** Σ_v hat_v(x)·ω(‖v/K − x‖) is at most this for all x: ω(√d/(2K)) if ω is concave, or else ω(√d/K). */
function nearness(f: Target, { d, n }: Grid): number {
  return up(f.omega(up(Math.sqrt(d)) * 2 ** (isConcave(f.modulus) ? -n - 1 : -n)));
}

/** φ_in: x ↦ Kx. */
const scaling = (d: number, n: number): ReluNetwork =>
  affine({
    inputs: d,
    outputs: d,
    weights: Array.from({ length: d }, (_, i) => [i, i, dyadic(1n, n)] as const),
  });

/** φ_f: Kx ↦ (Kx, the parameters), each the bias of a neuron without inputs. */
const withParameters = (d: number, values: readonly (readonly [string, Dyadic])[]): ReluNetwork =>
  affine({
    inputs: d,
    outputs: d + values.length,
    weights: Array.from({ length: d }, (_, i) => [i, i, ONE] as const),
    biases: values.map(([name, value], i) => [d + i, value, name] as const),
  });

/** The bit of each level at a position; the lowest has position 0. */
const bitsAt = (levels: Uint32Array, position: number) =>
  Uint8Array.from(levels, (level) => (level >> position) & 1);

/** Bits as one number of that name, or cut into several. */
function packed(name: string, bits: Uint8Array, digits: number): (readonly [string, Dyadic])[] {
  const counts = chunksOf(bits.length, digits);
  if (counts.length === 1) return [[name, packBits(bits)]];
  return counts.map((count, i) => [
    `${name}.${i + 1}`,
    packBits(bits.subarray(i * digits, i * digits + count)),
  ]);
}

/**
 * Ours: a continuous φ whose bound holds everywhere, without strips, copies or medians. φ is the piecewise linear
 * interpolant, on the Kuhn triangulation, of values at the nodes v/K, v ∈ {0..K}^d:
 * φ(x) = Σ_v hat_v(x)·value_v, and |φ − f| ≤ ω_f(√d·2^{−n−1}) + (max − min)·2^{−n−1} in [0,1]^d, for Lipschitz f
 * ≤ λ√d·2^{−n}. Intrinsic: a₁ … a_n, s, b ("few") or v, s, b ("three"), which hold n bits for each of the (K+1)^d
 * nodes, or v, eta, w1 ("delta"), one bit for each but the first, and |φ − f| ≤ ω_f(√d·2^{−n−1}) + ω_f(2^{−n}), for
 * d = 1 and Lipschitz f ≤ λ·2^{−n}. For a modulus that is a function, ω_f(√d·2^{−n}) stands for ω_f(√d·2^{−n−1}),
 * unless the target says that it is concave.
 *
 * The network has about (K+1)^d·(13d + 15n) nonzero parameters in (K+1)^d + d + 5 layers ("few"): fewer than that of
 * Theorem 2.2, more than that of Theorem 2.1, which promises nothing on its strips.
 *
 * Known: the triangulation, its hat functions as ReLU networks, and values packed into few weights from which the
 * network reads bits [Yarotsky 2018, arXiv 1802.03620]; one bit a step [Kolmogorov and Tikhomirov 1959].
 * @throws TypeError or RangeError for options out of range and targets that contradict their modulus.
 */
export function approximateContinuous(f: Target, options: ContinuousOptions): Approximation {
  checkTarget(f, "approximateContinuous");
  checkKeys("approximateContinuous", options, { n: true, parameters: true, digits: true } satisfies Record<
    keyof ContinuousOptions,
    true
  >);
  const { n, parameters = "few", digits = Infinity } = options;
  checkCount("digits", digits, 1, Infinity);
  if (!WAYS.includes(parameters))
    throw new RangeError(`parameters must be "few", "three" or "delta"; got ${shown(parameters)}.`);
  const d = f.dimension;
  const grid = createLattice(d, n);
  const nodes = nodeCount(grid);
  const near = nearness(f, grid);
  const shared = { target: f, variant: "centred", norm: Infinity, region: "all" } as const;
  if (parameters === "delta") return byWalk(f, grid, near, digits, shared);
  const quantised = quantiseRange(sampleNodes(f, grid), n);
  const { levels, s, b } = quantised;
  const encoding = { construction: "continuous", grid, nodes: levelValues(quantised, n) } as const;
  const range = up(toNumber(s));
  const inTurn = (weights: readonly (readonly Dyadic[])[]) =>
    weights.flatMap((each) =>
      Array.from({ length: nodes }, (_, j): NodeStep => ({ node: nodeOfIndex(grid, j + 1), weights: each })),
    );
  const powers = Array.from({ length: n }, (_, l) => dyadic(1n, -l - 1));
  const keys = lazy((): readonly (readonly [string, Dyadic])[] => {
    const rows = powers.map((_, l) => bitsAt(levels, n - 1 - l));
    if (parameters === "few") return rows.flatMap((bits, l) => packed(`a${l + 1}`, bits, digits));
    const bits = new Uint8Array(n * nodes);
    rows.forEach((row, l) => {
      bits.set(row, l * nodes);
    });
    return packed("v", bits, digits);
  });
  return createApproximation({
    ...shared,
    encoding,
    bound: up(granted(near, Math.abs(toNumber(b)) + range) + up(range * 2 ** (-n - 1))),
    bits: n * nodes,
    buildParts: () => ({
      phiIn: scaling(d, n),
      phiF: withParameters(d, keys()),
      phiOut: nodeReader(d, inTurn(parameters === "few" ? [powers] : powers.map((power) => [power])), {
        digits,
        offset: dyadic(1n, -n - 1),
      }),
      phiRange: rangeNetwork(s, b),
    }),
    intrinsic: () => Object.fromEntries([...keys(), ["s", s], ["b", b]]),
  });
}

/** Delta modulation along the serpentine through the nodes. */
function byWalk(
  f: Target,
  grid: Grid,
  near: number,
  digits: number,
  shared: Pick<Approximation, "target" | "variant" | "norm" | "region">,
): Approximation {
  const { d, n } = grid;
  const walk = walkNodes(f, grid);
  const { eta, w1, bits, positions } = walk;
  const v = lazy(() => packed("v", bits, digits));
  const encoding = { construction: "continuous", grid, nodes: walkValues(walk) } as const;
  const [least, most] = valueRange(encoding);
  const step = toNumber(eta);
  const size = Math.max(-least, most) + step;
  // On a piece of the line φ − f is monotone if η ≥ λ/K is the slope's part, so it is largest at a node.
  const monotone = d === 1 && "lipschitz" in f.modulus;
  return createApproximation({
    ...shared,
    encoding,
    bound: up(monotone ? granted(step, size) : granted(near, size) + step),
    bits: bits.length,
    buildParts: () => {
      const nodes: number[][] = [];
      positions.forEach((k, j) => {
        nodes[k - 1] = nodeOfIndex(grid, j + 1);
      });
      return {
        phiIn: scaling(d, n),
        phiF: withParameters(d, v()),
        phiOut: walkReader(d, nodes, digits),
        phiRange: walkRange(eta, w1),
      };
    },
    intrinsic: () => Object.fromEntries([...v(), ["eta", eta], ["w1", w1]]),
  });
}
