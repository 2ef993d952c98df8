import fs from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { ROOT } from "../helpers/root";
import { runNotebooks, runNotebooksWith } from "./runNotebooks";

type Cell = {
  cell_type: "code" | "markdown";
  id: string;
  execution_count?: number | null;
  metadata: object;
  source: string[];
  outputs?: { output_type: string; name?: string; data?: Record<string, unknown> }[];
};

const FOLDER = path.join(ROOT, "notebooks");
const names = fs.readdirSync(FOLDER).filter((name) => name.endsWith(".ipynb"));
/** Metadata that a cell may have: of one that only asserts, that it is folded. */
const FOLDED = { jupyter: { source_hidden: true }, tags: ["hide-input"] };

describe.each(names)("%s", (name) => {
  const text = fs.readFileSync(path.join(FOLDER, name), "utf8");
  const notebook = JSON.parse(text) as { cells: Cell[]; metadata: { kernelspec: { name: string } } };
  const code = notebook.cells.filter((cell) => cell.cell_type === "code");
  const prose = notebook.cells
    .filter((cell) => cell.cell_type === "markdown")
    .map((cell) => cell.source.join(""));

  test("runs from a clean kernel within its time budget, without an error or a word on stderr", async () => {
    const { status, out } = await runNotebooks("--check", name);
    expect(status, out).toBe(0);
    console.log(out.trim());
  }, 120_000);

  if (name >= "08")
    test.runIf(process.env.CI === "true")(
      "runs where TensorFlow is not native, too: small live parts beside the stored runs",
      async () => {
        const javascript = { INTRINSIC_PARAMS_BACKEND: "javascript" };
        const { status, out } = await runNotebooksWith(javascript, "--check", name);
        expect(status, out).toBe(0);
      },
      120_000,
    );

  test("is committed as executed from top to bottom, under 2 MB, with nothing volatile in its metadata", () => {
    expect(code.map((cell) => cell.execution_count)).toEqual(code.map((_, i) => i + 1));
    expect(text.length).toBeLessThan(2e6);
    const untidy = notebook.cells.filter(
      ({ metadata }) => ![{}, FOLDED].some((m) => isDeepStrictEqual(m, metadata)),
    );
    expect(untidy.map(({ id }) => id)).toEqual([]);
    expect(notebook.metadata.kernelspec.name).toBe("tslab");
    expect(
      code.flatMap((cell) => cell.outputs).filter((o) => o?.output_type === "error" || o?.name === "stderr"),
    ).toEqual([]);
  });

  test("shows every figure live and as a still picture, and never as HTML", () => {
    const bundles = code
      .flatMap((cell) => cell.outputs ?? [])
      .flatMap((output) => (output.data ? [output.data] : []));
    const figures = bundles.filter((data) => "application/vnd.plotly.v1+json" in data);
    expect(figures.length).toBeGreaterThan(2);
    for (const figure of figures)
      expect(Object.keys(figure).sort()).toEqual([
        "application/vnd.plotly.v1+json",
        "image/png",
        "text/plain",
      ]);
  });

  test("has goals, prerequisites, prose after its figures, a summary and three to five exercises", () => {
    expect(prose[0]).toMatch(/^# \d\d · .*\*\*Goals\.\*\*.*\*\*Prerequisites\.\*\*/s);
    expect(prose.some((p) => p.startsWith("## Summary"))).toBe(true);
    const exercises = prose.join("\n").match(/^\*\*\d\.\*\* /gm) ?? [];
    expect(exercises.length).toBeGreaterThanOrEqual(3);
    expect(exercises.length).toBeLessThanOrEqual(5);
    expect(prose.length).toBeGreaterThan(code.length / 2);
  });
});
