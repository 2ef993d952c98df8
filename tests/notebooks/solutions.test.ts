import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../helpers/root";
import { runNotebooks } from "./runNotebooks";

type Cell = {
  cell_type: "code" | "markdown";
  id: string;
  execution_count?: number | null;
  metadata: { wrong?: string[] };
  source: string[];
};

const FOLDER = path.join(ROOT, "notebooks");
const names = fs.readdirSync(FOLDER).filter((name) => name.endsWith(".ipynb"));

const cellsOf = (file: string) =>
  (JSON.parse(fs.readFileSync(path.join(FOLDER, file), "utf8")) as { cells: Cell[] }).cells;
const textOf = (cell: Cell) => cell.source.join("");
/** What follows the answer in an exercise's cell: the call of `check`, to the end. */
const checkOf = (cell: Cell) => /^(await )?check\(\w+, \{$.*/ms.exec(textOf(cell))?.[0];
const exercisesOf = (cells: Cell[]) => {
  const prose = cells.filter((cell) => cell.cell_type === "markdown").map(textOf);
  return [...prose.join("\n").matchAll(/^\*\*(\d)\.\*\* (.*)/gm)].map(([, number, text]) => ({
    number,
    text,
  }));
};

test("every notebook has a file of solutions, and the index leads to it", () => {
  const files = fs.readdirSync(path.join(FOLDER, "solutions")).filter((name) => name.endsWith(".ipynb"));
  expect(files.sort()).toEqual(names);
  const index = fs.readFileSync(path.join(FOLDER, "index.md"), "utf8");
  for (const name of names) expect(index).toContain(`](solutions/${name})`);
});

describe.each(names)("solutions/%s", (name) => {
  const notebook = cellsOf(name);
  const solutions = cellsOf(`solutions/${name}`);

  test("answers every exercise of its notebook, in order", () => {
    const numbers = exercisesOf(notebook).map(({ number }) => number);
    expect(exercisesOf(solutions).map(({ number }) => number)).toEqual(numbers);
  });

  test("checks each answer as the notebook does; what is not checked is called an open question", () => {
    for (const { number, text } of exercisesOf(notebook)) {
      const [asked, answered] = [notebook, solutions].map((cells) =>
        cells.find(({ id }) => id === `exercise-${number}`),
      );
      const check = asked && checkOf(asked);
      if (check === undefined) expect(text).toMatch(/^\*Open question\.\* /);
      else {
        expect(answered && checkOf(answered), `${name}, exercise ${number}`).toBe(check);
        expect(answered?.metadata.wrong?.length, `wrong answers to exercise ${number}`).toBeGreaterThan(0);
        expect(textOf(asked!)).toMatch(/: Answer<.*> = undefined;/);
      }
    }
  });

  test("takes what it needs from the notebook as it stands there", () => {
    const taken = solutions.filter(
      ({ id }) => !/^(exercise-|ex\d|title)/.test(id) && notebook.some((cell) => cell.id === id),
    );
    expect(taken.length).toBeGreaterThan(0);
    for (const cell of taken)
      expect(textOf(cell), cell.id).toBe(textOf(notebook.find(({ id }) => id === cell.id)!));
  });

  test("is right in a kernel, where wrong and silly answers are refused and not told the right one", async () => {
    const { status, out } = await runNotebooks("--check", `solutions/${name}`);
    expect(status, out).toBe(0);
    const code = solutions.filter((cell) => cell.cell_type === "code");
    expect(code.map((cell) => cell.execution_count)).toEqual(code.map((_, i) => i + 1));
  }, 120_000);
});

test("no line of a code cell is longer than 90 characters", () => {
  const files = [...names, ...names.map((name) => `solutions/${name}`)];
  const lines = files.flatMap((file) =>
    cellsOf(file)
      .filter((cell) => cell.cell_type === "code")
      .flatMap((cell) =>
        textOf(cell)
          .split("\n")
          .map((line) => ({ file, id: cell.id, line })),
      ),
  );
  expect(lines.filter(({ line }) => line.length > 90)).toEqual([]);
});

test("three assertions or more in one cell are folded", () => {
  const walls = names.flatMap((file) =>
    cellsOf(file)
      .filter((cell) => cell.cell_type === "code" && (textOf(cell).match(/^assert/gm) ?? []).length >= 3)
      .filter((cell) => !("jupyter" in cell.metadata))
      .map(({ id }) => `${file}: ${id}`),
  );
  expect(walls).toEqual([]);
});
