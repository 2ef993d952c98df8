import type { AnyNode } from "acorn";

/** A node on the way in or out. */
export type WalkStep = { node: AnyNode; parent: AnyNode | undefined; entering: boolean };

/** The way through a syntax tree in the order of the text: into each node, through its children, and out of it. */
export function walk(root: AnyNode): WalkStep[] {
  const steps: WalkStep[] = [];
  // A list, not a recursion: the tree of a sum of ten thousand terms is as deep.
  const pending: WalkStep[] = [{ node: root, parent: undefined, entering: true }];
  for (let step = pending.pop(); step; step = pending.pop()) {
    steps.push(step);
    const { node } = step;
    if (!step.entering) continue;
    pending.push({ ...step, entering: false });
    const children = Object.values(node).flat().filter(isNode);
    children.sort((a, b) => b.start - a.start);
    for (const child of children) pending.push({ node: child, parent: node, entering: true });
  }
  return steps;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && typeof (value as AnyNode).type === "string";
}
