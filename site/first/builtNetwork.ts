import { approximateLp } from "../../src/theory/approximate/approximateLp";
import { approximateThreeParameters } from "../../src/theory/approximate/approximateThreeParameters";
import { approximateUniform } from "../../src/theory/approximate/approximateUniform";
import type { Dyadic } from "../../src/theory/exact/dyadic";
import { quantise } from "../../src/theory/grid/quantise";
import { packBits } from "../../src/theory/network/bitReader";
import { packKeyParameters } from "../../src/theory/network/packKeyParameters";
import { target } from "../../src/theory/target/target";
import type { Approximation } from "../../src/theory/value/approximation";
import { createEvaluate } from "../../src/theory/value/evaluate";
import type { Choice, Construction } from "./choice";
import type { KnownFunction } from "./knownLambda";

/** The network of a function, and its digits, which a reader may change. */
export type BuiltNetwork = {
  readonly phi: Approximation;
  /** For each cube, the n digits that a₁ … a_n hold for it, as one number of n bits. */
  readonly levels: Uint32Array;
};

const build: Readonly<Record<Construction, typeof approximateUniform>> = {
  uniform: approximateUniform,
  lp: (f, { n, variant }) => approximateLp(f, { n, variant }),
  three: (f, { n, variant }) => approximateThreeParameters(f, { n, variant }),
};

/** Builds the network that the reader has chosen. @throws RangeError for functions that contradict their λ. */
export function builtNetwork(
  { evaluate, title }: KnownFunction,
  lambda: number,
  choice: Choice,
): BuiltNetwork {
  const { n, construction, centred } = choice;
  const f = target(([x]) => evaluate(x), { dimension: 1, lipschitz: lambda, title });
  const phi = build[construction](f, { n, variant: centred ? "centred" : "paper" });
  return { phi, levels: quantise(f, phi.grid, phi.variant).levels };
}

/** The same network with other digits in a₁ … a_n: its values at points. */
export function withDigits(
  { phi }: BuiltNetwork,
  levels: Uint32Array,
): (points: Float64Array) => Float64Array {
  const { construction, grid, variant, intrinsic } = phi;
  if (construction === "delta" || construction === "continuous")
    throw new Error(`The construction ${construction} has no digits a₁ … a_n.`);
  const quantised = { levels, s: intrinsic.s, b: intrinsic.b };
  return createEvaluate({ construction, grid, variant, quantised }, () => packKeyParameters(levels, grid.n));
}

/** The intrinsic parameters of the network with other digits, by name. */
export function numbersWith({ phi }: BuiltNetwork, levels: Uint32Array): Record<string, Dyadic> {
  const { n, construction, intrinsic } = phi;
  const { s, b } = intrinsic;
  if (construction !== "threeParameters") {
    const a = packKeyParameters(levels, n).map((value, i) => [`a${i + 1}`, value]);
    return { ...Object.fromEntries(a), s, b };
  }
  const bits = Array.from({ length: n }, (_, l) => Array.from(levels, (level) => (level >> (n - 1 - l)) & 1));
  return { v: packBits(Uint8Array.from(bits.flat())), s, b };
}
