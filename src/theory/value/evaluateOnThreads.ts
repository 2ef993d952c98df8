import { mostThreads, onThread, sharedMemory, startThread, type Thread } from "../../common/platform";
import type { Encoding } from "./encoding";
import { createEvaluateAlone, type EvaluateAlone } from "./evaluateAlone";

type Evaluate = EvaluateAlone["everywhere"];

/** Arrays in memory that all threads see. */
type Task = {
  readonly points: Float64Array;
  readonly values: Float64Array;
  /** Points that a thread takes at a time. */
  readonly portion: number;
  /**
   * How many points are taken, how many done, whether a thread failed, how many other threads are at work, how many
   * points they have computed from all digits.
   */
  readonly counts: Int32Array;
};
/** `encoding` is sent only if it is not that of last time. */
type Message = { readonly encoding?: Encoding; readonly task: Task };

const [TAKEN, DONE, FAILED, HELPING, EXACT] = [0, 1, 2, 3, 4];
const COUNTS = 5;
/** A portion, or a point that needs all digits, takes milliseconds; threads of which nothing is seen for longer are dead. */
const PATIENCE = 10_000;
const ROLE = "intrinsic-params: evaluate";

/** Takes portions of the points until none is left. */
function work({ points, values, portion, counts }: Task, evaluate: Evaluate): void {
  const onExact = () => Atomics.add(counts, EXACT, 1);
  const N = values.length;
  const d = points.length / N;
  for (;;) {
    const from = Atomics.add(counts, TAKEN, portion);
    if (from >= N) return;
    const to = Math.min(from + portion, N);
    try {
      evaluate(points.subarray(from * d, to * d), values.subarray(from, to), onExact);
    } catch {
      // The waiting thread repeats the work alone, and its error names the right point.
      Atomics.store(counts, FAILED, 1);
    }
    Atomics.add(counts, DONE, to - from);
    Atomics.notify(counts, DONE);
  }
}

/** As `work`, on another thread. */
function help(task: Task, evaluate: Evaluate): void {
  Atomics.add(task.counts, HELPING, 1);
  work(task, evaluate);
  Atomics.sub(task.counts, HELPING, 1);
  Atomics.notify(task.counts, HELPING);
}

let evaluate: Evaluate;
onThread(ROLE, ({ encoding, task }: Message) => {
  if (encoding !== undefined) {
    evaluate = createEvaluateAlone(encoding).everywhere;
    // One point first: it makes what all evaluations need, before this thread takes a portion that others wait for.
    const points = task.points.slice(0, encoding.grid.d);
    work({ points, values: new Float64Array(1), portion: 1, counts: new Int32Array(COUNTS) }, evaluate);
  }
  help(task, evaluate);
});

type Helper = { readonly thread: Thread; knows: Encoding | undefined };
const helpers = new Set<Helper>();

function startHelper(): Helper {
  // The compiled file, even if the library runs from its TypeScript.
  const thread = startThread("theory/value/evaluateOnThreads.js", ROLE, () => helpers.delete(helper));
  const helper: Helper = { thread, knows: undefined };
  return helper;
}

function endHelpers(): void {
  for (const { thread } of helpers) thread.end();
  helpers.clear();
}

/**
 * Leaves no portion to other threads and waits until they write no more values. A Stop runs no `finally`, so this has its
 * turn after the task, however that ends: otherwise they would write on where the reader may by now have other values.
 */
function takeAll({ values, counts }: Task): void {
  Atomics.store(counts, TAKEN, values.length);
  for (let helping = Atomics.load(counts, HELPING); helping > 0; helping = Atomics.load(counts, HELPING)) {
    if (Atomics.wait(counts, HELPING, helping, PATIENCE) !== "timed-out") continue;
    endHelpers();
    return;
  }
}

/** As many threads as there are cores, at most 4; 2 on Node 20, which does not tell; 1 in a browser. */
export function defaultThreads(): number {
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  return Math.min(navigator?.hardwareConcurrency ?? 2, 4, mostThreads);
}

/**
 * Evaluates points in shared memory; this thread takes part, then waits for the portions that others have begun.
 * @throws what `alone` throws for these points, and Error if another thread died.
 */
export function evaluateOnThreads({
  encoding,
  alone,
  threads,
  patience = PATIENCE,
  ...arrays
}: Omit<Task, "counts"> & {
  encoding: Encoding;
  alone: Evaluate;
  threads: number;
  /** Milliseconds. */
  patience?: number;
}): void {
  const task: Task = {
    ...arrays,
    counts: new Int32Array(sharedMemory(COUNTS * Int32Array.BYTES_PER_ELEMENT)),
  };
  queueMicrotask(() => takeAll(task));
  const { points, values, counts } = task;
  while (helpers.size < threads - 1) helpers.add(startHelper());
  for (const helper of [...helpers].slice(0, threads - 1)) {
    helper.thread.post({ task, ...(helper.knows !== encoding && { encoding }) } satisfies Message);
    helper.knows = encoding;
  }
  work(task, alone);
  for (;;) {
    const [done, exact] = [Atomics.load(counts, DONE), Atomics.load(counts, EXACT)];
    if (done === values.length) break;
    const waited = Atomics.wait(counts, DONE, done, patience);
    if (waited === "timed-out" && Atomics.load(counts, EXACT) === exact) {
      endHelpers();
      Atomics.store(counts, HELPING, 0);
      throw new Error("A thread of evaluate died; evaluate(points, { threads: 1 }) does without others.");
    }
  }
  if (Atomics.load(counts, FAILED) === 1) alone(points, values);
}
