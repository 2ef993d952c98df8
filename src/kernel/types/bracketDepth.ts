/** How deep the brackets of a code are nested at most; those in comments and strings do not count. */
export function bracketDepth(code: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < code.length; at++) {
    const char = code[at];
    if ("([{".includes(char)) deepest = Math.max(deepest, ++depth);
    else if (")]}".includes(char)) depth = Math.max(0, depth - 1);
    else if (char === '"' || char === "'") at = endOfString(code, at);
    else if (code.startsWith("//", at)) at = endAt(code, "\n", at);
    else if (code.startsWith("/*", at)) at = endAt(code, "*/", at + 2) + 1;
  }
  return deepest;
}

function endAt(code: string, end: string, from: number): number {
  const at = code.indexOf(end, from);
  return at < 0 ? code.length : at;
}

/** Where a string ends, or the line, which ends one that is not closed. */
function endOfString(code: string, from: number): number {
  for (let at = from + 1; at < code.length; at++) {
    if (code[at] === "\\") at++;
    else if (code[at] === code[from] || code[at] === "\n") return at;
  }
  return code.length;
}
