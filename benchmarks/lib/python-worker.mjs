import { jsonWorker } from "./json-worker.mjs";

/** One thread for everything that NumPy might hand to a library with threads of its own. */
const ONE_THREAD = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

/** A Python script that answers one JSON line for each JSON line, on one thread. */
export function pythonWorker(python, script) {
  return jsonWorker(python, [script], { name: "Python", env: ONE_THREAD });
}
