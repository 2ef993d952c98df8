const token =
  /\/\/.*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?|[([{]|[)\]}]/g;

/** How deep the brackets of a code are nested at most; those in comments and strings do not count. */
export function bracketDepth(code: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [found] of code.matchAll(token)) {
    if ("([{".includes(found)) deepest = Math.max(deepest, ++depth);
    else if (")]}".includes(found)) depth = Math.max(0, depth - 1);
  }
  return deepest;
}
