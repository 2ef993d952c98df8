import { expect, test } from "vitest";
import { stillImage } from "../../../src/show";
import { checkTraceTypes, removedTraceTypes, traceTypes } from "../../../src/show/chart/traceTypes";
import { figureBundle } from "../../../src/show/notebook/figureBundle";
import { loadPlotlyInJsdom } from "../../../src/show/still/drawStill";

const figure = (type: string) => ({
  data: [
    { type: "scatter", y: [1] },
    { type, y: [1] },
  ],
  layout: {},
});

test("the types that are known are those of the installed plotly.js, and what is recommended instead is among them", () => {
  const { traces } = (
    loadPlotlyInJsdom() as unknown as { PlotSchema: { get(): { traces: object } } }
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

test("a frame's traces are checked like the figure's own; a template draws no trace, whatever types it names", async () => {
  const moved = (type?: string) => ({
    data: [{ y: [1] }],
    layout: {},
    frames: [{ name: "empty" }, { name: "later", data: [{ y: [2] }, { type, y: [3] }] }],
  });
  expect(() => checkTraceTypes(moved())).not.toThrow();
  expect(() => checkTraceTypes(moved("heatmap"))).not.toThrow();
  const message = 'frames[1].data[1] has the type "heatmapgl", which plotly.js no longer has; use heatmap.';
  await expect(figureBundle(moved("heatmapgl"))).rejects.toThrow(message);
  await expect(stillImage(moved("heatmapgl"))).rejects.toThrow(message);

  // Templates that Python's plotly writes still name these.
  const template = {
    data: { heatmapgl: [{ colorbar: { ticks: "" } }], pointcloud: [{}], scatter: [{ opacity: 1 }] },
  };
  const line = { data: [{ type: "scatter", y: [1, 2] }], layout: {} };
  expect(await stillImage({ ...line, layout: { template } })).toEqual(await stillImage(line));
});

test("a type that never was is refused, too, instead of being drawn as lines", async () => {
  for (const type of ["line", "toString", "Scatter", ""])
    await expect(figureBundle(figure(type))).rejects.toThrow(
      `which plotly.js 4.1 does not know; it knows bar,`,
    );
  expect(() => checkTraceTypes({ data: [{ y: [1] }], layout: {} })).not.toThrow();
});
