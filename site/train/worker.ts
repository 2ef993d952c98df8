import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { registerConvolutionGradient } from "./convolutionGradient";
import type { FromTrainer, ToTrainer } from "./protocol";
import { ROW, type Sample, SIDE } from "./sample";
import { Trainer } from "./trainer";

const tell = (message: FromTrainer) => postMessage(message);

/** A file beside this script. @throws Error for one that is not there. */
async function fetched(name: string): Promise<Response> {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name} could not be loaded (${answer.status}).`);
  return answer;
}

/** The greys of the stored images, which lie side by side in one picture. */
async function storedImages(count: number): Promise<Uint8Array> {
  const picture = await createImageBitmap(await (await fetched("./digits.png")).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("The stored images cannot be read: this browser draws nothing in a worker.");
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(0, 0, picture.width, picture.height);
  const greys = new Uint8Array(count * SIDE * SIDE);
  for (let i = 0; i < count; i++)
    for (let p = 0; p < SIDE * SIDE; p++) {
      const x = (i % ROW) * SIDE + (p % SIDE);
      const y = Math.floor(i / ROW) * SIDE + Math.floor(p / SIDE);
      greys[i * SIDE * SIDE + p] = data[4 * (y * picture.width + x)];
    }
  return greys;
}

async function begin(): Promise<Trainer> {
  setWasmPaths(new URL("./", import.meta.url).href);
  // A server that isolates its pages would make TensorFlow ask for its build with threads, which is not here.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  registerConvolutionGradient("wasm");
  if (!(await tf.setBackend("wasm"))) throw new Error("This browser does not run TensorFlow's WebAssembly.");
  await tf.ready();
  const sample = (await (await fetched("./backbone.json")).json()) as Sample;
  const weights = new Int16Array(await (await fetched("./backbone.bin")).arrayBuffer());
  return Trainer.create(sample, weights, await storedImages(sample.labels.length), tell);
}

const failed = (error: unknown) => {
  tell({ type: "failed", message: error instanceof Error ? error.message : String(error) });
};

const trainer = begin();
let queue: Promise<unknown> = trainer.catch(failed);
addEventListener("message", ({ data }: MessageEvent<ToTrainer>) => {
  queue = queue
    .then(async () => {
      const ready = await trainer;
      if (data.type === "read") await ready.read(data.greys);
      else if (data.type === "train") await ready.train(data.way, data.drawings, data.stored);
      else if (data.type === "round") await ready.round(data.bits);
      else await ready.forget();
    })
    .catch(failed);
});
