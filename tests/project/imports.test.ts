import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/root";

/** Who may import whom: the table of CONTRIBUTING.md. A room's files may import one another. */
type Room = { readonly name: string; readonly values: readonly string[]; readonly types: readonly string[] };

const SRC = path.join(ROOT, "src");
const list = (text: string) => (text.match(/[\w/.-]+/g) ?? []).filter((name) => name !== "–");
const ROOMS = new Map(
  [
    ...fs
      .readFileSync(path.join(ROOT, "CONTRIBUTING.md"), "utf8")
      .matchAll(/^\| `src\/(\S+?)(?:\.ts)?` \| .* \| (.*?)(?:; types of (.*?))? \|$/gm),
  ].map(([, name, values, types = ""]): [string, Room] => [
    name,
    { name, values: list(values), types: list(types) },
  ]),
);

/** Packages that know a world of their own, and the only rooms that may know it too; others its types at most. */
const WORLDS: Readonly<Record<string, RegExp>> = {
  "@tensorflow/": /^learning\/(tensorflow|model|optimizer|method|passes|batches|train)$/,
  "danfojs-node": /^learning\/tensorflow$/,
  tslab: /^kernel\/(wire|process)$/,
  jsdom: /^show\/still$/,
  "plotly.js-dist": /^show\/(chart|still)$/,
  "@resvg/resvg-js": /^show\/still$/,
  "@napi-rs/canvas": /^(show\/still|learning\/dataset)$/,
};

type Import = { file: string; room: string; from: string; typeOnly: boolean };

const sources = fs
  .readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.(m?ts|cjs)$/.test(file));

/** The folder of a file, or the one above that the table names; index.ts of src is a room of its own. */
function roomOf(file: string): string {
  let folder = path.relative(SRC, file).split(path.sep).join("/");
  if (folder === "index.ts") return "index";
  do folder = path.posix.dirname(folder);
  while (folder !== "." && !ROOMS.has(folder));
  return folder;
}

function importsOf(file: string): Import[] {
  const full = path.join(SRC, file);
  const source = ts.createSourceFile(full, fs.readFileSync(full, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (from: string, typeOnly: boolean) => found.push({ file, room: roomOf(full), from, typeOnly });
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const { importClause: clause } = node;
      const named = clause?.namedBindings;
      const onlyTypes = named && ts.isNamedImports(named) && named.elements.every((one) => one.isTypeOnly);
      const typeOnly = clause?.isTypeOnly || (clause && !clause.name && onlyTypes);
      add((node.moduleSpecifier as ts.StringLiteral).text, Boolean(typeOnly));
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

/** The file of the package that is imported, also where the package imports itself by its name. */
function fileOf({ file, from }: Import): string | undefined {
  const built = /^intrinsic-params\/(?:dist\/(.*)\.js|(.*))$/.exec(from);
  if (built && !built[1]) return path.join(ROOT, built[2]);
  if (!built && !from.startsWith(".")) return undefined;
  const base = built ? path.join(SRC, built[1]) : path.resolve(path.dirname(path.join(SRC, file)), from);
  const found = [base.replace(/\.mjs$/, ".mts"), `${base}.ts`, path.join(base, "index.ts"), base].find(
    (one) => fs.existsSync(one) && fs.statSync(one).isFile(),
  );
  if (!found) throw new Error(`${file} imports ${from}, which is no file`);
  return found;
}

test("every folder of src is a room of the table, and every room of the table is a folder", () => {
  const folders = new Set(sources.map((file) => roomOf(path.join(SRC, file))));
  expect([...folders].sort()).toEqual([...ROOMS.keys()].sort());
});

test("a room imports only the rooms that the table allows it, values and types, also by the package's own name", () => {
  const within = (rooms: readonly string[], room: string) =>
    rooms.some((one) => room === one || room.startsWith(`${one}/`));
  const offences = imports.filter((i) => {
    const file = fileOf(i);
    if (file === undefined || file === path.join(ROOT, "package.json")) return false;
    if (!file.startsWith(SRC)) return true;
    const room = roomOf(file);
    const { values, types } = ROOMS.get(i.room)!;
    return room !== i.room && !within(values, room) && !(i.typeOnly && within(types, room));
  });
  expect(offences).toEqual([]);
});

test("no room imports itself through others, and no file does, types included", () => {
  const graphs = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  for (const i of imports) {
    const file = fileOf(i);
    if (!file?.startsWith(SRC) || !i.from.startsWith(".")) continue;
    const edges = [
      [i.file, path.relative(SRC, file)],
      [i.room, roomOf(file)],
    ];
    for (const [g, [from, to]] of edges.entries()) {
      if (from !== to) graphs[g].set(from, (graphs[g].get(from) ?? new Set()).add(to));
    }
  }
  for (const graph of graphs) {
    const done = new Set<string>();
    const cycle = (one: string, way: string[]): string[] | undefined => {
      if (way.includes(one)) return [...way.slice(way.indexOf(one)), one];
      if (done.has(one)) return undefined;
      for (const next of graph.get(one) ?? []) {
        const found = cycle(next, [...way, one]);
        if (found) return found;
      }
      done.add(one);
      return undefined;
    };
    expect([...graph.keys()].map((one) => cycle(one, [])).find(Boolean)).toBeUndefined();
  }
});

test("a package is known only to the rooms that are about it", () => {
  const offences = imports.filter((i) =>
    Object.entries(WORLDS).some(
      ([world, rooms]) =>
        i.from.startsWith(world) && !rooms.test(i.room) && !(i.typeOnly && i.room.startsWith("learning/")),
    ),
  );
  expect(offences).toEqual([]);
});

test("the mathematics knows no package, neither another nor a module of Node", () => {
  const offences = imports.filter(
    (i) => i.room.startsWith("theory") && !/^(\.|intrinsic-params\/)/.test(i.from),
  );
  expect(offences).toEqual([]);
});

test("through the browser forms that package.json names, the umbrella reaches no module of Node, and TensorFlow.js alone", () => {
  const { browser } = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8"));
  const source = (built: string) => path.join(SRC, built.replace(/^\.\/dist\/(.*)\.js$/, "$1.ts"));
  const forms = new Map(
    Object.entries<string>(browser).map(([node, other]) => [source(node), source(other)]),
  );
  const named = sources.filter((file) => file.endsWith(".browser.ts")).map((file) => path.join(SRC, file));
  expect([...forms.values()].sort()).toEqual(named.sort());
  const reached = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const i of imports.filter((one) => path.join(SRC, one.file) === file && !one.typeOnly)) {
      const next = fileOf(i);
      if (next === undefined) packages.add(i.from);
      else visit(forms.get(next) ?? next);
    }
  };
  visit(path.join(SRC, "index.ts"));
  expect(reached.size).toBeGreaterThan(250);
  expect([...packages]).toEqual(["@tensorflow/tfjs"]);
});

test("the site's rooms import only the rooms that the table allows them, and no circle is among them", () => {
  const site = path.join(ROOT, "site");
  const rows = [
    ...fs
      .readFileSync(path.join(ROOT, "CONTRIBUTING.md"), "utf8")
      .matchAll(/^\| `site\/(\w+)` \| .* \| (.*?)(?:; types of (.*?))? \|$/gm),
  ];
  const rooms = new Map(
    rows.map(([, name, values, types = ""]) => [name, { values: list(values), types: list(types) }]),
  );
  const files = fs
    .readdirSync(site, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.ts$/.test(file));
  expect([...new Set(files.map((file) => file.split(path.sep)[0]))].sort()).toEqual([...rooms.keys()].sort());
  const offences: string[] = [];
  const edges = new Map([...rooms.keys()].map((room) => [room, new Set<string>()]));
  for (const file of files)
    for (const { from, typeOnly } of importsOf(path.relative(SRC, path.join(site, file)))) {
      if (!from.startsWith(".")) continue;
      const target = path.resolve(path.dirname(path.join(site, file)), from);
      const room = file.split(path.sep)[0];
      const inSite = path.relative(site, target).split(path.sep);
      const name =
        inSite[0] === ".."
          ? roomOf(fs.existsSync(target) ? path.join(target, "index.ts") : `${target}.ts`)
          : `site/${inSite[0]}`;
      if (name === `site/${room}`) continue;
      if (inSite[0] !== ".." && !typeOnly) edges.get(room)?.add(inSite[0]);
      const { values, types } = rooms.get(room)!;
      const within = (allowed: readonly string[]) =>
        allowed.some((one) => name === one || name.startsWith(`${one}/`));
      if (!within(values) && !(typeOnly && within(types))) offences.push(`${file}: ${from}`);
    }
  expect(offences).toEqual([]);
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    [...(edges.get(from) ?? [])].some(
      (next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))),
    );
  expect([...edges.keys()].filter((room) => reaches(room, room))).toEqual([]);
});

test("scripts import the common room of src and nothing else that is not built", () => {
  const scripts = fs.readdirSync(path.join(ROOT, "scripts")).filter((name) => name.endsWith(".mjs"));
  const from = scripts.flatMap((name) => [
    ...fs.readFileSync(path.join(ROOT, "scripts", name), "utf8").matchAll(/from "(\.[^"]+)"/g),
  ]);
  expect(from.length).toBeGreaterThan(20);
  expect(
    from
      .map(([, one]) => one)
      .filter((one) => !/^\.\/(native\/)?[\w-]+\.mjs$|^\.\.\/src\/common\/\w+\.cjs$/.test(one)),
  ).toEqual([]);
});

test("what runs in JupyterLab's page is made of modules that a browser loads as they are", () => {
  const lab = imports.filter((i) => i.room === "show/lab");
  expect(lab.length).toBeGreaterThan(10);
  expect(lab.filter((i) => !/^\.\/\w+\.mjs$/.test(i.from))).toEqual([]);
  expect(sources.filter((file) => /^show.lab/.test(file) && !file.endsWith(".mts"))).toEqual([]);
});

test("doors export by name only, a list of methods too, the umbrella all of the doors, and notebooks import nothing but the package", () => {
  for (const door of ["theory", "learning", "show"]) {
    const text = fs.readFileSync(path.join(SRC, door, "index.ts"), "utf8");
    expect(text.replace('export * from "./method/methods";', "")).not.toMatch(/export \*/);
  }
  expect(fs.readFileSync(path.join(SRC, "learning/method/methods.ts"), "utf8")).not.toMatch(/export \*/);
  const umbrella = imports.filter((i) => i.room === "index");
  expect(umbrella.map(({ from }) => from).sort()).toEqual(["./learning", "./show", "./theory"]);
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
