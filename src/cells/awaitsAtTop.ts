import type { Node } from "@tslab/typescript-for-tslab";
import { typescript as ts } from "./tslab";

/** Whether a cell awaits something outside its functions, so that it has to run as an asynchronous one. */
export function awaitsAtTop(code: string): boolean {
  // Parsed as a module: only there is `await` a keyword outside functions.
  const pending: Node[] = [ts.createSourceFile("cell.ts", `export {};\n${code}`, ts.ScriptTarget.ES2022)];
  // A list, not a recursion: the tree of a sum of ten thousand terms is as deep.
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
    ts.forEachChild(node, (child) => {
      if (!ts.isFunctionLike(child)) pending.push(child);
    });
  }
  return false;
}
