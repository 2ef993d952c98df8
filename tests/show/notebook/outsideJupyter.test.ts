import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clearOutput, display, interruptSignal, liveProgress, table } from "../../../src/show";

let written: string;

beforeEach(() => {
  written = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
});

afterEach(() => vi.restoreAllMocks());

test("display prints the value's text, in the order of the calls", async () => {
  const shown = [
    display(1n),
    display("two"),
    display(table([{ a: 3 }])),
    display({ data: [{ type: "heatmap" }], layout: { title: { text: "four" } } }),
  ];
  expect(written).toBe('1n\ntwo\na\n─\n3\nPlotly figure "four": heatmap\n');
  await Promise.all(shown);
});

test("display awaits a bundle that comes later, and names the types of one without text", async () => {
  await display({ [Symbol.for("Jupyter.display")]: async () => ({ "text/plain": "late" }) });
  await display({ [Symbol.for("Jupyter.display")]: () => ({ "image/png": "…" }) });
  expect(written).toBe("late\nimage/png\n");
});

test("a value whose own display returns no bundle is refused with what it returned", async () => {
  await expect(display({ [Symbol.for("Jupyter.display")]: () => 5 })).rejects.toThrow(
    /must return an object of mime types.*returned 5/,
  );
});

test("clearOutput does nothing and the signal never aborts", () => {
  clearOutput();
  expect(written).toBe("");
  expect(interruptSignal().aborted).toBe(false);
});

test("progress prints a first line and a last one, where no second passes in between", () => {
  vi.spyOn(performance, "now").mockReturnValue(1000);
  const live = liveProgress({ title: "Work", total: 1000, unit: "epochs", metrics: ["loss"] });
  for (let step = 1; step <= 1000; step++) live.update({ step, loss: 1 / step, accuracy: 0.5 });
  live.done("good");
  live.update({ step: 1 });
  const lines = written.trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines.at(-1)).toMatch(/^Work: 1000 epochs · [\d.]+ s · loss 0\.001 · accuracy 0\.5 · good$/);
});

test("the time left is told by this process's own steps, where it goes on after others too", () => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => 1000 * now);
  const at = (live: ReturnType<typeof liveProgress>, seconds: number, step: number) => {
    now = seconds;
    written = "";
    live.update({ step });
    return written.trimEnd();
  };
  const resumed = liveProgress({ title: "Work", total: 5000 });
  expect(at(resumed, 10, 4001)).toBe("Work: 4001 of 5000 steps (80 %) · 10 s");
  expect(at(resumed, 110, 4101)).toBe("Work: 4101 of 5000 steps (82 %) · 1 min 50 s, 14 min 59 s left");
  now = 0;
  const fresh = liveProgress({ title: "Work", total: 15 });
  expect(at(fresh, 20, 1)).toBe("Work: 1 of 15 steps (6 %) · 20 s, 4 min 40 s left");
  expect(at(fresh, 50, 2)).toBe("Work: 2 of 15 steps (13 %) · 50 s, 5 min 25 s left");
});

test("progress refuses steps and metrics that are no numbers", () => {
  expect(() => liveProgress({ title: "x", total: Number.NaN })).toThrow(RangeError);
  const live = liveProgress({ title: "x" });
  expect(() => live.update({ step: -1 })).toThrow(/finite step ≥ 0; got -1/);
  expect(() => live.update({ step: 1, loss: "high" })).toThrow(/loss is "high"/);
});
