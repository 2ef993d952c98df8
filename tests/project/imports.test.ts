import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/root";

/** Who may import whom: values and types alike, unless a room stands in TYPES_ONLY. */
const ROOMS: Record<string, string[]> = {
  exact: [],
  relu: ["exact", "checkKeys", "shown"],
  target: ["exact", "checkKeys", "shown"],
  theorem: ["exact", "relu", "target", "checkKeys", "checkCount", "shown"],
  backend: [],
  writeWhole: [],
  shown: [],
  checkKeys: ["shown"],
  checkCount: ["shown"],
  dataset: ["target", "writeWhole", "checkKeys", "shown"],
  model: ["backend", "relu", "exact", "checkKeys", "shown"],
  train: ["backend", "model", "dataset", "checkKeys", "shown"],
  experiment: ["train", "model", "dataset", "backend", "writeWhole", "shown"],
  chart: ["exact", "relu", "target", "theorem", "checkKeys", "checkCount", "shown"],
  notebook: ["chart", "backend", "writeWhole", "checkKeys", "checkCount", "shown"],
  kernel: ["notebook"],
  lab: [],
  index: [
    "exact",
    "relu",
    "target",
    "theorem",
    "backend",
    "dataset",
    "model",
    "train",
    "experiment",
    "chart",
    "notebook",
  ],
};
const TYPES_ONLY: Record<string, string[]> = { chart: ["dataset", "model", "train", "experiment"] };

/** Packages that know a world of their own, and the only rooms that may know it too. */
const WORLDS: Record<string, RegExp> = {
  "@tensorflow/": /^(backend|model|train)$/,
  "danfojs-node": /^backend$/,
  tslab: /^kernel$/,
  jsdom: /^chart$/,
  "plotly.js-dist": /^chart$/,
  "@resvg/resvg-js": /^chart$/,
  "@napi-rs/canvas": /^(chart|dataset)$/,
};
const PURE = ["exact", "relu", "target", "theorem"];

interface Import {
  file: string;
  room: string;
  from: string;
  typeOnly: boolean;
}

const SRC = path.join(ROOT, "src");
const sources = fs
  .readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.m?ts$/.test(file));
const roomOf = (file: string) => path.relative(SRC, file).split(path.sep)[0].replace(/\.ts$/, "");

function importsOf(file: string): Import[] {
  const full = path.join(SRC, file);
  const source = ts.createSourceFile(full, fs.readFileSync(full, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (from: string, typeOnly: boolean) => found.push({ file, room: roomOf(full), from, typeOnly });
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const clause = node.importClause;
      const named = clause?.namedBindings;
      const allTypes =
        clause?.isTypeOnly ||
        (clause &&
          !clause.name &&
          named &&
          ts.isNamedImports(named) &&
          named.elements.every((e) => e.isTypeOnly));
      add((node.moduleSpecifier as ts.StringLiteral).text, Boolean(allTypes));
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      add((node.moduleSpecifier as ts.StringLiteral).text, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add((node.argument.literal as ts.StringLiteral).text, true);
    } else if (
      ts.isCallExpression(node) &&
      node.arguments.length === 1 &&
      ts.isStringLiteralLike(node.arguments[0])
    ) {
      const callee = node.expression.getText();
      if (node.expression.kind === ts.SyntaxKind.ImportKeyword || /(^|\.)(require|resolve)$/i.test(callee)) {
        if (!/^path\./.test(callee)) add(node.arguments[0].text, false);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const imports = sources.flatMap(importsOf);
const target = (i: Import) =>
  i.from.startsWith(".")
    ? roomOf(path.resolve(path.dirname(path.join(SRC, i.file)), i.from))
    : i.from.startsWith("intrinsic-params/dist/")
      ? i.from.split("/")[2]
      : undefined;

test("every folder and file of src is a room of the table", () => {
  expect(
    fs
      .readdirSync(SRC)
      .map((name) => name.replace(/\.ts$/, ""))
      .filter((name) => !(name in ROOMS)),
  ).toEqual([]);
});

test("a room imports only the rooms that the table allows it", () => {
  const offences = imports.filter((i) => {
    const room = target(i);
    if (room === undefined || room === i.room || ROOMS[i.room]?.includes(room)) return false;
    return !(i.typeOnly && TYPES_ONLY[i.room]?.includes(room));
  });
  expect(offences).toEqual([]);
});

test("only backend, model and train touch tfjs; only kernel tslab; only chart draws, only dataset reads pictures", () => {
  const offences = imports.filter((i) =>
    Object.entries(WORLDS).some(
      ([world, rooms]) =>
        i.from.startsWith(world) && !rooms.test(i.room) && !(i.typeOnly && i.room === "experiment"),
    ),
  );
  expect(offences).toEqual([]);
});

test("the mathematics knows neither files nor processes: no Node module in exact, relu, target, theorem but the worker", () => {
  const offences = imports.filter(
    (i) => PURE.includes(i.room) && (i.from.startsWith("node:") || !/^(\.|intrinsic-params\/)/.test(i.from)),
  );
  expect(offences.filter((i) => i.from !== "node:worker_threads" && i.from !== "node:module")).toEqual([]);
  expect(new Set(offences.map((i) => i.file)).size).toBeLessThanOrEqual(1);
});

test("no file imports itself through others", () => {
  const graph = new Map<string, string[]>();
  for (const i of imports) {
    if (!i.from.startsWith(".") || i.typeOnly) continue;
    const base = path.resolve(path.dirname(path.join(SRC, i.file)), i.from);
    const file = [base.replace(/\.mjs$/, ".mts"), `${base}.ts`, path.join(base, "index.ts"), base].find(
      (f) => fs.existsSync(f) && fs.statSync(f).isFile(),
    );
    expect(file, `${i.file} imports ${i.from}`).toBeDefined();
    graph.set(i.file, [...(graph.get(i.file) ?? []), path.relative(SRC, file!)]);
  }
  const done = new Set<string>();
  const cycle = (file: string, way: string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const found = cycle(next, [...way, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  expect([...graph.keys()].map((file) => cycle(file, [])).find(Boolean)).toBeUndefined();
});

test("what runs in JupyterLab's page is made of modules that a browser loads as they are", () => {
  const lab = imports.filter((i) => i.room === "lab");
  expect(lab.length).toBeGreaterThan(10);
  expect(lab.filter((i) => !/^\.\/\w+\.mjs$/.test(i.from))).toEqual([]);
  expect(sources.filter((file) => file.startsWith("lab") && !file.endsWith(".mts"))).toEqual([]);
});

test("index exports by name only, and notebooks import nothing but the package", () => {
  expect(fs.readFileSync(path.join(SRC, "index.ts"), "utf8")).not.toMatch(/export \*/);
  for (const name of fs.readdirSync(path.join(ROOT, "notebooks")).filter((n) => n.endsWith(".ipynb"))) {
    const { cells } = JSON.parse(fs.readFileSync(path.join(ROOT, "notebooks", name), "utf8"));
    const code = cells
      .filter((cell: { cell_type: string }) => cell.cell_type === "code")
      .map((cell: { source: string | string[] }) => [cell.source].flat().join(""))
      .join("\n");
    const from = [...code.matchAll(/(?:from\s+|require\(|import\()\s*["']([^"']+)["']/g)].map((m) => m[1]);
    expect(
      from.filter((name) => name !== "intrinsic-params"),
      name,
    ).toEqual([]);
  }
});
