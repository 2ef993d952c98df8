import type { Node } from "./native";

/** How deep a tree is: 1 + 1 + 1 is one deeper than 1 + 1. */
export function treeDepth(root: Node): number {
  // A list, not a recursion: the tree of a sum of ten thousand terms is as deep.
  const pending: [node: Node, depth: number][] = [[root, 0]];
  let deepest = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [node, depth] = next;
    deepest = Math.max(deepest, depth);
    node.forEachChild((child) => void pending.push([child, depth + 1]));
  }
  return deepest;
}
