import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";

/** A bound on a function's modulus of continuity, ω(r) ≥ sup{|f(x) − f(y)| : ‖x − y‖₂ ≤ r}, in one of three forms. */
export type Modulus =
  /** ω(r) = λr. */
  | { readonly lipschitz: number }
  /** ω(r) = λr^α, 0 < α ≤ 1. */
  | { readonly holder: { readonly lambda: number; readonly alpha: number } }
  /**
   * ω(r) as a function: non-decreasing, ω(r) → 0 as r → 0. That it is concave cannot be seen: `concave: true` says so,
   * and buys the smaller bounds that λr and λr^α have.
   */
  | { readonly modulus: (r: number) => number; readonly concave?: boolean };

/** Whether ω is known to be concave: ω((r + s)/2) ≥ (ω(r) + ω(s))/2. */
export const isConcave = (spec: Modulus): boolean => !("modulus" in spec) || spec.concave === true;

/** How many distances of [0, √d] a modulus that is declared to be concave is tried at. */
const TRIED = 64;
/** What rounding in ω may cost, relative to it: as much as checkModulus allows. */
const OF_OMEGA = 2 ** -40;

/** @throws RangeError naming two distances if ω is larger between them, on average, than in the middle. */
function checkConcave(omega: (r: number) => number, dimension: number): void {
  // Distances that shrink by a constant factor, so that small ones are among them.
  const distances = [0, ...Array.from({ length: TRIED }, (_, i) => Math.sqrt(dimension) * 0.75 ** i)];
  const values = distances.map(omega);
  for (let i = 0; i < distances.length; i++)
    for (let j = 0; j < i; j++) {
      const middle = (distances[i] + distances[j]) / 2;
      const [between, average] = [omega(middle), values[i] / 2 + values[j] / 2];
      if (between < average * (1 - OF_OMEGA) - Number.MIN_VALUE)
        throw new RangeError(
          `concave: true is contradicted: expected ω(${middle}) ≥ the average of ω(${distances[i]}) and ω(${distances[j]}), ${average}; got ${shown(between)}; leave concave out.`,
        );
    }
}

function checkConstant(value: unknown, what: string): number {
  if (typeof value !== "number" || !(value >= 0) || value === Infinity)
    throw new RangeError(`${what} must be a finite number ≥ 0; got ${shown(value)}.`);
  return value;
}

/**
 * The function ω of a modulus; r is a distance in [0,1]^d.
 * @throws RangeError if a constant is negative or not finite, α is outside (0, 1], or ω is not as concave as it is said
 *   to be; TypeError unless exactly one form is given, and `concave` with a function only.
 */
export function omegaOf(spec: Modulus, dimension: number): (r: number) => number {
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
  const omega = (r: number): number => {
    checkConstant(r, "omega(r): r");
    return checkConstant(raw(r), `omega(${r})`);
  };
  const { concave } = spec as { concave?: unknown };
  if (concave !== undefined) {
    if (typeof concave !== "boolean")
      throw new TypeError(`concave must be true or false; got ${shown(concave)}.`);
    if (!("modulus" in spec) || spec.modulus === undefined)
      throw new TypeError(
        `concave is said of a modulus that is a function; got ${shown(forms[0])}: leave concave out, λr and λr^α are.`,
      );
    if (concave) checkConcave(omega, dimension);
  }
  return omega;
}
