import { type Debugger, Session } from "node:inspector";
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { present } from "../common/present";
import { InterruptMemory } from "./interruptMemory";
import { isReadersCode } from "./isReadersCode";

/** A thread that ends the reader's code in the main thread if the main thread does not react to a Stop in time. */
const { buffer } = workerData as { buffer: SharedArrayBuffer };

/** Milliseconds that the main thread has to hear of a Stop (a training step takes 0.4 s) before its code is ended. */
const patience = 2000;
const parent = present(parentPort, "The thread that starts this one");
const memory = new InterruptMemory(buffer);
// Connected only while it is needed: Node announces a debugger when a process ends that has one.
const main = new Session();

const scripts = new Map<string, string>();
main.on("Debugger.scriptParsed", ({ params }) => scripts.set(params.scriptId, params.url));
main.on("Debugger.paused", ({ params }) => {
  const files = params.callFrames.map(({ location, url }: Debugger.CallFrame) => {
    return scripts.get(location.scriptId) || url;
  });
  const end = memory.unheard !== undefined && isReadersCode(files);
  main.post("Debugger.resume", { terminateOnResume: end });
  main.post("Debugger.disable");
});

let active = false;
parent.on("message", async () => {
  if (active) return;
  active = true;
  await unheardFor(patience);
  if (memory.unheard !== undefined && !memory.ended) main.connectToMainThread();
  while (memory.unheard !== undefined && !memory.ended) {
    // The main thread is paused while this one checks what it runs, so no other code than the checked is ended.
    if (!memory.sheltered) {
      scripts.clear();
      main.post("Debugger.enable");
      main.post("Debugger.pause");
    }
    await unheardFor(500);
  }
  main.disconnect();
  active = false;
});

async function unheardFor(milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  while (memory.unheard !== undefined && !memory.ended && Date.now() < end) await delay(20);
}
