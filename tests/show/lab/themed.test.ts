import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Colour,
  contrast,
  fillOnDark,
  luminance,
  onDark,
  over,
  readColour,
} from "../../../src/show/lab/colour.mjs";
import type { Json, OutputFigure } from "../../../src/show/lab/figure.mjs";
import { themed } from "../../../src/show/lab/themed.mjs";

const dark = { ground: "#111111", text: "rgba(255, 255, 255, 1)" };
const light = { ground: "white", text: "rgba(0, 0, 0, 0.87)" };
const ground = readColour(dark.ground)!;

const figure: OutputFigure = {
  data: [{ type: "scatter", y: [1, 2], line: { color: "#000000" }, marker: { color: "#0072B2" } }],
  layout: {
    paper_bgcolor: "#FFFFFF",
    plot_bgcolor: "#FFFFFF",
    font: { color: "#222222" },
    xaxis: { gridcolor: "#E5E5E5" },
  },
  frames: [{ name: "1", data: [{ line: { color: "#000000" } }] }],
};
const at = (value: unknown, ...path: (string | number)[]) =>
  path.reduce((part, key) => (part as Json)[key as string], value) as unknown;

describe("a figure in the colours of the page", () => {
  test("stays the same object on a light page", () => {
    expect(themed(figure, light)).toBe(figure);
  });

  test("on a dark page gets its ground; text, lines and frames stand out from it, and the original stays", () => {
    const before = JSON.stringify(figure);
    const shown = themed(figure, dark);
    expect(readColour(at(shown.layout, "paper_bgcolor"))).toEqual(ground);
    const colours = [
      [at(shown.layout, "font", "color"), 4.5],
      [at(shown.data, 0, "line", "color"), 3],
      [at(shown.data, 0, "marker", "color"), 3],
      [at(shown.frames, 0, "data", 0, "line", "color"), 3],
    ] as const;
    for (const [colour, least] of colours)
      expect(contrast(readColour(colour)!, ground)).toBeGreaterThanOrEqual(least);
    expect(at(shown.data, 0, "y")).toEqual([1, 2]);
    expect(JSON.stringify(figure)).toBe(before);
  });

  test("a figure that names no colours gets the page's ground and text by a template", () => {
    const shown = themed({ data: [{ y: [1] }] }, dark);
    expect(readColour(at(shown.layout, "template", "layout", "paper_bgcolor"))).toEqual(ground);
    expect(at(shown.layout, "template", "layout", "font", "color")).toBe(dark.text);
  });

  test("a figure with a coloured or dark ground of its own keeps all its colours", () => {
    for (const paper_bgcolor of ["#FFE4C4", "#1f2630", "hotpink"])
      expect(themed({ ...figure, layout: { ...figure.layout, paper_bgcolor } }, dark)).toMatchObject({
        data: figure.data,
        layout: { paper_bgcolor, font: { color: "#222222" } },
      });
  });

  test("what is drawn over a heat map keeps the colours that were chosen for it", () => {
    const data = [
      {
        type: "heatmap",
        z: [[0]],
        colorscale: [
          [0, "#FFFFFF"],
          [1, "#000000"],
        ],
      },
      { type: "scatter", mode: "text", textfont: { color: ["#000000", "#FFFFFF"] } },
    ];
    expect(themed({ ...figure, data }, dark).data).toEqual(data);
  });

  test("a fill that lets lines through is as clear as on white, and a shape's opacity counts; an opaque one stays", () => {
    const shown = themed(
      {
        data: [{ type: "scatter", fill: "tonexty", fillcolor: "#0072B240" }],
        layout: {
          shapes: [
            { type: "rect", fillcolor: "#E69F00", opacity: 0.25 },
            { type: "rect", fillcolor: "#F4D48C" },
          ],
        },
      },
      dark,
    );
    const clear = (fill: unknown, opacity: number, page: Colour) => {
      const [r, g, b, a] = readColour(fill)!;
      return contrast(over([r, g, b, a * opacity], page), page);
    };
    const fills = [
      ["#0072B240", at(shown.data, 0, "fillcolor"), 1],
      ["#E69F00", at(shown.layout, "shapes", 0, "fillcolor"), 0.25],
    ] as const;
    for (const [before, after, opacity] of fills) {
      const wanted = clear(before, opacity, readColour("white")!);
      expect(clear(after, opacity, ground)).toBeGreaterThanOrEqual(wanted);
      expect(clear(after, opacity, ground)).toBeLessThan(1.1 * wanted);
    }
    expect(at(shown.layout, "shapes", 1, "fillcolor")).toBe("#F4D48C");
  });

  test("any translucent fill stands out from a dark ground as it does from white", () => {
    const channel = fc.integer({ min: 0, max: 255 });
    const opacity = fc.integer({ min: 0, max: 99 }).map((share) => share / 100);
    fc.assert(
      fc.property(
        channel,
        channel,
        channel,
        opacity,
        fc.integer({ min: 0, max: 60 }),
        (r, g, b, a, shade) => {
          const [page, white]: Colour[] = [[shade, shade, shade, 1], readColour("white")!];
          // Nothing is farther from the ground than white, and greys go to 15 : 1.
          const wanted = Math.min(contrast(over([r, g, b, a], white), white), contrast(white, page), 15);
          const fill = fillOnDark([r, g, b, a], page, 3);
          expect(contrast(over(fill, page), page)).toBeGreaterThanOrEqual(wanted);
          expect(luminance(fill)).toBeGreaterThan(luminance(page));
        },
      ),
    );
  });

  test("any colour becomes one with the contrast asked for, on any dark ground; a grey keeps more", () => {
    const channel = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(channel, channel, channel, fc.integer({ min: 0, max: 60 }), (r, g, b, shade) => {
        const page = [shade, shade, shade, 1] as const;
        expect(contrast(onDark([r, g, b, 1], page, 3), page)).toBeGreaterThanOrEqual(3);
      }),
    );
    expect(contrast(onDark(readColour("#222")!, ground, 3), ground)).toBeGreaterThan(12);
  });

  test("colours are read as CSS writes them, and no other text is one", () => {
    expect(readColour("#0af")).toEqual([0, 170, 255, 1]);
    expect(readColour("#0072B280")).toEqual([0, 114, 178, 128 / 255]);
    expect(readColour("rgb(1, 2, 3)")).toEqual([1, 2, 3, 1]);
    expect(readColour("rgba(1 2 3 / 50%)")).toEqual([1, 2, 3, 0.5]);
    for (const text of ["Cividis", "#12", "rgb(1, 2)", "rgb(a, b, c)", "", 7, undefined])
      expect(readColour(text)).toBeUndefined();
  });
});
