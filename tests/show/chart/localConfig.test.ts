import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { localConfig } from "../../../src/show/chart/localConfig";
import { figureBundle } from "../../../src/show/notebook/figureBundle";
import { ROOT } from "../../helpers/root";

const off = { showSendToCloud: false, plotlyServerURL: "" };
const figure = { data: [{ y: [1, 2] }], layout: {} };

test("whatever a figure's options say, the button that sends data away is off", () => {
  const ways = [
    undefined,
    {},
    { showSendToCloud: true },
    { plotlyServerURL: "https://example.org" },
    { modeBarButtons: [["toImage", "sendChartToCloud"]] },
    { modeBarButtonsToAdd: ["sendChartToCloud"] },
  ];
  for (const config of ways) {
    expect(localConfig(config)).toMatchObject(off);
    expect(JSON.stringify(localConfig(config))).not.toContain("sendChartToCloud");
  }
  expect(localConfig({ modeBarButtons: [["toImage", "sendChartToCloud"]], scrollZoom: true })).toEqual({
    modeBarButtons: [["toImage"]],
    scrollZoom: true,
    ...off,
  });
});

test("a figure's bundle says so for every front end", async () => {
  for (const config of [undefined, { showSendToCloud: true }]) {
    const bundle = await figureBundle({ ...figure, ...(config && { config }) });
    expect(bundle["application/vnd.plotly.v1+json"]).toMatchObject({ ...figure, config: off });
  }
});

test("these are the options' names in the installed plotly.js, and on is still its default", () => {
  const source = fs.readFileSync(path.join(ROOT, "node_modules/plotly.js-dist/plotly.js"), "utf8");
  expect(source).toMatch(/showSendToCloud: \{\s*valType: "boolean",\s*dflt: true/);
  expect(source).toMatch(/plotlyServerURL: \{\s*valType: "string"/);
  expect(source).toContain('name: "sendChartToCloud"');
});
