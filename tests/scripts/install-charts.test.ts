import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installCharts } from "../../scripts/install-charts.mjs";

let root: string;
const write = (text: string, ...parts: string[]) => {
  const file = path.join(root, ...parts);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
};
const read = (...parts: string[]) => fs.readFileSync(path.join(root, ...parts), "utf8");

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "intrinsic-params-charts-"));
  write('{"version":"1.2.3"}', "package.json");
  write('{"version":"4.1.1"}', "node_modules", "plotly.js-dist", "package.json");
  write("// plotly", "node_modules", "plotly.js-dist", "plotly.js");
  write("// one", "dist", "show", "lab", "extension.mjs");
});

afterEach(() => fs.rmSync(root, { recursive: true }));

const entry = (folder: string) => {
  const { jupyterlab } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  return path.join(folder, jupyterlab._build.load);
};

test("package.json names a script that is there, beside plotly.js and the modules", () => {
  const folder = installCharts({ root });
  const files = fs.readdirSync(path.dirname(entry(folder))).sort();
  expect(files).toEqual(["extension.mjs", "plotly.js", "remoteEntry.js"]);
  expect(fs.readFileSync(entry(folder), "utf8")).toContain('["intrinsic-params-charts"]');
});

test("a second run changes nothing; another build gets another address, and the old one goes", () => {
  const folder = installCharts({ root });
  const first = entry(folder);
  const { mtimeMs } = fs.statSync(first);
  installCharts({ root });
  expect(entry(folder)).toBe(first);
  expect(fs.statSync(first).mtimeMs).toBe(mtimeMs);
  write("// two", "dist", "show", "lab", "extension.mjs");
  installCharts({ root });
  expect(entry(folder)).not.toBe(first);
  expect(fs.existsSync(entry(folder))).toBe(true);
  expect(fs.readdirSync(path.join(folder, "static"))).toHaveLength(1);
});

test("the renderer of the plotly wheel is switched off, and what the reader switched off stays so", () => {
  const page = [".venv", "etc", "jupyter", "labconfig", "page_config.json"];
  write('{"disabledExtensions":{"other":true},"more":1}', ...page);
  installCharts({ root });
  expect(JSON.parse(read(...page))).toEqual({
    disabledExtensions: { other: true, "@jupyterlab/plotly-extension": true },
    more: 1,
  });
});

test("without a build it says what to do", () => {
  fs.rmSync(path.join(root, "dist"), { recursive: true });
  expect(() => installCharts({ root })).toThrow(/build the project first/);
});
