import type { AnyNode } from "acorn";
import MagicString from "magic-string";
import { markFor } from "./boxes";
import { cellSyntax } from "./cellSyntax";
import { compilerError } from "./compilerError";
import type { NameKind } from "./notebookScope";
import { type WalkStep, walk } from "./walk";

/** An import of a cell, which is done before its script runs. */
export type CellImport = {
  specifier: string;
  attributes?: Record<string, string>;
  bindings: CellBinding[];
};

/** A name that an import gives to the cell. */
export type CellBinding = {
  /** The name in the module, "default", or "*" for the whole module. */
  imported: string;
  local: string;
  /** Whether the cell reads it as a value; otherwise it may be a type. */
  used: boolean;
  /** Where its name stands in the cell's JavaScript. */
  at: { start: number; end: number };
};

/** A cell as a function of the notebook's scope. */
export type RewrittenCell = {
  /** An expression: a function of `CellFunction`'s parameters. */
  script: string;
  /** The source map from `script` to the cell's JavaScript. */
  map: string;
  imports: CellImport[];
  /** The names that the cell shares with later ones. */
  declares: Map<string, NameKind>;
  /** Whether the function is asynchronous. */
  async: boolean;
};

/**
 * Rewrites a cell's JavaScript, an ES module, so that its top-level names live in boxes: `x` becomes `x·.v`, and its
 * declaration `x·.init = …`. Only names among `words`, the reader's own, are shared; the rest, which the compiler has
 * added, stays local. Names that the cell does not declare are boxes if they are `known`, and globals otherwise. Throws
 * a `CompilerError` for code that is no module, or is nested too deeply.
 */
export function rewriteCell(
  js: string,
  { words, known }: { words: ReadonlySet<string>; known: ReadonlyMap<string, NameKind> },
): RewrittenCell {
  try {
    return new CellRewriter(js, words, known).rewrite();
  } catch (error) {
    throw compilerError(error);
  }
}

/** A function that throws an error as if it came from where a cell imports a name, and its source map to the cell's JavaScript. */
export function failingImport(
  js: string,
  { at: { start, end } }: CellBinding,
  message: string,
): { script: string; map: string } {
  const text = new MagicString(js);
  text.remove(0, start).remove(end, js.length);
  text.overwrite(start, end, `(function () { throw new SyntaxError(${JSON.stringify(message)}); })`);
  return { script: text.toString(), map: text.generateMap({ hires: "boundary" }).toString() };
}

const functions = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

class CellRewriter {
  readonly #js: string;
  readonly #words: ReadonlySet<string>;
  readonly #mark: string;
  /** What stands after the names of the runner\'s own parameters, so that they are no boxes either. */
  readonly #own: string;
  readonly #text: MagicString;
  /** The box of an identifier, with the property that it stands for. */
  readonly #places = new Map<AnyNode, { name: string; property: string }>();
  readonly #boxes = new Set<string>();
  readonly #declares = new Map<string, NameKind>();
  /** Classes and lists of variables that declare shared names. */
  readonly #declarations = new Set<AnyNode>();
  /** Names of the compiler's that stand in one list with the reader's. */
  readonly #locals: string[] = [];
  readonly #used = new Set<string>();
  readonly #imports: CellImport[] = [];
  /** Enums and namespaces that this cell has begun. */
  readonly #begun = new Set<string>();
  /** Declarators that a loop gives their values. */
  readonly #heads = new Set<AnyNode>();
  readonly #steps: WalkStep[];
  /** Names in lists of exports, which are dropped: they may be types. */
  readonly #exported: ReadonlySet<AnyNode>;
  readonly #result: AnyNode | undefined;
  #depth = 0;
  #async = false;

  constructor(js: string, words: ReadonlySet<string>, known: ReadonlyMap<string, NameKind>) {
    this.#js = js;
    this.#words = words;
    this.#mark = markFor(js);
    this.#own = this.#mark + this.#mark;
    this.#text = new MagicString(js);
    const { program, declares, free } = cellSyntax(js);
    this.#steps = walk(program);
    const exported = this.#steps.filter(({ parent }) => parent?.type === "ExportSpecifier");
    this.#exported = new Set(exported.map(({ node }) => node));
    for (const { name, kind, declared, declarations, references } of declares) {
      if (!words.has(name)) continue;
      this.#declares.set(name, kind);
      for (const node of declarations) this.#declarations.add(node);
      if (kind === "const" || kind === "let" || kind === "var")
        for (const identifier of declared) this.#places.set(identifier, { name, property: "init" });
      for (const { identifier, writes } of references) this.#refer(identifier, name, kind, writes);
    }
    for (const { name, declarations } of declares)
      if (!words.has(name) && declarations.some((node) => this.#declarations.has(node)))
        this.#locals.push(name);
    for (const { identifier, writes } of free) {
      const kind = known.get(identifier.name);
      if (kind !== undefined) this.#refer(identifier, identifier.name, kind, writes);
    }
    this.#result = this.#lastExpression(program.body);
  }

  #refer(identifier: AnyNode, name: string, kind: NameKind, writes: boolean): void {
    if (this.#exported.has(identifier)) return;
    this.#boxes.add(name);
    this.#used.add(name);
    const fixed = writes && (kind === "const" || kind === "import");
    this.#places.set(identifier, { name, property: fixed ? "const" : "v" });
  }

  rewrite(): RewrittenCell {
    let skipped: AnyNode | undefined;
    for (const { node, parent, entering } of this.#steps) {
      if (skipped) {
        if (node === skipped) skipped = undefined;
      } else if (!entering) this.#leave(node, parent);
      else if (this.#takeImport(node)) skipped = node;
      else this.#enter(node, parent);
    }
    const own = this.#own;
    this.#text.prepend(
      `(${this.#async ? "async " : ""}function (cell${own}, import${own}, meta${own}, require, module, exports, ` +
        `__filename, __dirname) { "use strict"; ${this.#head()}`,
    );
    this.#text.append("\n})");
    for (const { bindings } of this.#imports)
      for (const binding of bindings) binding.used = this.#used.has(binding.local);
    return {
      script: this.#text.toString(),
      map: this.#text.generateMap({ hires: "boundary" }).toString(),
      imports: this.#imports,
      declares: this.#declares,
      async: this.#async,
    };
  }

  /** What comes first: the boxes, and what JavaScript hoists. */
  #head(): string {
    const box = (name: string) => name + this.#mark;
    const declared = [...this.#declares].filter(([, kind]) => kind !== "import");
    const boxes = new Set([...this.#boxes, ...declared.map(([name]) => name)]);
    const all = [...boxes].map((name) => `${box(name)} = cell${this.#own}.box(${JSON.stringify(name)})`);
    const hoisted = declared.map(([name, kind]) => {
      if (kind === "function") return `${box(name)}.init = ${name}; `;
      return kind === "var" ? `${box(name)}.hoist(); ` : "";
    });
    return [
      all.length > 0 ? `const ${all.join(", ")}; ` : "",
      this.#locals.length > 0 ? `let ${this.#locals.join(", ")}; ` : "",
      ...hoisted,
    ].join("");
  }

  /** Takes a node out that only imports or lists exports. */
  #takeImport(node: AnyNode): boolean {
    if (node.type === "ImportDeclaration") {
      this.#import(
        node,
        node.specifiers.map((one) => ({
          imported:
            one.type === "ImportDefaultSpecifier"
              ? "default"
              : one.type === "ImportNamespaceSpecifier"
                ? "*"
                : nameOf(one.imported),
          local: one.local.name,
          used: false,
          at: { start: one.start, end: one.end },
        })),
      );
    } else if (node.type === "ExportAllDeclaration") this.#import(node, []);
    else if (node.type === "ExportNamedDeclaration" && !node.declaration) {
      if (node.source) this.#import({ ...node, source: node.source }, []);
    } else return false;
    this.#text.remove(node.start, node.end);
    return true;
  }

  #import(
    { source, attributes }: Pick<Extract<AnyNode, { type: "ImportDeclaration" }>, "source" | "attributes">,
    bindings: CellBinding[],
  ): void {
    const given = (attributes ?? []).map(({ key, value }) => [nameOf(key), String(value.value)]);
    this.#imports.push({
      specifier: String(source.value),
      ...(given.length > 0 ? { attributes: Object.fromEntries(given) } : {}),
      bindings,
    });
  }

  #enter(node: AnyNode, parent: AnyNode | undefined): void {
    if (functions.has(node.type)) this.#depth++;
    if (this.#depth === 0)
      this.#async ||= node.type === "AwaitExpression" || (node.type === "ForOfStatement" && node.await);
    if (node === this.#result) this.#before(node, `cell${this.#own}.value = (`);
    switch (node.type) {
      case "ExportNamedDeclaration":
      case "ExportDefaultDeclaration":
        if (node.declaration) this.#text.remove(node.start, node.declaration.start);
        if (isExpression(node.declaration)) this.#before(node.declaration, "(");
        break;
      case "VariableDeclaration":
        if (!this.#declarations.has(node)) break;
        this.#text.remove(node.start, node.declarations[0].start);
        if ((parent?.type === "ForInStatement" || parent?.type === "ForOfStatement") && parent.left === node)
          this.#heads.add(node.declarations[0]);
        break;
      case "VariableDeclarator":
        if (this.#isPattern(node, parent)) this.#before(node, "(");
        break;
      case "ClassDeclaration":
        if (this.#declarations.has(node) && node.id)
          this.#before(node, `${node.id.name}${this.#mark}.init = `);
        break;
      case "CallExpression":
        this.#beginAfresh(node);
        if (this.#places.has(node.callee)) this.#before(node.callee, "(0, ");
        break;
      case "TaggedTemplateExpression":
        if (this.#places.has(node.tag)) this.#before(node.tag, "(0, ");
        break;
      case "ImportExpression":
        this.#text.overwrite(node.start, node.start + "import".length, `import${this.#own}`);
        break;
      case "MetaProperty":
        if (node.meta.name === "import") this.#text.overwrite(node.start, node.end, `meta${this.#own}`);
        break;
      case "Property":
        if (node.shorthand && this.#places.has(targetOf(node.value)))
          this.#before(node, `${this.#js.slice(node.key.start, node.key.end)}: `);
        break;
    }
    const name = this.#nameGiven(node, parent);
    if (name !== undefined) this.#before(node, `{ ${propertyKey(name)}: `);
  }

  #leave(node: AnyNode, parent: AnyNode | undefined): void {
    if (functions.has(node.type)) this.#depth--;
    const name = this.#nameGiven(node, parent);
    if (name !== undefined) this.#after(node, ` }.${name}`);
    switch (node.type) {
      case "Identifier":
        this.#leaveName(node, parent);
        break;
      case "ClassDeclaration":
        if (this.#declarations.has(node) && node.id) this.#after(node, ";");
        break;
      case "VariableDeclarator":
        if (this.#isPattern(node, parent)) this.#after(node, ")");
        break;
      case "ExportDefaultDeclaration":
        if (isExpression(node.declaration)) this.#after(node.declaration, ")");
        break;
    }
    if (node === this.#result) this.#endResult(node);
    // Rewritten statements may begin with a parenthesis, which must not continue the one before.
    if (parent && isStatementOf(parent, node) && this.#js[node.end - 1] !== ";") this.#after(node, ";");
  }

  #leaveName(node: AnyNode, parent: AnyNode | undefined): void {
    const place = this.#places.get(node);
    if (!place) return;
    if (
      parent?.type === "VariableDeclarator" &&
      parent.id === node &&
      !parent.init &&
      !this.#heads.has(parent)
    ) {
      const variable = this.#declares.get(place.name) === "var";
      this.#after(node, `${this.#mark}.${variable ? "reach()" : "init = void 0"}`);
      return;
    }
    const called =
      (parent?.type === "CallExpression" && parent.callee === node) ||
      (parent?.type === "TaggedTemplateExpression" && parent.tag === node);
    this.#after(node, `${this.#mark}.${place.property}${called ? ")" : ""}`);
  }

  #isPattern(declarator: AnyNode, declaration: AnyNode | undefined): boolean {
    return (
      declarator.type === "VariableDeclarator" &&
      declarator.id.type !== "Identifier" &&
      declaration !== undefined &&
      this.#declarations.has(declaration) &&
      !this.#heads.has(declarator)
    );
  }

  /** The name that JavaScript would give to an anonymous function or class if it were assigned to a plain variable. */
  #nameGiven(node: AnyNode, parent: AnyNode | undefined): string | undefined {
    const anonymous =
      node.type === "ArrowFunctionExpression" ||
      ((node.type === "FunctionExpression" || node.type === "ClassExpression") && !node.id);
    if (!anonymous || !parent) return undefined;
    if (parent.type === "VariableDeclarator") return this.#places.get(parent.id)?.name;
    if (parent.type === "AssignmentPattern" && parent.right === node)
      return this.#places.get(parent.left)?.name;
    if (parent.type !== "AssignmentExpression" || parent.right !== node) return undefined;
    return ["=", "||=", "&&=", "??="].includes(parent.operator)
      ? this.#places.get(parent.left)?.name
      : undefined;
  }

  /**
   * An enum or namespace, as the compiler writes it: `((N2) => …)(N || (N = {}))`. The first of a cell begins a new
   * object, also if an earlier run has left one.
   */
  #beginAfresh({ callee, arguments: [argument] }: Extract<AnyNode, { type: "CallExpression" }>): void {
    if (!functions.has(callee.type) || argument?.type !== "LogicalExpression") return;
    const { operator, left, right } = argument;
    const place = this.#places.get(left);
    if (operator !== "||" || !place || this.#declares.get(place.name) !== "var") return;
    const empty = right.type === "AssignmentExpression" ? right.right : right;
    if (empty.type !== "ObjectExpression" || empty.properties.length > 0) return;
    if (this.#begun.has(place.name)) return;
    this.#begun.add(place.name);
    this.#places.delete(left);
    this.#text.overwrite(left.start, left.end, "void 0");
  }

  /** The cell's last statement if its value is the cell's; with `using`, the compiler puts the whole cell in a `try`. */
  #lastExpression(statements: readonly AnyNode[]): AnyNode | undefined {
    const last = statements
      .filter((one) => one.type !== "EmptyStatement")
      .filter((one) => one.type !== "ExportNamedDeclaration" || one.declaration)
      .at(-1);
    if (last?.type === "ExpressionStatement") return last;
    if (last?.type === "ExportDefaultDeclaration" && isExpression(last.declaration)) return last;
    if (last?.type !== "TryStatement" || !last.finalizer || this.#words.has("__callDispose"))
      return undefined;
    const disposes = this.#js.slice(last.finalizer.start, last.finalizer.end).includes("__callDispose(");
    return disposes ? this.#lastExpression(last.block.body) : undefined;
  }

  #endResult(node: AnyNode): void {
    const end = this.#js[node.end - 1] === ";" ? node.end - 1 : node.end;
    this.#text.appendLeft(end, ")");
  }

  #before(node: AnyNode, text: string): void {
    this.#text.appendLeft(node.start, text);
  }

  #after(node: AnyNode, text: string): void {
    this.#text.appendLeft(node.end, text);
  }
}

/** The identifier of `{ x }` and `{ x = 1 }`. */
function targetOf(value: AnyNode): AnyNode {
  return value.type === "AssignmentPattern" ? value.left : value;
}

/** A computed key makes `__proto__` a property like any other. */
function propertyKey(name: string): string {
  return name === "__proto__" ? `["${name}"]` : name;
}

function nameOf(node: AnyNode): string {
  return node.type === "Identifier" ? node.name : String((node as { value?: unknown }).value);
}

/** Whether what follows `export` or `export default` is a value without a name. */
function isExpression(node: AnyNode | null | undefined): node is AnyNode {
  if (!node || node.type === "VariableDeclaration") return false;
  return (node.type !== "FunctionDeclaration" && node.type !== "ClassDeclaration") || !node.id;
}

function isStatementOf(parent: AnyNode, node: AnyNode): boolean {
  if (parent.type === "SwitchCase") return node !== parent.test;
  return parent.type === "Program" || parent.type === "BlockStatement";
}
