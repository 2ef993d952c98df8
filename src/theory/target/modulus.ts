import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";

/** A bound on a function's modulus of continuity, ω(r) ≥ sup{|f(x) − f(y)| : ‖x − y‖₂ ≤ r}, in one of three forms. */
export type Modulus =
  /** ω(r) = λr. */
  | { readonly lipschitz: number }
  /** ω(r) = λr^α, 0 < α ≤ 1. */
  | { readonly holder: { readonly lambda: number; readonly alpha: number } }
  /** ω(r) as a function: non-decreasing, ω(r) → 0 as r → 0. */
  | { readonly modulus: (r: number) => number };

function checkConstant(value: unknown, what: string): number {
  if (typeof value !== "number" || !(value >= 0) || value === Infinity)
    throw new RangeError(`${what} must be a finite number ≥ 0; got ${shown(value)}.`);
  return value;
}

/**
 * The function ω of a modulus; r is a distance in [0,1]^d.
 * @throws RangeError if a constant is negative or not finite or α is outside (0, 1]; TypeError unless exactly one form
 *   is given.
 */
export function omegaOf(spec: Modulus): (r: number) => number {
  const forms = ["lipschitz", "holder", "modulus"].filter(
    (form) => (spec as Record<string, unknown>)[form] !== undefined,
  );
  if (forms.length !== 1)
    throw new TypeError(
      `target needs one of lipschitz, holder: {lambda, alpha}, modulus, to say how fast f may change; e.g. { dimension: 1, lipschitz: 1 } where |f(x) − f(y)| ≤ 1·‖x − y‖; got ${forms.join(" and ") || "none"}.`,
    );
  let raw: (r: number) => number;
  if ("lipschitz" in spec && spec.lipschitz !== undefined) {
    const lambda = checkConstant(spec.lipschitz, "lipschitz");
    raw = (r) => lambda * r;
  } else if ("holder" in spec && spec.holder !== undefined) {
    checkKeys("holder", spec.holder, { lambda: true, alpha: true });
    const lambda = checkConstant(spec.holder.lambda, "holder.lambda");
    const alpha = checkConstant(spec.holder.alpha, "holder.alpha");
    if (!(alpha > 0 && alpha <= 1))
      throw new RangeError(
        `holder.alpha must be in (0, 1]; got ${shown(alpha)}; constants and smoother functions have 1.`,
      );
    raw = (r) => lambda * r ** alpha;
  } else {
    const { modulus } = spec as { modulus: (r: number) => number };
    if (typeof modulus !== "function")
      throw new TypeError(`modulus must be a function r ↦ ω(r); got ${shown(modulus)}.`);
    raw = modulus;
  }
  return (r) => {
    checkConstant(r, "omega(r): r");
    return checkConstant(raw(r), `omega(${r})`);
  };
}
