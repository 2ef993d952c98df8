import { runInThisContext } from "node:vm";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { present } from "../common/present";
import { InterruptMemory } from "./interruptMemory";

/** A thread that only waits for SIGINT, hears it at any time, and passes it on. */
const { buffer, stopper } = workerData as { buffer: SharedArrayBuffer; stopper: MessagePort };
const parent = present(parentPort, "The thread that starts this one");
const memory = new InterruptMemory(buffer);
const scope = globalThis as { sleep?: () => void; watch?: () => void };

/** Node interrupts the newest script that asked for the signal: this thread's, unless a cell's script asked later. */
function heardIn(script: string): void {
  try {
    runInThisContext(script, { breakOnSigint: true });
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
    memory.stop();
    stopper.postMessage("stop");
    parent.postMessage("stop");
  }
}

scope.sleep = () => {
  parent.postMessage("ready");
  scope.sleep = () => memory.awaitEnd();
  scope.sleep();
};
scope.watch = () => {
  while (!memory.ended) heardIn("sleep()");
};
// One script inside another: between two rounds of the inner one, the outer one hears. If nobody heard the signal, it
// would end the process.
while (!memory.ended) heardIn("watch()");
