declare const WORKER_CELLS: string;
declare const WORKER_TYPES: string;
declare const WORKER_TRAINING: string;

const files = {
  cells: () => WORKER_CELLS,
  types: () => WORKER_TYPES,
  training: () => WORKER_TRAINING,
};

/** Starts a module worker, whose file lies beside this script. */
export function startWorker(name: keyof typeof files): Worker {
  return new Worker(new URL(files[name](), import.meta.url), { type: "module", name });
}
