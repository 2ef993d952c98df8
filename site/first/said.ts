import { countParameters } from "../../src/theory/relu/countParameters";
import type { BuiltNetwork } from "./builtNetwork";
import type { Choice } from "./choice";
import type { KnownFunction } from "./knownLambda";

/** A bound for reading: two digits, rounded up, so that it stays true. */
export function upTo(bound: number): string {
  if (bound === 0) return "0";
  const scale = 10 ** (1 - Math.floor(Math.log10(bound)));
  return String(Number((Math.ceil(bound * scale * (1 - 1e-12)) / scale).toPrecision(2)));
}

/** λ for reading: six digits; "≤" if they do not hold all of it. */
export function lambdaText(lambda: number): string {
  const short = Number(lambda.toPrecision(6));
  return Math.abs(short - lambda) <= 1e-12 * lambda
    ? `λ = ${short}`
    : `λ ≤ ${Number((lambda * (1 + 1e-6)).toPrecision(6))}`;
}

/** "10 numbers hold this function; error ≤ 0.02 (λ = 1, n = 8)". */
export function claim(
  { phi }: BuiltNetwork,
  lambda: number,
): { numbers: string; error: string; with: string } {
  return {
    numbers: String(Object.keys(phi.intrinsic).length),
    error: upTo(phi.bound),
    with: `${lambdaText(lambda)}, n = ${phi.n}`,
  };
}

/** Where λ comes from. */
export function lambdaOrigin({ origin }: KnownFunction): string {
  if (origin === "exact") return "λ is the steepest slope of your curve, exactly.";
  if (origin === "proved")
    return "λ is proved: interval arithmetic bounds the formula's slope on all of [0, 1].";
  return "λ is yours. It was checked at 4,097 points, which is no proof.";
}

/** In which sense the error is meant. */
export function errorSense({ construction }: Choice): string {
  if (construction === "lp")
    return "The error is the root mean square over [0, 1]; in the thin strips between the steps it may be larger.";
  return construction === "continuous"
    ? "The error holds at every single point, and there are no steps: the network joins the corners by straight lines."
    : "The error holds at every single point.";
}

const counted = new Map<string, number>();

/** How many parameters of the network are not 0; they are the same for every function but for those that are named. */
export function networkSize({ phi }: BuiltNetwork): number {
  const key = `${phi.construction} ${phi.n} ${phi.variant} ${phi.delta}`;
  let size = counted.get(key);
  if (size === undefined) {
    size = countParameters(phi.network).nonzero;
    counted.set(key, size);
  }
  return size;
}
