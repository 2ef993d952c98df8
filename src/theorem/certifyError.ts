import type { Approximation } from "./approximation";
import type { Certificate, CertificateSettings } from "./certificate";
import { boxCount } from "./certificateCells";
import { certifyLebesgue } from "./certifyLebesgue";
import { certifySupremum } from "./certifySupremum";

/** Norm, region and effort of `certifyError`. */
export type CertificateOptions = {
  /** p ≥ 1 or Infinity; default the norm of the approximation's bound. */
  readonly norm?: number;
  /** The whole cube, or only its part off Ω; default where the approximation's bound holds. */
  readonly region?: "all" | "good";
  /** Refine until upper − lower ≤ tolerance; default a hundredth of the bound. */
  readonly tolerance?: number;
  /** Boxes examined at most; default 1,000,000. */
  readonly maxCells?: number;
  /** Milliseconds at most; default 10,000. */
  readonly timeLimit?: number;
  /** Called now and then with the certificate so far. */
  readonly onProgress?: (soFar: Certificate) => void;
};

function readOptions(phi: Approximation, options: CertificateOptions): CertificateSettings {
  const {
    norm = phi.norm,
    region = phi.region,
    tolerance = phi.bound / 100,
    maxCells = 1_000_000,
    timeLimit = 10_000,
  } = options;
  if (typeof norm !== "number" || !(norm >= 1))
    throw new RangeError(`norm must be a number p ≥ 1 or Infinity, got ${String(norm)}`);
  if (region !== "all" && region !== "good")
    throw new RangeError(`region must be "all" or "good", got ${String(region)}`);
  for (const [name, value] of Object.entries({ tolerance, maxCells, timeLimit }))
    if (typeof value !== "number" || !(value >= 0))
      throw new RangeError(`${name} must be a number ≥ 0, got ${String(value)}`);
  const needed = boxCount(phi, region);
  if (needed > maxCells)
    throw new RangeError(
      `the grid alone has ${needed} boxes, but maxCells is ${maxCells}; raise maxCells, choose region "good" or a smaller n`,
    );
  return { norm, region, tolerance, maxCells, timeLimit };
}

const certificate = (phi: Approximation, settings: CertificateSettings) =>
  settings.norm === Infinity ? certifySupremum(phi, settings) : certifyLebesgue(phi, settings);

/**
 * Encloses ‖φ − f‖ in the given norm by branch and bound with outward rounding: on each box |φ − f| is bounded from
 * f at its centre, the modulus of its radius and what is known of φ there (ours). On Ω the L^p construction
 * oscillates, only its range is known, and `converged: false` is to be expected for the supremum over "all".
 * @throws RangeError for options out of range, or with both points where samples contradict the modulus.
 */
export function certifyError(phi: Approximation, options: CertificateOptions = {}): Certificate {
  const settings = readOptions(phi, options);
  const end = performance.now() + settings.timeLimit;
  const steps = certificate(phi, settings);
  for (;;) {
    const step = steps.next();
    options.onProgress?.(step.value);
    if (step.done || performance.now() > end) return Object.freeze(step.value);
  }
}

/**
 * certifyError that lets other work run between rounds and stops, with the signal's reason, when aborted.
 * @throws what certifyError throws, and the reason of an aborted signal.
 */
export async function certifyErrorAsync(
  phi: Approximation,
  options: CertificateOptions & { readonly signal?: AbortSignal } = {},
): Promise<Certificate> {
  const settings = readOptions(phi, options);
  const end = performance.now() + settings.timeLimit;
  const steps = certificate(phi, settings);
  for (;;) {
    options.signal?.throwIfAborted();
    const step = steps.next();
    options.onProgress?.(step.value);
    if (step.done || performance.now() > end) return Object.freeze(step.value);
    await new Promise((resume) => setTimeout(resume, 0));
  }
}
