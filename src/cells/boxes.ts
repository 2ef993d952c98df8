/**
 * What stands after a name in a rewritten cell: `x` is the property `v` of its box `x·`. The middle dot is allowed in
 * identifiers and hardly ever used, so that V8's messages can be turned back into the reader's words.
 */
const mark = "·";

/** The mark for a cell: longer than any run of dots in it, so that no name of a box is a name of the reader's. */
export function markFor(js: string): string {
  const runs = js.match(/·+/g) ?? [];
  return mark.repeat(1 + Math.max(0, ...runs.map(({ length }) => length)));
}

/** A text of V8, such as "(0 , x·.v) is not a function", with the reader's names in place of the boxes. */
export function withoutBoxes(text: string): string {
  if (!text.includes(mark)) return text;
  return text
    .replace(/\(0 ?, ([^\s()·]+)·+\.v\)/gu, "$1")
    .replace(/([^\s()·.]+)·+\.(?:v|init|const)\b/gu, "$1");
}
