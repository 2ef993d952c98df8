import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isReadersCode } from "../../src/cells/isReadersCode";
import { Stops } from "../../src/kernel/server/stops";
import type { Message } from "../../src/kernel/wire/message";
import { Kernel, ofType } from "./kernel";

type Stopped = {
  ename?: string;
  seconds: number;
  next: string;
};

/** Sends a cell, presses Stop so many seconds later, and runs the next cell. */
async function stopped(kernel: Kernel, code: string, seconds: number, presses = 1): Promise<Stopped> {
  const id = await kernel.send(code);
  await kernel.do("sleep", { seconds });
  for (let i = 0; i < presses; i++) {
    await kernel.do("interrupt");
    await kernel.do("sleep", { seconds: 0.03 });
  }
  const run = await kernel.collect(id);
  const next = await kernel.run("const alive = 40 + 2; alive");
  return {
    ename: run.reply.ename,
    seconds: run.seconds,
    next: ofType(next, "execute_result")[0]?.data["text/plain"] ?? next.reply.evalue,
  };
}

const fresh = process.env.CI ? 10 : 3;
const heard = { ename: "Interrupted", next: "42" };

test(`each of ${fresh} fresh kernels hears a Stop, whether it compiles, loads the library, or runs`, async () => {
  for (let i = 0; i < fresh; i++) {
    const kernel = new Kernel();
    try {
      await kernel.start();
      const code = `import * as ip from "intrinsic-params";\nwhile (true) {}`;
      expect(await stopped(kernel, code, (3 * (i + 0.2)) / fresh, 1 + (i % 2)), `kernel ${i}`).toMatchObject(
        heard,
      );
    } finally {
      await kernel.close();
    }
  }
}, 600_000);

describe("in one kernel", () => {
  const kernel = new Kernel();
  beforeAll(() => kernel.start());
  afterAll(() => kernel.close());

  test("twenty Stops at all moments of a cell's life are heard", async () => {
    const types = Array.from({ length: 300 }, (_, i) => `interface T${i} { a: number; b: { c: T${i}[] } }`);
    const code = `${types.join("\n")}\nconst made: T0[] = [];\nwhile (true) {}`;
    for (let i = 0; i < 20; i++)
      expect(await stopped(kernel, code, i * 0.012), `Stop ${i}`).toMatchObject(heard);
  }, 120_000);

  test("pressing Stop again and again while nobody listens costs the kernel nothing", async () => {
    expect(await stopped(kernel, "await 0;\nwhile (true) {}", 0.3, 8)).toMatchObject(heard);
  });

  test.each([
    ["its display", "({ [Symbol.for('Jupyter.display')]() { while (true) {} } })"],
    ["its later display", "({ [Symbol.for('Jupyter.display')]: () => new Promise(() => {}) })"],
    ["its inspection", "({ [Symbol.for('nodejs.util.inspect.custom')]() { while (true) {} } })"],
    [
      "the message of its error",
      "throw Object.defineProperty(new Error(), 'message', { get() { while (true) {} } });",
    ],
    [
      "an output that is never made",
      "import { display } from 'intrinsic-params';\nvoid display({ [Symbol.for('Jupyter.display')]: () => new Promise(() => {}) });",
    ],
  ])("a cell is stopped where it never ends in %s", async (_, code) => {
    expect(await stopped(kernel, code, 1)).toMatchObject(heard);
  });

  test("a library whose loading was stopped is loaded whole the next time", async () => {
    // A Stop within a synchronous require cuts it short; at these times danfo is half way, unless the machine is slow.
    for (const seconds of [0.3, 0.6]) {
      await stopped(kernel, "require('danfojs-node'); while (true) {}", seconds);
      const run = await kernel.run("typeof require('danfojs-node').DataFrame");
      expect(ofType(run, "execute_result")[0]?.data["text/plain"] ?? run.reply).toBe("function");
    }
  });
});

describe("which cell a Stop is meant for", () => {
  const cell = (sent: number) => ({ header: { session: "s", date: String(sent) } }) as Message;
  const sentBy = ({ header }: Message, time: number) => Number(header.date) <= time;

  test("one that was there", () => {
    const stops = new Stops(sentBy);
    stops.note(1000, 1001);
    expect(stops.spentOn(cell(990), 995)).toBe(true);
    expect(stops.spentOn(cell(990), 995), "only once").toBe(false);
  });

  test("one that was sent before and had to wait for a busy kernel, but none that was sent later", () => {
    const stops = new Stops(sentBy);
    stops.note(1000, 4000);
    expect(stops.spentOn(cell(2500), 4001)).toBe(false);
    expect(stops.spentOn(cell(900), 4002)).toBe(true);
  });

  test("none that comes long after a Stop of an idle kernel, whatever its clock says", () => {
    const stops = new Stops(sentBy);
    stops.note(1000, 1001);
    expect(stops.spentOn(cell(900), 3000)).toBe(false);
  });
});

test("only code of the kernel and of what it is built on is sheltered from a Stop, and cells never", () => {
  const kernelFile = new URL("../../src/kernel/serve.js", import.meta.url).pathname;
  const tslab = "/x/node_modules/@tslab/typescript-for-tslab/lib/typescript.js";
  expect(isReadersCode([tslab, kernelFile])).toBe(false);
  expect(isReadersCode(["node:internal/timers", kernelFile])).toBe(false);
  const cellsFile = new URL("../../src/cells/cellRunner.js", import.meta.url).pathname;
  expect(isReadersCode(["node:internal/timers", cellsFile])).toBe(false);
  expect(isReadersCode(["cell:3", "node:vm", tslab, kernelFile])).toBe(true);
  expect(isReadersCode(["/x/node_modules/@tensorflow/tfjs/dist/tf.node.js", "node:internal/timers"])).toBe(
    true,
  );
});
