import type { Node } from "@tslab/typescript-for-tslab";
import { typescript as ts } from "./tslab";

/** Whether a cell awaits something outside its functions, so that it has to run as an asynchronous one. */
export function awaitsAtTop(code: string): boolean {
  // As a module: only there `await` is a word of its own outside functions.
  return awaits(ts.createSourceFile("cell.ts", `export {};\n${code}`, ts.ScriptTarget.ES2022));
}

function awaits(node: Node): boolean {
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
  if (ts.isFunctionLike(node)) return false;
  return ts.forEachChild(node, awaits) ?? false;
}
