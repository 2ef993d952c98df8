import { Session } from "node:inspector";
import { runInThisContext } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { slot } from "./interrupts";

/** How long the main thread may take to hear of a Stop (a training step is 0.4 s) before what it runs is ended. */
const patience = 2000;

const shared = workerData as Int32Array;
const main = new Session();
main.connectToMainThread();
(globalThis as { sleep?: () => void }).sleep = () => Atomics.wait(shared, slot.end, 0);

while (Atomics.load(shared, slot.end) === 0) {
  try {
    // Node wakes the newest script that asked for the signal; this one whenever no cell's script did.
    runInThisContext("sleep()", { breakOnSigint: true });
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
    Atomics.store(shared, slot.heard, 0);
    parentPort!.postMessage("interrupt");
    if (Atomics.wait(shared, slot.heard, 0, patience) === "timed-out")
      main.post("Runtime.terminateExecution");
  }
}
// Node would wait for a debugger that is still connected when the process ends.
main.disconnect();
