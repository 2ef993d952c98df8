import { afterAll, beforeAll, expect, test } from "vitest";
import { type CellRun, Kernel, ofType } from "./kernel";

const kernel = new Kernel();

beforeAll(async () => {
  await kernel.start();
  const run = await kernel.run(
    `import { certifyErrorAsync, approximateUniform, evaluate, fit, gallery, multilayerPerceptron, spirals, trainS1 } from "intrinsic-params";
const data = spirals({ train: 200, test: 200 });
const epochs = 1_000_000;
const state = { steps: 0 };
const onStep = () => { state.steps++; };
const model = await multilayerPerceptron({ input: [1, 2, 1], classes: data.classes.length });`,
  );
  expect(run.reply.evalue).toBeUndefined();
}, 60_000);

afterAll(() => kernel.close());

const value = (run: CellRun) => ofType(run, "execute_result")[0]?.data["text/plain"];

/** Runs a cell that says "running", presses Stop a moment later, and returns what came of it. */
async function stopped(code: string): Promise<CellRun> {
  const id = await kernel.send(`process.stdout.write("running\\n");\n${code}`);
  await kernel.do("await_text", { text: "running" });
  await kernel.do("sleep", { seconds: 0.5 });
  await kernel.do("interrupt");
  return kernel.collect(id);
}

/** Nothing trains any more, and the model is free. */
async function expectFree(): Promise<void> {
  const after = await kernel.run(
    "const before = state.steps; await new Promise((r) => setTimeout(r, 200)); state.steps - before",
  );
  expect(value(after)).toBe("0");
  const again = await kernel.run("const { aborted } = await fit(model, data, { epochs: 2 }); aborted");
  expect(again.reply).toMatchObject({ status: "ok" });
  expect(value(again)).toBe("false");
}

const trainings = {
  fit: "await fit(model, data, { epochs, onStep });",
  trainS1: "await trainS1(model, data, { epochs, onStep });",
  "fit by a callback that never ends":
    "await fit(model, data, { epochs, onStep: () => { for (;;) state.steps++; } });",
  "fit by a callback that waits for ever":
    "await fit(model, data, { epochs, onEpoch: () => new Promise<void>(() => {}) });",
  "fit that is not awaited, before a loop without end": "void fit(model, data, { epochs });\nfor (;;);",
};
for (const [name, code] of Object.entries(trainings)) {
  test(`Stop ends a training without a signal, and the model is free: ${name}`, {
    timeout: 60_000,
  }, async () => {
    const run = await stopped(code);
    expect(run.reply).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(ofType(run, "error")).toHaveLength(1);
    await expectFree();
  });
}

test("a training that an earlier cell left in the background is stopped by a later cell's Stop", async () => {
  const begun = await kernel.run("void fit(model, data, { epochs, onStep });");
  expect(begun.reply.status).toBe("ok");
  const refused = await kernel.run("await fit(model, data);");
  expect(refused.reply.evalue).toMatch(/Another training cannot begin.*in a notebook by Stop/);
  await stopped("await new Promise(() => {});");
  await expectFree();
});

test("a training with a signal of its own goes on until that aborts", async () => {
  await kernel.run("const own = new AbortController();");
  await stopped("await fit(model, data, { epochs, onStep, signal: own.signal });");
  const moved = await kernel.run(
    "const then = state.steps; await new Promise((r) => setTimeout(r, 500)); state.steps > then",
  );
  expect(value(moved)).toBe("true");
  await kernel.run("own.abort(); await new Promise((r) => setTimeout(r, 200));");
  await expectFree();
});

test("Stop ends evaluations and certificates in truth, not only the cell that waits for them", async () => {
  await kernel.run(
    "const seen: string[] = [];\nconst noted = (name: string) => (error: Error) => { seen.push(`${name}: ${error.name}`); };",
  );
  await stopped(
    `const many = data.train;
evaluate(model, many, { batch: 1 }).catch(() => {});
const loop = async () => { for (;;) await evaluate(model, many, { batch: 1 }); };
loop().catch(noted("evaluate"));
const phi = approximateUniform(gallery.smooth(3), { n: 3 });
certifyErrorAsync(phi, { tolerance: 0, maxCells: 1e9, timeLimit: 60_000 }).catch(noted("certify"));
await new Promise(() => {});`,
  );
  const run = await kernel.run("await new Promise((r) => setTimeout(r, 300)); seen.sort().join()");
  expect(value(run)).toContain("certify: Interrupted,evaluate: Interrupted");
});
