import { Script } from "node:vm";

const hook = "intrinsic-params.interruptibly";
const pending: (() => unknown)[] = [];
Object.defineProperty(globalThis, Symbol.for(hook), { value: () => pending.pop()?.(), configurable: true });
const call = new Script(`globalThis[Symbol.for("${hook}")]()`);

/** Calls `work`, which is the reader's code; a SIGINT that comes meanwhile ends it at once. */
export function interruptibly<T>(work: () => T): T {
  pending.push(work);
  return call.runInThisContext({ breakOnSigint: true }) as T;
}
