// After `tsc`: makes one file of each set of declarations that cells need, so that TypeScript's native compiler need not look
// through a thousand files at every cell.
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const load = createRequire(import.meta.url);

/** The library of JavaScript that cells know, as `compilerOptions.lib` names it. */
const LIBRARY = "esnext";
/** What cells import besides the library, or find in its types. */
const PACKAGES = ["@tensorflow/tfjs", "@tensorflow/tfjs-node", "danfojs-node"];
const OWN = "intrinsic-params";
/** Modules in a bundle begin with it: a name with a colon is looked for in no folder. */
const PREFIX = "types:";
/** So many characters are enough for a part of a bundle. */
const PART = 400_000;

/**
 * Writes `folder`, kernel/types/declarations in dist, from the declarations in dist: `node_modules` for JavaScript's and
 * Node's, `packages.d.ts`, `library.d.ts`, and `index.json`, which src/kernel/types/bundledDeclarations.ts reads.
 */
export function bundleDeclarations(folder) {
  const write = (name, text) => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  };
  const library = libraryFiles();
  for (const [name, text] of library) write(packageFile(name), text);
  const node = programOf("", ["node"]);
  const nodeFiles = node.getSourceFiles().filter(({ fileName }) => fileName !== CELL);
  writeBundle(write, packageFile("@types/node"), node, nodeFiles);
  const specifiers = [...PACKAGES, OWN];
  const all = programOf(specifiers.map((one) => `import "${one}";`).join("\n"), ["node"]);
  const done = new Set([CELL, ...nodeFiles.map(({ fileName }) => fileName)]);
  const rest = all.getSourceFiles().filter(({ fileName }) => !done.has(fileName));
  const isOwn = ({ fileName }) => packageOf(fileName) === undefined;
  const entries = entriesOf(all, rest);
  const written = (name, files, head) => {
    const names = [...entries].filter(([, file]) => files.some(({ fileName }) => fileName === file));
    const modules = names.map(([entry, file]) =>
      entry === OWN ? door(all, entry, file) : alias(entry, moduleName(file)),
    );
    writeBundle(write, name, all, files, { head, more: modules });
    return names.map(([entry]) => entry);
  };
  const foreign = rest.filter((file) => !isOwn(file));
  const installed = fs.readFileSync(path.join(ROOT, "node_modules", ".package-lock.json"));
  const index = {
    installed: createHash("sha256").update(installed).digest("hex"),
    packages: written("packages.d.ts", foreign, ""),
    library: written("library.d.ts", rest.filter(isOwn), '/// <reference path="packages.d.ts" />'),
    folders: [
      ...new Set([...nodeFiles, ...foreign].map(({ fileName }) => packageFolder(fileName))),
      "dist",
    ].sort(),
  };
  index.names = namesOf(all, entries.get(OWN));
  write("index.json", `${JSON.stringify(index, null, 2)}\n`);
}

/** TypeScript looks for its library's files in packages of these names first; all but one are empty. */
function libraryFiles() {
  const native = load.resolve("typescript-native/package.json");
  const platform = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
  const folder = path.join(path.dirname(createRequire(native).resolve(platform)), "lib");
  const found = new Map();
  const visit = (name) => {
    if (found.has(name)) return;
    found.set(name, "");
    const file = path.join(folder, `lib.${name}.d.ts`);
    const source = sourceFile(file, fs.readFileSync(file, "utf8"));
    for (const { fileName } of source.libReferenceDirectives) visit(fileName);
    // What a file refers to comes before it.
    found.delete(name);
    found.set(
      name,
      ts.isExternalModule(source) ? wrapped(`${PREFIX}lib.${name}`, plain(source)) : plain(source),
    );
  };
  visit(LIBRARY);
  const packageName = (name) => {
    const [first, ...others] = name.split(".");
    return [`@typescript/lib-${first}`, others.join("-")].filter(Boolean).join("/");
  };
  const whole = [...found.values()].join("\n");
  return [...found.keys()].map((name) => [packageName(name), name === LIBRARY ? whole : ""]);
}

const CELL = path.join(ROOT, "notebooks", "declarations-of-cells.ts").split(path.sep).join("/");
const options = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ESNext,
  noLib: true,
  skipLibCheck: true,
  noEmit: true,
  typeRoots: [path.join(ROOT, "node_modules", "@types")],
};

/** The program of a file with this text in the notebooks' folder. */
function programOf(text, types) {
  const all = { ...options, types };
  const host = ts.createCompilerHost(all, true);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) => (file === CELL ? sourceFile(file, text) : read(file, ...rest));
  return ts.createProgram([CELL], all, host);
}

function sourceFile(file, text) {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
}

/** What a module exports: each name with what it is, as completions say it. */
function namesOf(program, file) {
  const checker = program.getTypeChecker();
  const kinds = [
    [ts.SymbolFlags.Class, "class"],
    [ts.SymbolFlags.Function, "function"],
    [ts.SymbolFlags.Enum, "enum"],
    [ts.SymbolFlags.Interface, "interface"],
    [ts.SymbolFlags.TypeAlias, "class"],
    [ts.SymbolFlags.Value, "variable"],
  ];
  return exportsOf(checker, program.getSourceFile(file))
    .map(({ symbol, declared: { flags } }) => {
      const [, type] = kinds.find(([kind]) => flags & kind);
      return {
        ...{ name: symbol.name, type },
        ...{ isValue: (flags & ts.SymbolFlags.Value) !== 0, isType: (flags & ts.SymbolFlags.Type) !== 0 },
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The names by which packages are imported, and the files that they stand for. */
function entriesOf(program, files) {
  const known = new Set(files.map(({ fileName }) => fileName));
  const entries = new Map();
  for (const file of [program.getSourceFile(CELL), ...files])
    for (const specifier of file.imports) {
      const target = targetOf(program, file, specifier);
      if (target && known.has(target.fileName))
        if (isIn(specifier.text, packageOf(target.fileName) ?? OWN))
          entries.set(specifier.text, target.fileName);
    }
  return entries;
}

/** Whether a specifier names a package, or a module in it. */
function isIn(specifier, name) {
  return specifier === name || specifier.startsWith(`${name}/`);
}

/** The module that a specifier means, if its declarations are in the program. */
function targetOf(program, file, specifier) {
  const resolved = program.getResolvedModuleFromModuleSpecifier(specifier, file)?.resolvedModule;
  const target = resolved && program.getSourceFile(resolved.resolvedFileName);
  return target && ts.isExternalModule(target) ? target : undefined;
}

/**
 * Writes one text for many files, in a few parts, which the compiler reads side by side: each module becomes an ambient one, and
 * they import each other by their new names.
 */
function writeBundle(write, name, program, files, { head = "", more = [] } = {}) {
  const libraries = new Set(
    files.flatMap((file) => file.libReferenceDirectives.map(({ fileName }) => fileName)),
  );
  const parts = [[]];
  let length = 0;
  for (const text of [...files.map((file) => bundled(program, file)), ...more]) {
    if (length > PART) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1).push(text);
    length += text.length;
  }
  const names = parts.map((_, i) => name.replace(/\.d\.ts$/, `-${i + 1}.d.ts`));
  parts.forEach((texts, i) => void write(names[i], texts.join("\n")));
  const references = [
    ...[...libraries].map((library) => `/// <reference lib="${library}" />`),
    head,
    ...names.map((part) => `/// <reference path="${path.basename(part)}" />`),
  ];
  write(name, `${references.filter(Boolean).join("\n")}\n`);
}

function bundled(program, file) {
  const nameOf = (specifier) => {
    const target = targetOf(program, file, specifier);
    return target && moduleName(target.fileName);
  };
  const edits = file.imports.flatMap((specifier) => {
    const name = nameOf(specifier);
    return name === undefined ? [] : [{ node: specifier, text: JSON.stringify(name) }];
  });
  if (!ts.isExternalModule(file)) return plain(file, edits);
  const added = file.statements.filter((one) => ts.isModuleDeclaration(one) && ts.isStringLiteral(one.name));
  const left = file.statements.filter((one) => added.includes(one) || ts.isNamespaceExportDeclaration(one));
  const defaults = file.statements.filter(
    (one) => one.name && one.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword),
  );
  const text = plain(file, [
    ...defaults.flatMap((one) => withoutDefault(one)),
    ...edits.filter(({ node }) => !left.some((one) => within(node, one))),
    ...left.map((node) => ({ node, text: "" })),
  ]);
  return [
    wrapped(
      moduleName(file.fileName),
      [text, ...defaults.map(({ name }) => `export { ${name.text} as default };`)].join("\n"),
    ),
    ...added.map((one) => augmentation(file, one, nameOf)),
  ].join("\n");
}

/**
 * Of a default export, the word that makes it one: in an ambient module it would have no other name than "default". It is
 * exported under its own name instead, since types are not written by the name "default" of something else.
 */
function withoutDefault({ modifiers }) {
  return modifiers
    .filter(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
    .map((node) => ({ node, text: "" }));
}

/** What a module adds to another one, as a part of that: with the imports that its types need. */
function augmentation(file, { name, body }, nameOf) {
  const module = nameOf(name) ?? name.text;
  const own = new Set(body.statements.map((one) => one.name?.text));
  const imports = file.statements
    .filter(ts.isImportDeclaration)
    .flatMap(({ importClause, moduleSpecifier }) => {
      const bindings = importClause?.namedBindings;
      if (!bindings || !ts.isNamedImports(bindings)) return [];
      const names = bindings.elements
        .filter((one) => !own.has(one.name.text))
        .map((one) => one.getText(file));
      const from = nameOf(moduleSpecifier) ?? moduleSpecifier.text;
      return names.length > 0 ? [`import { ${names.join(", ")} } from ${JSON.stringify(from)};`] : [];
    });
  return wrapped(module, [...imports, file.text.slice(body.statements.pos, body.statements.end)].join("\n"));
}

function within(node, { pos, end }) {
  return node.pos >= pos && node.end <= end;
}

/** A file's text with some of its nodes replaced, and without references to other files. */
function plain(file, edits = []) {
  let { text } = file;
  for (const { node, text: replacement } of edits.sort((a, b) => b.node.pos - a.node.pos))
    text = text.slice(0, node.getStart(file)) + replacement + text.slice(node.end);
  return text
    .replace(/^\uFEFF/, "")
    .replace(/^\/\/\/\s*<(?:reference|amd-module)\b.*$/gm, "")
    .replace(/^\/\/# sourceMappingURL=.*$/gm, "");
}

function wrapped(name, text) {
  return `declare module ${JSON.stringify(name)} {\n${text}\n}\n`;
}

/** A module that is another one under a second name. */
function alias(name, module) {
  return wrapped(name, `import module = require(${JSON.stringify(module)});\nexport = module;`);
}

/** A module with the exports of another one, each from where it is declared: no list of names need be put together for a cell. */
function door(program, name, file) {
  const checker = program.getTypeChecker();
  const exports = exportsOf(checker, program.getSourceFile(file)).map(({ symbol, declared }) => {
    const [{ fileName }] = declared.declarations.map((one) => one.getSourceFile());
    const names = declared.name === symbol.name ? symbol.name : `${declared.name} as ${symbol.name}`;
    return `export { ${names} } from ${JSON.stringify(moduleName(fileName))};`;
  });
  return wrapped(name, exports.join("\n"));
}

/** What a module exports: each symbol, and the one that it stands for. */
function exportsOf(checker, source) {
  return checker.getExportsOfModule(checker.getSymbolAtLocation(source)).map((symbol) => ({
    symbol,
    declared: symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
  }));
}

/** The name of a file's module in a bundle: without the prefix, a name by which it could be imported. */
function moduleName(file) {
  const within =
    packageOf(file) === undefined
      ? path.posix.join(OWN, path.relative(ROOT, file).split(path.sep).join("/"))
      : file.split("/node_modules/").at(-1);
  return PREFIX + within.replace(/\.d\.[cm]?ts$/, "");
}

/** The package that a file belongs to; undefined for the library's own. */
function packageOf(file) {
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}

/** The folder of a file's package in this project. */
function packageFolder(file) {
  const [folder] = /.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file);
  return path.relative(ROOT, folder).split(path.sep).join("/");
}

function packageFile(name) {
  return path.join("node_modules", ...name.split("/"), "index.d.ts");
}
