import { runInThisContext } from "node:vm";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { present } from "../common/present";
import { InterruptMemory } from "./interruptMemory";

/** A thread that does nothing but hear SIGINT, at any time, and pass it on. */
const { buffer, stopper } = workerData as { buffer: SharedArrayBuffer; stopper: MessagePort };
const parent = present(parentPort, "The thread that starts this one");
const memory = new InterruptMemory(buffer);
const scope = globalThis as { sleep?: () => void; watch?: () => void };

/** Node wakes the newest script that asked for the signal; this thread's whenever no cell's script did. */
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
// One script inside another: while the inner one is between two rounds, the outer hears. With nobody to hear it,
// the signal would end the process.
while (!memory.ended) heardIn("watch()");
