import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { checkKeys } from "../src/common/checkKeys";
import * as library from "../src/index";
import { ROOT } from "./helpers/root";

const ROOMS = ["theory", "show/chart", "show/still", "show/notebook"];
const {
  affine,
  approximateContinuous,
  approximateDelta,
  approximateLp,
  approximateThreeParameters,
  approximateUniform,
  classTarget,
  gallery,
  target,
} = library;
const f = gallery.kink(1);
const lp = approximateLp(f, { n: 2 });
const identity = affine({ inputs: 1, outputs: 1, weights: [[0, 0, 1]] });
const [e0, e1] = [Float64Array.of(0.1), Float64Array.of(0.9)];
const points = Float64Array.of(0.5);
const image = { labels: [0], images: new Float32Array(4), shape: [2, 2, 1] };

/** Every function that takes options, with arguments that are right but for them. */
const CALLS: Record<string, (options: never) => unknown> = {
  affine: (o) => affine(o),
  layer: (o) => library.layer(o),
  compose: (o) => library.compose([identity, identity], o),
  carry: (o) => library.carry(1, 2, o),
  deepen: (o) => library.deepen(identity, 2, o),
  target: (o) => target((x) => x[0]!, o),
  classTarget: (o) => classTarget(e0, e1, o),
  imageTarget: (o) => library.imageTarget([0, 0, 0, 0], o),
  spiralPoints: (o) => library.spiralPoints(o),
  spiralTarget: (o) => library.spiralTarget(o),
  approximateLp: (o) => approximateLp(f, o),
  approximateUniform: (o) => approximateUniform(f, o),
  approximateThreeParameters: (o) => approximateThreeParameters(f, o),
  approximateContinuous: (o) => approximateContinuous(f, o),
  approximateDelta: (o) => approximateDelta(f, o),
  certifyError: (o) => library.certifyError(lp, o),
  proveError: (o) => library.proveError(lp.network, f, o),
  certifyErrorAsync: (o) => library.certifyErrorAsync(lp, o),
  evaluate: (o) => lp.evaluate(points, o),
  accuracyChart: (o) => library.accuracyChart([], o),
  barsChart: (o) => library.barsChart([], [], o),
  bitsChart: (o) => library.bitsChart(lp, o),
  bitsErrorChart: (o) => library.bitsErrorChart([], o),
  classesChart: (o) => library.classesChart(lp, [e0, e1] as never, o),
  confusionChart: (o) => library.confusionChart({ counts: [[1]], classes: ["a"] } as never, o),
  cubesChart: (o) => library.cubesChart(lp.grid, o),
  curvesChart: (o) => library.curvesChart([], o),
  errorChart: (o) => library.errorChart([], o),
  graphChart: (o) => library.graphChart(lp, o),
  graphsChart: (o) => library.graphsChart([lp], o),
  heatmapChart: (o) => library.heatmapChart(lp, o),
  imagesChart: (o) => library.imagesChart(image as never, { shape: [2, 2, 1], classes: [] } as never, o),
  layersChart: (o) => library.layersChart(identity, o),
  medianChart: (o) => library.medianChart(lp, o),
  networkChart: (o) => library.networkChart({ identity }, o),
  sawtoothChart: (o) => library.sawtoothChart({ m: 1n, e: -2 }, o),
  stepChart: (o) => library.stepChart(lp.grid, o),
  stillImage: (o) => library.stillImage({ data: [], layout: {} }, o),
  triangulationChart: (o) => library.triangulationChart(lp.grid, o),
  trainingChart: (o) => library.trainingChart([], o),
  clearOutput: (o) => library.clearOutput(o),
  display: (o) => library.display(1, o),
  input: (o) => library.input("", o),
  openComm: (o) => library.openComm("target", {}, o),
  liveProgress: (o) => library.liveProgress(o),
  saveReport: (o) => library.saveReport("report.html", "report", ["text"], o),
  table: (o) => library.table([], o),
};

/** What a call says, thrown or rejected. */
async function refusal(call: (options: never) => unknown, options: unknown): Promise<string> {
  try {
    await call(options as never);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
  return "nothing";
}

describe("options", () => {
  test("every function of these rooms that takes options is in the list of this test", () => {
    const found = ROOMS.flatMap((room) => {
      const folder = path.join(ROOT, "src", room);
      const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
      return files
        .filter((file) => file.endsWith(".ts"))
        .flatMap((file) => {
          const source = fs.readFileSync(path.join(folder, file), "utf8");
          return [...source.matchAll(/^export (?:async )?function (\w+)\(([\s\S]*?)\): [\s\S]*?\{$/gm)]
            .filter(([, , parameters]) => /\boptions\b/.test(parameters!))
            .map(([, name]) => name!);
        });
    });
    expect(found.length).toBeGreaterThan(30);
    const exported = found.filter((name) => name in library);
    expect(exported.filter((name) => !(name in CALLS))).toEqual([]);
  });

  test.each(Object.entries(CALLS))("%s refuses an option that it has not, by name", async (_, call) => {
    expect(await refusal(call, { nrom: 2 })).toMatch(/has no option nrom; those it has are \w+/);
  });

  test.each(Object.entries(CALLS))("%s refuses what is no object of options", async (_, call) => {
    expect(await refusal(call, "paper")).toMatch(/takes an object of options \(.*\); got "paper"/);
    expect(await refusal(call, null)).toMatch(/takes an object of options \(.*\); got null/);
  });

  test("a mistyped option is told which one was meant, another library's is not", () => {
    const known = { variant: true, norm: true, n: true, p: true, delta: true } as const;
    const said = (name: string) => {
      try {
        checkKeys("it", { [name]: 1 }, known);
      } catch (error) {
        return (error as Error).message.split("delta.")[1];
      }
      return undefined;
    };
    for (const name of ["varient", "Variant", "vairant", "variants"])
      expect(said(name)).toBe(" Did you mean variant?");
    expect(said("nrom")).toBe(" Did you mean norm?");
    expect(said("N")).toBe(" Did you mean n?");
    for (const name of ["epochs", "x", "", "learningRate"]) expect(said(name)).toBe("");
  });

  test.each<[unknown, RegExp]>([
    [undefined, /takes an object of options \(n, .*\); got undefined/],
    [{}, /n must be a positive integer .* got undefined; say it as in \{ n: 4 \}/],
    [{ n: "3" }, /n must be a positive integer .* got "3"/],
    [{ n: 2.5 }, /n must be a positive integer .* got 2\.5/],
    [{ n: Number.NaN }, /n must be a positive integer .* got NaN/],
    [{ n: 2, delta: "0.1" }, /delta must be a positive number; got "0\.1"/],
    [{ n: 2, delta: Number.NaN }, /delta must be a positive number; got NaN/],
  ])("approximations refuse the options %j", (options, message) => {
    for (const approximate of [
      approximateLp,
      approximateUniform,
      approximateThreeParameters,
      approximateDelta,
    ])
      expect(() => approximate(f, options as never)).toThrow(message);
  });

  test.each([Number.NaN, "2", null, 0.5, Infinity])("approximateLp refuses p = %j", (p) => {
    expect(() => approximateLp(f, { n: 2, p: p as number })).toThrow(
      /p must be a number with 1 ≤ p < ∞; got/,
    );
  });

  const uniform = approximateUniform(f, { n: 2 });
  const plane = approximateLp(gallery.eggBox(), { n: 1 });
  const two = [Float64Array.of(0.1, 0.1), Float64Array.of(0.9, 0.9)] as const;
  const set = { shape: [2, 2, 1], classes: [] } as never;
  test.each<[string, () => unknown, RegExp]>([
    [
      "one sample",
      () => library.graphChart(lp, { samples: 1 }),
      /samples must be an integer from 2 to .*; got 1\.$/,
    ],
    [
      "no sample",
      () => library.heatmapChart(plane, { samples: 0 }),
      /samples must be an integer from 1 .* got 0\.$/,
    ],
    ["half a sample", () => library.medianChart(uniform, { samples: 2.5 }), /samples must be .* got 2\.5/],
    ["a range turned round", () => library.medianChart(uniform, { range: [1, 0] }), /from < to/],
    ["too much", () => library.classesChart(plane, two, { samples: 1e6 }), /samples must be .* got 1000000/],
    ["no bar", () => library.layersChart(identity, { most: Number.NaN }), /most must be .* got NaN/],
    ["less than no cube", () => library.bitsChart(lp, { cubes: -1 }), /cubes must be .* got -1/],
    ["no column", () => library.imagesChart(image as never, set, { columns: 0 }), /columns must be .* got 0/],
    ["half a row", () => library.imagesChart(image as never, set, { rows: 0.5 }), /rows must be .* got 0\.5/],
    [
      "a step beyond",
      () => library.graphChart([lp, lp], { active: 2 }),
      /active must be .* from 0 to 1; got 2/,
    ],
    ["a step before", () => library.classesChart(plane, two, { active: -1 }), /active must be .* got -1/],
    [
      "no digit",
      () => library.table([{ a: 0.5 }], { digits: 0 }),
      /digits must be an integer from 1 to 100; got 0/,
    ],
    [
      "digits in text",
      () => library.table([{ a: 1 }], { digits: "3" as never }),
      /digits must be .* got "3"/,
    ],
    [
      "less than no row",
      () => library.table([{ a: 1 }], { maxRows: -2 }),
      /maxRows must be .* least 1; got -2/,
    ],
    [
      "one column's name",
      () => library.table([{ a: 1 }], { columns: "a" as never }),
      /columns must be an array/,
    ],
    [
      "a caption that is no text",
      () => library.table([{ a: 1 }], { caption: 5 as never }),
      /caption must be a text; got 5/,
    ],
  ])("%s is refused, not shown as nothing", (_, call, message) => {
    expect(call).toThrow(message);
  });

  test("where a number only limits, Infinity shows all", () => {
    expect(String(library.table([{ a: 1 }], { maxRows: Infinity }))).toContain("1");
    expect(() => library.bitsChart(lp, { cubes: Infinity })).not.toThrow();
    expect(() => library.imagesChart(image as never, set, { rows: Infinity })).not.toThrow();
  });

  test("an array of another kind is named, as is a point that is none", () => {
    const single = Float32Array.of(0.5) as never;
    expect(() => lp.evaluate(single)).toThrow(/got Float32Array\(1\) \[0\.5\]\.$/);
    expect(() => lp.evaluate(points, { into: single })).toThrow(/got Float32Array\(1\) \[0\.5\]\.$/);
    expect(() => library.evaluateInFloats(identity, 0.5 as never, "float64")).toThrow(
      /1 coordinates; got 0\.5/,
    );
  });

  test("a sign that composition does not know is refused", () => {
    for (const call of [CALLS.compose, CALLS.carry, CALLS.deepen])
      expect(() => call!({ sign: "positive" } as never)).toThrow(
        /sign must be "nonnegative" or "any"; got "positive"/,
      );
  });

  test.each<[string, () => unknown]>([
    ["norm", () => library.certifyError(lp, { norm: "2" as never })],
    ["tolerance", () => library.certifyError(lp, { tolerance: "2" as never })],
    ["n", () => approximateLp(f, { n: "2" as never })],
    ["p", () => approximateLp(f, { n: 2, p: "2" as never })],
    ["delta", () => approximateDelta(f, { n: 2, delta: "2" as never })],
    ["threads", () => lp.evaluate(points, { threads: "2" as never })],
    ["coordinate", () => lp.evaluateExactly(["2" as never])],
    ["coordinate", () => library.evaluateNetwork(identity, ["2" as never])],
    ["point", () => library.evaluateNetwork(identity, "2" as never)],
    ["depth", () => library.carry(1, "2" as never)],
    ["dimension", () => classTarget(e0, e1, { dimension: "2" as never })],
    ["lipschitz", () => target((x) => x[0]!, { dimension: 1, lipschitz: "2" as never })],
    ["f", () => target(() => "2" as never, { dimension: 1, lipschitz: 1 })],
    ["turns", () => library.spirals({ turns: "2000" as never })],
    ["J", () => library.sawtoothChart({ m: 1n, e: -2 }, { J: "2" as never })],
    ["samples", () => library.graphChart(lp, { samples: "2" as never })],
    [
      "level",
      () => library.accuracyChart([{ series: "a", trained: 1, accuracy: 0.5 }], { level: "2" as never }),
    ],
    ["digits", () => library.table([{ a: 1 }], { digits: "2" as never })],
  ])("a text in a number's place is shown in quotes: %s", (_, call) => {
    expect(call).toThrow(/"2(000)?"/);
  });

  const square = approximateLp(gallery.eggBox(), { n: 1 });
  const corners = [Float64Array.of(0.1, 0.1), Float64Array.of(0.9, 0.9)] as const;
  const epoch = { epoch: 1, loss: 1, accuracy: 0.5, testLoss: 1, testAccuracy: 0.5 };
  /** Every chart with data that it draws. */
  const CHARTS: Record<string, (options: object) => unknown> = {
    ...Object.fromEntries(Object.entries(CALLS).filter(([name]) => name.endsWith("Chart"))),
    accuracyChart: (o) => library.accuracyChart([{ series: "a", trained: 1, accuracy: 0.5 }], o),
    bitsErrorChart: (o) => library.bitsErrorChart([{ name: "a", bits: 1, error: 1 }], o),
    classesChart: (o) => library.classesChart(square, corners, o),
    confusionChart: (o) => library.confusionChart({ counts: [[1]], classes: ["a"], accuracy: 1 } as never, o),
    curvesChart: (o) => library.curvesChart([{ name: "a", x: [0, 1], y: [0, 1] }], o),
    errorChart: (o) => library.errorChart([{ n: 1, bound: 1 }], o),
    graphsChart: (o) => library.graphsChart([lp], o),
    heatmapChart: (o) => library.heatmapChart(square, { samples: 2, ...o }),
    imagesChart: (o) => library.imagesChart(image as never, { shape: [2, 2, 1], classes: ["a"] } as never, o),
    medianChart: (o) => library.medianChart(approximateUniform(f, { n: 2 }), o),
    sawtoothChart: (o) => library.sawtoothChart({ m: 1n, e: -2 }, { J: 2, ...o }),
    triangulationChart: (o) => library.triangulationChart(lp.grid, o),
    trainingChart: (o) => library.trainingChart([{ name: "a", epochs: [epoch as never] }], o),
  };
  test.each(Object.entries(CHARTS))("%s refuses a title and a height that are none", (_, chart) => {
    expect(() => chart({ title: "t", height: 300 })).not.toThrow();
    expect(() => chart({ title: 5 })).toThrow(/title must be a text; got 5/);
    expect(() => chart({ title: ["a"] })).toThrow(/title must be a text; got \["a"\]/);
    expect(() => chart({ height: "300" })).toThrow(/height must be a positive number .* got "300"/);
    for (const height of [0, -1, Number.NaN, Infinity])
      expect(() => chart({ height })).toThrow(`at most 1e6; got ${height}`);
  });

  test.each([
    ["category", () => library.barsChart(["a"], [], { category: 5 as never })],
    ["quantity", () => library.barsChart(["a"], [], { quantity: 5 as never })],
    ["x", () => CHARTS.curvesChart!({ x: 5 })],
    ["y", () => CHARTS.curvesChart!({ y: 5 })],
    ["quantity", () => CHARTS.accuracyChart!({ quantity: 5 })],
  ])("an axis whose title is no text is refused: %s", (_, call) => {
    expect(call).toThrow(/title of an axis must be a text; got 5/);
  });

  test("a progress display without a title and one replaced by a number are refused", async () => {
    expect(() => library.liveProgress({} as never)).toThrow(/liveProgress needs a title/);
    await expect(library.display(1, { id: 3 as never })).rejects.toThrow(/id must be a string; got 3\.$/);
  });
});
