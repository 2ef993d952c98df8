import { approximateContinuous } from "../../src/theory/approximate/approximateContinuous";
import { approximateLp } from "../../src/theory/approximate/approximateLp";
import { approximateThreeParameters } from "../../src/theory/approximate/approximateThreeParameters";
import { approximateUniform } from "../../src/theory/approximate/approximateUniform";
import type { Dyadic } from "../../src/theory/exact/dyadic";
import { levelValues } from "../../src/theory/grid/nodeValues";
import { type Quantised, quantise, quantiseRange, sampleNodes } from "../../src/theory/grid/quantise";
import { packBits } from "../../src/theory/network/bitReader";
import { packKeyParameters } from "../../src/theory/network/packKeyParameters";
import { type Target, target } from "../../src/theory/target/target";
import type { Approximation } from "../../src/theory/value/approximation";
import { createEvaluate } from "../../src/theory/value/evaluate";
import type { Choice, Construction } from "./choice";
import type { KnownFunction } from "./knownLambda";

/** The network of a function, and its digits, which a reader may change. */
export type BuiltNetwork = {
  readonly phi: Approximation;
  /** For each place, the n digits that a₁ … a_n hold for it, as one number of n bits. */
  readonly levels: Uint32Array;
  /** What stands at a place: a step of the staircase, or a corner of a polygon. */
  readonly kind: "step" | "corner";
};

const build: Readonly<Record<Construction, (f: Target, choice: Choice) => Approximation>> = {
  uniform: (f, { n, centred }) => approximateUniform(f, { n, variant: centred ? "centred" : "paper" }),
  lp: (f, { n, centred }) => approximateLp(f, { n, variant: centred ? "centred" : "paper" }),
  three: (f, { n, centred }) => approximateThreeParameters(f, { n, variant: centred ? "centred" : "paper" }),
  continuous: (f, { n }) => approximateContinuous(f, { n }),
};

/** Builds the network that the reader has chosen. @throws RangeError for functions that contradict their λ. */
export function builtNetwork(
  { evaluate, title }: KnownFunction,
  lambda: number,
  choice: Choice,
): BuiltNetwork {
  const f = target(([x]) => evaluate(x), { dimension: 1, lipschitz: lambda, title });
  const phi = build[choice.construction](f, choice);
  const { grid, variant } = phi;
  return choice.construction === "continuous"
    ? { phi, levels: quantiseRange(sampleNodes(f, grid), grid.n).levels, kind: "corner" }
    : { phi, levels: quantise(f, grid, variant).levels, kind: "step" };
}

/** The same network with other digits in a₁ … a_n: its values at points. */
export function withDigits(
  { phi }: BuiltNetwork,
  levels: Uint32Array,
): (points: Float64Array) => Float64Array {
  const { construction, grid, variant, intrinsic } = phi;
  if (construction === "delta") throw new Error("The construction delta has no digits a₁ … a_n.");
  const quantised: Quantised = { levels, s: intrinsic.s, b: intrinsic.b };
  if (construction === "continuous")
    return createEvaluate({ construction, grid, nodes: levelValues(quantised, grid.n) });
  return createEvaluate({ construction, grid, variant, quantised }, () => packKeyParameters(levels, grid.n));
}

/** The part of [0, 1] that a place stands for; the strip that follows a step belongs to it here. */
export function placeOf({ levels, kind }: BuiltNetwork, place: number): readonly [number, number] {
  if (kind === "step") return [place / levels.length, (place + 1) / levels.length];
  const K = levels.length - 1;
  return [Math.max(0, (place - 0.5) / K), Math.min(1, (place + 0.5) / K)];
}

/** The place at x ∈ [0, 1]. */
export function placeAt({ levels, kind }: BuiltNetwork, x: number): number {
  const at = kind === "step" ? Math.floor(x * levels.length) : Math.round(x * (levels.length - 1));
  return Math.min(levels.length - 1, Math.max(0, at));
}

/** The intrinsic parameters of the network with other digits, by name. */
export function numbersWith({ phi }: BuiltNetwork, levels: Uint32Array): Record<string, Dyadic> {
  const { n, construction, intrinsic } = phi;
  const { s, b } = intrinsic;
  const rows = () =>
    Array.from({ length: n }, (_, l) => Array.from(levels, (level) => (level >> (n - 1 - l)) & 1));
  if (construction === "threeParameters") return { v: packBits(rows().flat()), s, b };
  const a = construction === "continuous" ? rows().map(packBits) : packKeyParameters(levels, n);
  return { ...Object.fromEntries(a.map((value, i) => [`a${i + 1}`, value])), s, b };
}
