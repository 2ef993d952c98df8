import { describe, expect, test } from "vitest";
import {
  bitsChart,
  bitsErrorChart,
  cubesChart,
  errorChart,
  type Figure,
  graphChart,
  graphsChart,
  heatmapChart,
  layersChart,
  medianChart,
  sawtoothChart,
  seriesStyles,
  stepChart,
  triangulationChart,
} from "../../../src/show";
import { type Colour, contrast, over, readColour } from "../../../src/show/lab/colour.mjs";
import type { OutputFigure } from "../../../src/show/lab/figure.mjs";
import { themed } from "../../../src/show/lab/themed.mjs";
import {
  approximateContinuous,
  approximateLp,
  approximateThreeParameters,
  approximateUniform,
  createGrid,
  createLattice,
  dyadic,
  gallery,
  packKeyParameters,
  target,
} from "../../../src/theory";
import { expectLabelled, expectPlain, traces } from "./theoryExpectations";

const kink = approximateLp(gallery.kink(), { n: 3, delta: 2 ** -6 });
const continuous = approximateContinuous(gallery.kink(), { n: 3 });
const eggBox = approximateLp(gallery.eggBox(), { n: 2 });

const FIGURES: [name: string, figure: Figure][] = [
  ["graph", graphChart(kink)],
  ["graph with slider", graphChart([2, 3, 4].map((n) => approximateLp(gallery.kink(), { n })))],
  ["heat maps", heatmapChart(eggBox, { samples: 16 })],
  [
    "error",
    errorChart([
      { n: 1, bound: 1, error: 0.3, lower: 0.2, upper: 0.4 },
      { n: 2, bound: 0.5 },
    ]),
  ],
  ["bits", bitsChart(kink)],
  ["cubes on a line", cubesChart(createGrid(1, 3, 0))],
  ["cubes in the plane", cubesChart(createGrid(2, 2, 0))],
  ["step function", stepChart(createGrid(1, 3, 0))],
  ["sawtooth", sawtoothChart(packKeyParameters([1, 0, 1, 1], 1)[0]!, { J: 4 })],
  ["medians", medianChart(approximateUniform(gallery.kink(), { n: 3 }), { samples: 50 })],
  [
    "bits against error",
    bitsErrorChart(
      [
        { name: "2.1", bits: 8, error: 0.5 },
        { name: "ours", bits: 4, error: 0.4 },
      ],
      { entropy: { lambda: 1, dimension: 1 } },
    ),
  ],
  ["layers", layersChart(kink.network)],
  ["triangulation on a line", triangulationChart(createLattice(1, 3))],
  ["triangulation in the plane", triangulationChart(createLattice(2, 2), { node: [0, 4] })],
  ["graphs side by side", graphsChart([kink, continuous])],
  ["bits of nodes", bitsChart(continuous)],
];

/** Everything in a figure that is filled. */
type Filled = {
  fillcolor?: string;
  opacity?: number;
  marker?: { color?: unknown };
  name?: string;
  visible?: boolean;
};
const filled = ({ data, layout, frames = [] }: Figure): Filled[] =>
  [
    ...(data as Filled[]),
    ...((layout as { shapes?: Filled[] }).shapes ?? []),
    ...(frames as Figure[]).flatMap((frame) => filled({ ...frame, layout: frame.layout ?? {} })),
  ].filter(({ fillcolor }) => fillcolor !== undefined);
/** The contrast of what is filled with its ground. */
const clear = ({ fillcolor, opacity = 1 }: Filled, ground: Colour) => {
  const [r, g, b, a] = readColour(fillcolor)!;
  return contrast(over([r, g, b, a * opacity], ground), ground);
};
const WHITE = readColour("white")!;
const DARK = { ground: "#111111", text: "rgba(255, 255, 255, 0.87)" };

describe("charts of the theory", () => {
  test.each(FIGURES)("%s: a plain object with titles and labelled axes", (_, figure) => {
    expectPlain(figure);
    expectLabelled(figure);
  });

  test("what is shaded is as clear on a dark page as on white, 1.4 : 1 at least, in every colour of a series", () => {
    const everySeries = errorChart(
      seriesStyles.flatMap((_, i) =>
        [1, 2].map((n) => ({ n, bound: 1, lower: 0.2, upper: 0.4, name: String(i) })),
      ),
    );
    const shaded = [...FIGURES.map(([, figure]) => figure), everySeries].filter(
      (figure) => filled(figure).length > 0,
    );
    expect(shaded.length).toBeGreaterThan(5);
    for (const figure of shaded) {
      const dark = filled(themed(figure as OutputFigure, DARK) as Figure);
      for (const [i, area] of filled(figure).entries()) {
        expect(clear(area, WHITE)).toBeGreaterThanOrEqual(1.4);
        expect(clear(dark[i], readColour(DARK.ground)!)).toBeGreaterThanOrEqual(clear(area, WHITE) - 1e-3);
      }
    }
  });

  test("a certified band has edges, which show it where it is narrow, in the colour and dash of its series", () => {
    const rows = ["a", "b"].flatMap((name) =>
      [1, 2].map((n) => ({ n, bound: 1, lower: 0.2, upper: 0.2001, name })),
    );
    const bands = traces(errorChart(rows)).filter(({ line }) => (line as { width: number }).width === 1);
    const [first, second] = seriesStyles.map(({ color, dash }) => ({ width: 1, color, dash }));
    expect(bands.map(({ line }) => line)).toEqual([first, first, second, second]);
  });

  test("what shapes shade has its entry in the legend, except strips too narrow to see", () => {
    for (const [name, { data, layout, frames = [] }] of FIGURES) {
      const steps = [{ data, layout }, ...(frames as Figure[])];
      for (const step of steps) {
        const { shapes = [] } = (step.layout ?? {}) as { shapes?: (Filled & { x0: number; x1: number })[] };
        const seen = shapes.filter(({ fillcolor, x0, x1 }) => fillcolor && x1 - x0 > 1 / 2000);
        const entries = (step.data as Filled[]).filter(({ visible }) => visible !== false);
        const colours = entries.flatMap(({ fillcolor, marker }) => [fillcolor, marker?.color]);
        for (const { fillcolor } of seen) expect(colours, name).toContain(fillcolor);
      }
    }
    const names = (figure: Figure) => [
      ...new Set(traces(figure).flatMap(({ name, visible }) => (visible === false ? [] : [name]))),
    ];
    expect(names(graphsChart([kink, continuous]))).toEqual(["f", "φ", "trifling region Ω"]);
    expect(names(graphsChart([continuous]))).toEqual(["f", "φ"]);
    const hairlines = [4, 5].map((n) => approximateLp(gallery.kink(), { n, delta: 2 ** -20 }));
    expect(names(graphChart(hairlines))).not.toContain("trifling region Ω");
    // One step of a slider may have them, another not; both have the same traces.
    const mixed = graphChart([kink, hairlines[0]]);
    const shown = (mixed.frames as Figure[]).map(
      ({ data }) => (data as Filled[]).find(({ name }) => name === "trifling region Ω")?.visible,
    );
    expect(shown).toEqual([true, false]);
  });

  test("names of parameters stay readable above narrow bars", () => {
    expect(layersChart(kink.network).layout).toMatchObject({ uniformtext: { minsize: 9, mode: "show" } });
  });

  test("the graph of φ runs through its values at cube corners, the strips are shaded", () => {
    const figure = graphChart(kink);
    const phi = traces(figure)[1]!;
    const at = (phi.x as number[]).indexOf(0.375);
    expect(phi.y![at]).toBeCloseTo(kink.evaluate(Float64Array.of(0.375))[0]!, 5);
    expect((figure.layout as { shapes: { x0: number; x1: number }[] }).shapes).toHaveLength(7);
    const strip = (figure.layout as { shapes: { x0: number; x1: number }[] }).shapes[0]!;
    expect([strip.x0, strip.x1]).toEqual([1 / 8 - 2 ** -6, 1 / 8]);
  });

  test("a graph whose bound exceeds the range of f says so, at those n only, and says when φ is constant", () => {
    const subtitle = (layout: object) =>
      (layout as { title: { subtitle?: { text: string } } }).title.subtitle?.text;
    const jump = target((x) => (x[0] < 0.5 ? 0 : 1), { dimension: 1, lipschitz: 1000, title: "a jump" });
    const flat = approximateLp(jump, { n: 6 });
    expect(subtitle(graphChart(flat).layout)).toBe(
      "Bound 78.1 > range of f, 1: at this n nothing is promised yet; φ is constant",
    );
    expect(flat.bound).toBeCloseTo(78.125, 3);
    const list = [1, 8].map((n) => approximateLp(gallery.kink(), { n }));
    const frames = graphChart(list).frames as { layout: object }[];
    expect(subtitle(frames[0].layout)).toMatch(/^Bound .* > range of f, /);
    expect(subtitle(frames[1].layout)).toBe("");
    expect(subtitle(graphChart(list[1]).layout)).toBeUndefined();
  });

  test("the slider over n has one frame for each approximation and shows the last", () => {
    const list = [1, 2, 5].map((n) => approximateLp(gallery.kink(), { n }));
    const figure = graphChart(list);
    expect(figure.frames!.map((frame) => (frame as { name: string }).name)).toEqual(["1", "2", "5"]);
    expect(traces(figure)[1]!.name).toBe("φ, n = 5");
  });

  test("the error panel is φ − f on a scale symmetric around 0", () => {
    const [f, phi, error] = traces(heatmapChart(eggBox, { samples: 8 }));
    for (let r = 0; r < 8; r++)
      for (let c = 0; c < 8; c++) expect(error!.z![r]![c]).toBeCloseTo(phi!.z![r]![c]! - f!.z![r]![c]!, 3);
    expect(error!.zmin).toBe(-(error!.zmax as number));
  });

  test("a fine heat map of 160,000 points is drawn", () => {
    const figure = heatmapChart(eggBox, { samples: 400 });
    expect(traces(figure)[0]!.zmax as number).toBeGreaterThan(0.4);
  });

  test("the bits drawn give back each cube's level", () => {
    const z = traces(bitsChart(kink))[0]!.z!;
    const { s, b } = kink.intrinsic;
    for (let j = 0; j < 8; j++) {
      const level = z.reduce((sum, row, i) => sum + row[j]! * 2 ** -(i + 1), 0);
      const [sFloat, bFloat] = [Number(s!.m) * 2 ** s!.e, Number(b!.m) * 2 ** b!.e];
      expect(kink.evaluate(Float64Array.of(j / 8))[0]).toBeCloseTo(sFloat * level + bFloat, 12);
    }
  });

  test("the bits of a continuous φ give back the level of each node, v holds those of all", () => {
    const z = traces(bitsChart(continuous))[0]!.z!;
    const { integers } = continuous.nodes!;
    const levels = Array.from(integers, (_, j) => z.reduce((sum, row) => 2 * sum + row[j]!, 0));
    expect(levels.map((level) => 2 * level + 1)).toEqual([...integers]);
    const three = approximateContinuous(gallery.kink(), { n: 3, parameters: "three" });
    expect(traces(bitsChart(three))[0]!.z![0]).toEqual(z.flat());
    expect(() => bitsChart(approximateThreeParameters(gallery.kink(), { n: 2 }))).toThrow(
      /this approximation has v, s, b/,
    );
  });

  test("graphs side by side share one scale, and only those with strips are shaded", () => {
    const { data, layout } = graphsChart([kink, continuous]);
    const { shapes, annotations } = layout as { shapes: { xref: string }[]; annotations: { text: string }[] };
    expect(shapes.map(({ xref }) => xref)).toEqual(Array(7).fill("x"));
    expect(annotations.map(({ text }) => text)).toEqual(["Theorem 2.1, n = 3", "without strips, n = 3"]);
    expect((data as { xaxis: string }[]).map(({ xaxis }) => xaxis)).toEqual([
      "x",
      "x",
      "x2",
      "x2",
      undefined,
    ]);
    const phi = (data as { x: number[]; y: number[] }[])[3]!;
    expect(phi.x).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((k) => k / 8));
    expect(() => graphsChart([])).toThrow(/one to four approximations; got 0/);
    expect(() => graphsChart([eggBox])).toThrow(/one variable; got dimension 2/);
  });

  test("the hat in the plane is 1 at its node and 0 outside of the six triangles around it", () => {
    const hat = traces(triangulationChart(createLattice(2, 2)))[0]!;
    const at = (x: number, y: number) => hat.z![Math.round(y * 96)]![Math.round(x * 96)];
    expect([at(0.5, 0.5), at(0.75, 0.75), at(0.625, 0.625), at(0.625, 0.375)]).toEqual([1, 0, 0.5, 0]);
    expect(() => triangulationChart(createLattice(3, 1))).toThrow(/one or two dimensions; got 3/);
    expect(() => triangulationChart(createLattice(2, 5))).toThrow(/at most 16 cubes .* got 32/);
    expect(() => triangulationChart(createLattice(1, 2), { node: [5] })).toThrow(/from 0 to K = 4; got 5/);
  });

  test("the sawtooth chart's marks are the network's: bit 1 in [1, 4/3), bit 0 in [0, 1/3)", () => {
    const bits = [1, 0, 0, 1, 1, 0, 1, 0];
    const figure = sawtoothChart(packKeyParameters(bits, 1)[0]!, { J: 8 });
    const [, , zeros, ones] = traces(figure) as { x: number[]; text: string[] }[];
    expect(ones!.x.every((y) => y >= 1 && y < 4 / 3)).toBe(true);
    expect(zeros!.x.every((y) => y >= 0 && y < 1 / 3)).toBe(true);
    expect(ones!.text).toEqual([1, 4, 5, 7].map((j) => `j = ${j}, network's bit 1`));
  });

  test("the median drawn is the approximation, and lies between the copies", () => {
    const phi = approximateUniform(gallery.weierstrass(), { n: 3 });
    const [a, b, c, median] = traces(medianChart(phi, { samples: 60 })).map((trace) => trace.y!);
    for (let i = 0; i < 60; i++) expect(median![i]).toBe([a![i]!, b![i]!, c![i]!].sort((x, y) => x - y)[1]);
  });

  test("the layers chart groups equal layers and marks those with intrinsic parameters", () => {
    const [fixed, intrinsic] = traces(layersChart(kink.network)) as {
      x: string[];
      y: number[];
      text: string[];
    }[];
    expect(intrinsic!.text).toEqual(["a1–a3", "s, b"]);
    expect(fixed!.text).toContainEqual(expect.stringMatching(/^\d+<br>\(×17\)$/));
    expect(fixed!.y[0]).toBe(14);
    expect(fixed!.text[0]).toBe("14");
  });

  test("every cube has its corner and its frame, every inner edge its strip", () => {
    const figure = cubesChart(createGrid(2, 2, 0));
    expect((traces(figure)[0]!.x as number[]).length).toBe(16);
    const { shapes } = figure.layout as { shapes: object[] };
    expect(shapes).toHaveLength(6 + 16);
    expect(shapes[6]).toMatchObject({ x0: 0, x1: 1 / 4 - 1 / 16, y0: 0, y1: 1 / 4 - 1 / 16 });
    expect(shapes[21]).toMatchObject({ x0: 3 / 4, x1: 1, y0: 3 / 4, y1: 1 });
  });

  test("the first six series share no colour, dash or marker; beyond them markers still differ, and pairs of the rest", () => {
    const different = (values: string[]) => expect(new Set(values).size).toBe(values.length);
    for (const property of ["color", "dash", "symbol"] as const)
      different(seriesStyles.slice(0, 6).map((style) => style[property]));
    different(seriesStyles.map(({ symbol }) => symbol));
    different(seriesStyles.map(({ color, dash }) => `${color} ${dash}`));
  });

  test("the metric entropy is named by its order: λ/ε on the line, (λ/ε)^d in d dimensions", () => {
    const named = (dimension: number) =>
      traces(bitsErrorChart([{ name: "φ", bits: 8, error: 0.5 }], { entropy: { lambda: 1, dimension } })).at(
        -1,
      )?.name;
    expect(named(1)).toMatch(/, λ\/ε$/);
    expect(named(2)).toMatch(/\(λ\/ε\)\^2$/);
  });

  test("the line of the metric entropy lies below the series, which may lie on it", () => {
    const { data } = bitsErrorChart([{ name: "φ", bits: 8, error: 0.5 }], {
      entropy: { lambda: 1, dimension: 1 },
    });
    expect((data as { zorder?: number }[]).map(({ zorder = 0 }) => zorder)).toEqual([0, -1]);
  });

  test("functions of the wrong dimension are refused by name of the right chart", () => {
    expect(() => graphChart(eggBox)).toThrow(/one variable; got dimension 2; use heatmapChart/);
    expect(() => heatmapChart(kink)).toThrow(/two variables; got dimension 1/);
    expect(() => cubesChart(createGrid(3, 1, 0))).toThrow(/one or two dimensions; got 3/);
    expect(() => stepChart(createGrid(1, 7, 0))).toThrow(/at most 64 steps/);
    expect(() => medianChart(kink)).toThrow(/approximateUniform in one dimension; got "lp"/);
    expect(() => sawtoothChart(dyadic(1n, -1), { J: 4 })).toThrow(/\[0, 1\/3\)/);
    expect(() => bitsErrorChart([{ name: "x", bits: 0, error: 1 }])).toThrow(
      /x: bits and error must be positive/,
    );
    expect(() => graphChart([])).toThrow(/at least one/);
    expect(() => errorChart([])).toThrow(/at least one/);
  });
});
