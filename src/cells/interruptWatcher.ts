import { join } from "node:path";
import process from "node:process";
import { runInThisContext } from "node:vm";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { lazy } from "../common/lazy";
import { present } from "../common/present";
import { InterruptMemory } from "./interruptMemory";

/** A thread that only waits for SIGINT, hears it at any time, and passes it on. */
const { buffer } = workerData as { buffer: SharedArrayBuffer };
const parent = present(parentPort, "The thread that starts this one");
const memory = new InterruptMemory(buffer);
/** The thread that ends the reader's code; it starts at the first Stop. */
const stopper = lazy(() => new Worker(join(__dirname, "interruptStopper.js"), { workerData: { buffer } }));
const server = process.ppid;
const scope = globalThis as { sleep?: () => void; watch?: () => void };

/** Node interrupts the newest script that asked for the signal: this thread's, unless a cell's script asked later. */
function heardIn(script: string): void {
  try {
    runInThisContext(script, { breakOnSigint: true });
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
    memory.stop();
    stopper().postMessage("stop");
    parent.postMessage("stop");
  }
}

/** Also a loop that never pauses ends with the server that started this process: nobody could stop it any more. */
function endWithServer(): void {
  if (process.ppid !== server) process.kill(process.pid, "SIGKILL");
}

scope.sleep = () => {
  parent.postMessage("ready");
  scope.sleep = () => {
    while (!memory.awaitEnd(1000)) endWithServer();
  };
  scope.sleep();
};
scope.watch = () => {
  while (!memory.ended) heardIn("sleep()");
};
// One script inside another: between two rounds of the inner one, the outer one hears. If nobody heard the signal, it
// would end the process.
while (!memory.ended) heardIn("watch()");
