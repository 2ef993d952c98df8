/**
 * Whether a pattern with * and ?, as shells know them, fits a whole text. Its time grows with the product of both lengths
 * at most, whatever the pattern; a regular expression's would not.
 */
export function matchesGlob(text: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  /** The last * so far, and where the rest of the text begins that it leaves to the rest of the pattern. */
  let star = -1;
  let rest = 0;
  while (at < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === "*") {
      star = inPattern++;
      rest = at;
    } else if (wanted === "?" || wanted === text[at]) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++rest;
    } else return false;
  }
  while (pattern[inPattern] === "*") inPattern++;
  return inPattern === pattern.length;
}
