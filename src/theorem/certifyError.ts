import type { Approximation } from "./approximation";
import { type CellBounds, measureCells } from "./certificateBounds";
import { bisect, boxCount, type Cells, startCells } from "./certificateCells";

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

/** A proof that lower ≤ ‖φ − f‖ ≤ upper, f meaning the float64 values it returns and its declared modulus. */
export type Certificate = {
  readonly lower: number;
  readonly upper: number;
  /** Whether upper − lower ≤ tolerance. */
  readonly converged: boolean;
  /** Boxes examined. */
  readonly cells: number;
};

type Settings = Required<Omit<CertificateOptions, "onProgress">>;

function readOptions(phi: Approximation, options: CertificateOptions): Settings {
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

/** Largest first, as far as `room` allows. */
function largest(candidates: number[], size: Float64Array, room: number): number[] {
  if (candidates.length <= room) return candidates;
  return candidates.sort((a, b) => size[b]! - size[a]!).slice(0, room);
}

/**
 * Branch and bound for the supremum: boxes that may exceed lower + tolerance are cut in two, the others only keep
 * their upper bound.
 */
function* supremum(phi: Approximation, settings: Settings): Generator<Certificate, Certificate> {
  const { tolerance, maxCells } = settings;
  let lower = 0;
  let kept = 0; // the largest upper bound among boxes that are not refined any more
  let examined = 0;
  let cells: Cells = startCells(phi, settings.region);
  let parents: CellBounds | undefined;
  for (;;) {
    const bounds = measureCells(phi, cells, parents);
    examined += cells.count;
    for (const value of bounds.seen) if (value > lower) lower = value;
    const open: number[] = [];
    let waiting = 0;
    for (let c = 0; c < cells.count; c++) {
      const upper = bounds.upper[c]!;
      // Where only the range of φ is known, refining f beyond a quarter of the tolerance gains nothing.
      if (
        upper > lower + tolerance &&
        (cells.low[c] === cells.high[c] || bounds.spread[c]! > tolerance / 4)
      ) {
        open.push(c);
        if (upper > waiting) waiting = upper;
      } else if (upper > kept) kept = upper;
    }
    const upper = Math.max(lower, kept, waiting);
    const soFar = { lower, upper, converged: upper - lower <= tolerance, cells: examined };
    yield soFar;
    const room = Math.floor((maxCells - examined) / 2);
    if (open.length === 0 || room <= 0) return soFar;
    const chosen = largest(open, bounds.upper, room);
    if (chosen.length < open.length) {
      const taken = new Set(chosen);
      for (const c of open) if (!taken.has(c)) kept = Math.max(kept, bounds.upper[c]!);
    }
    cells = bisect(cells, chosen, phi.grid.d);
    parents = bounds.select(chosen);
  }
}

/**
 * Sums of volume·bound^p over all boxes. A box is cut in two while its gap exceeds its share, by volume, of half
 * the gap that the tolerance allows; the others only keep their terms.
 */
function* lebesgue(phi: Approximation, settings: Settings): Generator<Certificate, Certificate> {
  const { tolerance, maxCells, norm: p } = settings;
  const { d } = phi.grid;
  const done = { lower: 0, upper: 0, terms: 0 };
  let examined = 0;
  let cells: Cells = startCells(phi, settings.region);
  let parents: CellBounds | undefined;
  for (;;) {
    const bounds = measureCells(phi, cells, parents);
    examined += cells.count;
    const [volume, low, high, gap] = Array.from({ length: 4 }, () => new Float64Array(cells.count)) as Terms;
    let [lowSum, highSum] = [done.lower, done.upper];
    for (let c = 0; c < cells.count; c++) {
      volume[c] = 1;
      for (let i = 0; i < d; i++) volume[c]! *= 2 * cells.half[c * d + i]!;
      low[c] = volume[c]! * bounds.lower[c]! ** p;
      high[c] = volume[c]! * bounds.upper[c]! ** p;
      gap[c] = high[c]! - low[c]!;
      lowSum += low[c]!;
      highSum += high[c]!;
    }
    // N additions of positive numbers, powers and volumes: every rounding counted twice.
    const slack = (done.terms + cells.count + 4 * p + 2 * d + 16) * 2 ** -52;
    const lower = (lowSum * (1 - slack)) ** (1 / p) * (1 - 2 ** -50);
    const upper = (highSum * (1 + slack)) ** (1 / p) * (1 + 2 ** -50);
    const soFar = { lower, upper, converged: upper - lower <= tolerance, cells: examined };
    yield soFar;
    const room = Math.floor((maxCells - examined) / 2);
    if (soFar.converged || room <= 0) return soFar;
    const share = ((lower + tolerance) ** p - lower ** p) / 2;
    const wide: number[] = [];
    for (let c = 0; c < cells.count; c++) {
      // Where only the range of φ is known, refining f far beyond that range gains nothing.
      const refinable =
        cells.low[c] === cells.high[c] || bounds.spread[c]! > (cells.high[c]! - cells.low[c]!) / 16;
      if (refinable && gap[c]! > share * volume[c]!) wide.push(c);
    }
    const chosen = largest(wide, gap, room);
    if (chosen.length === 0) return soFar;
    const taken = new Set(chosen);
    for (let c = 0; c < cells.count; c++)
      if (!taken.has(c)) {
        done.lower += low[c]!;
        done.upper += high[c]!;
        done.terms++;
      }
    cells = bisect(cells, chosen, d);
    parents = bounds.select(chosen);
  }
}

type Terms = [volume: Float64Array, low: Float64Array, high: Float64Array, gap: Float64Array];

const certificate = (phi: Approximation, settings: Settings) =>
  settings.norm === Infinity ? supremum(phi, settings) : lebesgue(phi, settings);

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
