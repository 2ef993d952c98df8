import type { Node } from "@tslab/typescript-for-tslab";
import { typescript as ts } from "./tslab";

/** How deep the syntax of a cell is nested: 1 + 1 + 1 is one deeper than 1 + 1. Throws the parser's own RangeError. */
export function syntaxDepth(code: string): number {
  const pending: [node: Node, depth: number][] = [
    [ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022), 0],
  ];
  let deepest = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [node, depth] = next;
    deepest = Math.max(deepest, depth);
    ts.forEachChild(node, (child) => void pending.push([child, depth + 1]));
  }
  return deepest;
}
