import { expect, test } from "vitest";
import { Kernel, ofType } from "../kernel/kernel";

const STOPS = 200;
/** Park–Miller: the same moments in every run. */
const generator = (seed: number) => () => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
};

const types = Array.from({ length: 200 }, (_, i) => `interface T${i} { a: number; b: { c: T${i}[] } }`);
/** Cells that never end, each with the longest wait before Stop is pressed. */
const CELLS: { readonly [what: string]: { code: string; wait: number } } = {
  "while it compiles or just after": { code: `${types.join("\n")}\nwhile (true) {}`, wait: 0.4 },
  "in a loop": { code: "let x = 0;\nwhile (true) x++;", wait: 1 },
  "in an await": { code: "await new Promise(() => {});", wait: 1 },
  "in native TensorFlow": {
    code: `import { tensorflow } from "intrinsic-params";
const tf = await tensorflow();
while (true) tf.tidy(() => { const a = tf.ones([600, 600]); tf.matMul(a, a).dataSync(); });`,
    wait: 3,
  },
  "while it prints": { code: "for (let i = 0; ; i++) console.log('line', i);", wait: 1 },
  "while it prints now and then": {
    code: "for (let i = 0; ; i++) { console.log(i); await new Promise((done) => setTimeout(done, 5)); }",
    wait: 1,
  },
  "in a synchronous wait": {
    code: "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);\nwhile (true) {}",
    wait: 1,
  },
};

test(`${STOPS} Stops at random moments are all heard, and the kernel keeps what it knew`, async () => {
  const random = generator(2026);
  const kernel = new Kernel();
  try {
    await kernel.start();
    await kernel.run("let kept = 0;");
    const names = Object.keys(CELLS);
    for (let i = 0; i < STOPS; i++) {
      const what = names[i % names.length];
      const { code, wait } = CELLS[what];
      const seconds = wait * random();
      const claim = `Stop ${i}, ${what}, after ${seconds.toFixed(3)} s`;
      const id = await kernel.send(code);
      await kernel.do("sleep", { seconds });
      await kernel.do("interrupt");
      const { reply } = await kernel.collect(id, 60);
      expect([reply.status, reply.ename], claim).toEqual(["error", "Interrupted"]);
      const next = await kernel.run("++kept");
      expect(ofType(next, "execute_result")[0]?.data["text/plain"], claim).toBe(String(i + 1));
    }
  } finally {
    await kernel.close();
  }
});
