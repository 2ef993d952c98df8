import fs from "node:fs";
import path from "node:path";
import type { Output } from "../worker/protocol";

/** A cell of a notebook's file, its source as one text. */
export type StoredCell = {
  kind: "markdown" | "code";
  id: string;
  source: string;
  /** Whether the notebook shows the cell folded. */
  folded: boolean;
  /** The cell's number; undefined for prose. */
  count: number | undefined;
  outputs: Output[];
};

/** A notebook as it is stored. */
export type StoredNotebook = {
  /** The file's name without its ending: "01-the-idea". */
  name: string;
  /** "01 · The idea". */
  title: string;
  cells: StoredCell[];
  /** The file without outputs, as a reader downloads it. */
  plain: object;
};

type FileCell = {
  cell_type: "markdown" | "code";
  id: string;
  source: string | string[];
  metadata: { jupyter?: { source_hidden?: boolean } };
  execution_count?: number | null;
  outputs?: Record<string, unknown>[];
};

/** The notebooks of a folder in their order. */
export function storedNotebooks(folder: string): StoredNotebook[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => storedNotebook(path.join(folder, name)));
}

/** Reads a notebook. @throws Error for a notebook without a title. */
export function storedNotebook(file: string): StoredNotebook {
  const notebook = JSON.parse(fs.readFileSync(file, "utf8")) as { cells: FileCell[] };
  const cells = notebook.cells.map(
    ({ cell_type: kind, id, source, metadata, execution_count: count, outputs = [] }): StoredCell => ({
      kind,
      id,
      source: joined(source),
      folded: metadata.jupyter?.source_hidden === true,
      count: count ?? undefined,
      outputs: outputs.map(outputOf),
    }),
  );
  const [, title] = /^# (.*)$/m.exec(cells[0]?.source ?? "") ?? [];
  if (!title) throw new Error(`${path.basename(file)} must begin with its title, # …; got none.`);
  const plain = {
    ...notebook,
    cells: notebook.cells.map((cell) =>
      cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell,
    ),
  };
  return { name: path.basename(file, ".ipynb"), title, cells, plain };
}

/** An output with its texts in one piece, as a kernel sends it. */
function outputOf(stored: Record<string, unknown>): Output {
  const output = { ...stored };
  if (output.text !== undefined) output.text = joined(output.text as string | string[]);
  if (output.data !== undefined)
    output.data = Object.fromEntries(
      Object.entries(output.data as object).map(([type, content]) => [
        type,
        Array.isArray(content) && !type.endsWith("json") ? joined(content) : content,
      ]),
    );
  return output as Output;
}

function joined(text: string | string[]): string {
  return typeof text === "string" ? text : text.join("");
}
