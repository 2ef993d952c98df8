import { expect, test } from "vitest";
import { stillImage } from "../../../src/show";
import { checkTraceTypes, removedTraceTypes, traceTypes } from "../../../src/show/chart/traceTypes";
import { figureBundle } from "../../../src/show/notebook/figureBundle";
import { loadPlotly } from "../../../src/show/still/drawStill";

const figure = (type: string) => ({
  data: [
    { type: "scatter", y: [1] },
    { type, y: [1] },
  ],
  layout: {},
});

test("the types that are known are those of the installed plotly.js, and what is recommended instead is among them", () => {
  const { traces } = (
    loadPlotly() as unknown as { PlotSchema: { get(): { traces: object } } }
  ).PlotSchema.get();
  expect([...traceTypes].sort()).toEqual(Object.keys(traces).sort());
  for (const [gone, instead] of Object.entries(removedTraceTypes)) {
    expect(traceTypes.has(gone), gone).toBe(false);
    expect(traceTypes.has(instead.split(",")[0]), instead).toBe(true);
  }
});

test("a trace of a type that was removed is refused with what to use, in pictures and in display", async () => {
  for (const [gone, instead] of Object.entries(removedTraceTypes)) {
    const message = `data[1] has the type "${gone}", which plotly.js no longer has; use ${instead}.`;
    expect(() => checkTraceTypes(figure(gone))).toThrow(message);
    await expect(stillImage(figure(gone))).rejects.toThrow(message);
    await expect(figureBundle(figure(gone))).rejects.toThrow(message);
  }
});

test("a type that never was is refused, too, instead of being drawn as lines", async () => {
  for (const type of ["line", "toString", "Scatter", ""])
    await expect(figureBundle(figure(type))).rejects.toThrow(
      `which plotly.js 4.1 does not know; it knows bar,`,
    );
  expect(() => checkTraceTypes({ data: [{ y: [1] }], layout: {} })).not.toThrow();
});
