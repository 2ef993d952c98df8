import { checkKeys } from "../../common/checkKeys";
import { isShared, keepFreedMemory, mostThreads, sharedMemory, unsetFloats } from "../../common/platform";
import { shown } from "../../common/shown";
import type { Dyadic } from "../exact/dyadic";
import type { Encoding } from "./encoding";
import { createEvaluateAlone } from "./evaluateAlone";
import { defaultThreads, evaluateOnThreads } from "./evaluateOnThreads";

/** Memory and threads of `evaluate`. */
export type EvaluateOptions = {
  /** Where to write the N values, instead of into new memory. */
  readonly into?: Float64Array;
  /** The most threads, this one included; by default as many as there are cores, up to 4. */
  readonly threads?: number;
};

/** More threads than this are taken for a mistake: no machine that we expect has as many free cores. */
const MOST_THREADS = 64;
/** For fewer points that need all digits, some µs each, other threads are not worth waking. */
const LEAST_DOUBTFUL = 1000;
/** For fewer points in shared memory, some ns each, other threads are not worth waking. */
const LEAST_SHARED = 100_000;

/** Points that a thread takes at a time, of all and of those that need all digits: well below a millisecond of work. */
const [PORTION, DIGITS_PORTION] = [16_384, 16];

/** Fewer values than this are allocated in memory that is used again anyway. */
const LEAST_KEPT = 16_384;

/** New memory for N values, all of which will be written, shared as the points are. */
function newValues(N: number, points: Float64Array): Float64Array {
  if (N >= LEAST_KEPT) keepFreedMemory();
  if (isShared(points)) return sharedValues(N);
  return N >= LEAST_KEPT ? unsetFloats(N) : new Float64Array(N);
}

const sharedValues = (length: number) =>
  new Float64Array(sharedMemory(length * Float64Array.BYTES_PER_ELEMENT));

function checkArguments(d: number, points: Float64Array, options: EvaluateOptions): void {
  checkKeys("evaluate", options, { into: true, threads: true } satisfies Record<keyof EvaluateOptions, true>);
  const { into, threads } = options;
  if (!(points instanceof Float64Array))
    throw new TypeError(`evaluate expects a Float64Array of N×${d} coordinates; got ${shown(points)}.`);
  if (points.length % d !== 0)
    throw new RangeError(
      `evaluate expects N×${d} coordinates; got ${points.length}, which is no multiple of ${d}.`,
    );
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS))
    throw new RangeError(`threads must be an integer from 1 to ${MOST_THREADS}; got ${shown(threads)}.`);
  if (into === undefined) return;
  const N = points.length / d;
  if (!(into instanceof Float64Array) || into.length !== N)
    throw new RangeError(
      `into must be a Float64Array of ${N} values; got ${into instanceof Float64Array ? into.length : shown(into)}.`,
    );
  const end = (array: Float64Array) => array.byteOffset + array.byteLength;
  if (into.buffer === points.buffer && into.byteOffset < end(points) && points.byteOffset < end(into))
    throw new RangeError("into must not share memory with the points.");
}

/**
 * Evaluates an encoding at N points (N×d, row-major). Threads share the work where measurements on two free
 * cores showed a gain: 1.8 × as fast for 1,000 or more points that need all digits, in any memory; 1.7 to 2 × for a
 * million points and values in shared memory. Shared points give shared values. In other memory a look-up costs as
 * little as sending a point to another thread and its value back.
 */
export function createEvaluate(
  encoding: Encoding,
  a?: () => readonly Dyadic[],
): (points: Float64Array, options?: EvaluateOptions) => Float64Array {
  const { d } = encoding.grid;
  const { mostly, exactly, everywhere: alone } = createEvaluateAlone(encoding, a);
  return (points, options = {}) => {
    checkArguments(d, points, options);
    const N = points.length / d;
    const values = options.into ?? newValues(N, points);
    if (N < LEAST_DOUBTFUL) {
      // Asking for the number of cores would take as long as a point.
      exactly(points, values, mostly(points, values));
      return values;
    }
    const threads = Math.min(options.threads ?? defaultThreads(), mostThreads);
    if (threads > 1 && N >= LEAST_SHARED && isShared(points) && isShared(values)) {
      evaluateOnThreads({ encoding, points, values, alone, threads, portion: PORTION });
      return values;
    }
    const doubtful = mostly(points, values);
    if (threads === 1 || doubtful.length < LEAST_DOUBTFUL) {
      exactly(points, values, doubtful);
      return values;
    }
    const chosen = sharedValues(doubtful.length * d);
    const found = sharedValues(doubtful.length);
    doubtful.forEach((p, at) => {
      for (let i = 0; i < d; i++) chosen[at * d + i] = points[p * d + i];
    });
    evaluateOnThreads({ encoding, points: chosen, values: found, alone, threads, portion: DIGITS_PORTION });
    doubtful.forEach((p, at) => {
      values[p] = found[at];
    });
    return values;
  };
}
