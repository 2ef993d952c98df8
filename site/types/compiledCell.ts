import * as ts from "typescript";
import type { Compiled } from "../worker/protocol";

/** What browsers of the last years run. */
const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.Preserve,
  target: ts.ScriptTarget.ES2022,
  verbatimModuleSyntax: true,
  sourceMap: true,
  isolatedModules: true,
  noLib: true,
  noResolve: true,
  types: [],
};

/**
 * A cell as JavaScript by TypeScript itself, if it has what the faster way of the page would leave as it is: namespaces
 * with values, decorators, `using`, accessors.
 */
export function compiledCell(code: string): Compiled | undefined {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ESNext);
  if (!has(file)) return undefined;
  const written = new Map<string, string>();
  const program = ts.createProgram(["cell.ts"], OPTIONS, {
    getSourceFile: (name) => (name === "cell.ts" ? file : undefined),
    writeFile: (name, text) => written.set(name, text),
    fileExists: (name) => name === "cell.ts",
    readFile: () => undefined,
    getCurrentDirectory: () => "",
    getDefaultLibFileName: () => "lib.d.ts",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
  });
  program.emit(file);
  const [js, map] = ["cell.js", "cell.js.map"].map((name) => written.get(name));
  if (js === undefined || map === undefined) throw new Error("TypeScript made no JavaScript of the cell.");
  return { js: js.replace(/^\/\/# sourceMappingURL=.*$/m, ""), map };
}

function has(node: ts.Node): boolean {
  if (ts.isModuleDeclaration(node) || ts.isDecorator(node)) return true;
  if (ts.isVariableDeclarationList(node) && isUsing(node)) return true;
  if (node.kind === ts.SyntaxKind.AccessorKeyword) return true;
  return ts.forEachChild(node, (child) => has(child) || undefined) ?? false;
}

/** `await using` has the flag of `const`, too. */
const isUsing = ({ flags }: ts.VariableDeclarationList) => (flags & ts.NodeFlags.Using) !== 0;
