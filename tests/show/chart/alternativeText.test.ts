import { expect, test } from "vitest";
import { graphChart, imagesChart } from "../../../src/show";
import { alternativeText } from "../../../src/show/chart/alternativeText";
import { figureBundle } from "../../../src/show/notebook/figureBundle";
import { bundleMetadata } from "../../../src/show/notebook/jupyterDisplay";
import { approximateLp, gallery } from "../../../src/theory";

const phis = [2, 3].map((n) => approximateLp(gallery.kink(), { n }));

test("a chart is described by its title, axes, what is drawn, and what its slider chooses", () => {
  expect(alternativeText(graphChart(phis, { title: "A kink" }))).toMatch(
    /^A kink\. Horizontal axis: x; vertical axis: value\. Lines: f: .*, φ, n = 3\. A slider chooses n = 2, 3; shown is 3\.$/,
  );
  // At n = 3 the strips are too narrow to see.
  expect(alternativeText(graphChart(phis, { active: 0 }))).toContain("φ, n = 2; areas: trifling region Ω.");
  expect(alternativeText({ data: [{ type: "bar" }], layout: { title: { text: "a<br><b>b</b>" } } })).toBe(
    "A b. Bars.",
  );
  expect(alternativeText({ data: [], layout: {} })).toBe("A chart without a title.");
});

test("pictures are described by what they are of, one by one", () => {
  const set = { images: new Float32Array(3 * 4), labels: Int32Array.from([1, 0, 1]) };
  const chart = imagesChart(set as never, { shape: [2, 2, 1], classes: ["cat", "dog"] }, { title: "Pets" });
  expect(alternativeText(chart)).toBe("Pets. 3 images in one row, row by row: dog, cat, dog.");
});

test("the bundle's metadata hold the text and the picture's size on the page, not in its pixels", async () => {
  const bundle = await figureBundle(graphChart(phis[0], { height: 300 }));
  expect(bundle[bundleMetadata]).toEqual({
    "image/png": { width: 700, height: 300, alt: expect.stringContaining("Horizontal axis: x") },
  });
});
