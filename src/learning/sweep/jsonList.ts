/** Values as a JSON list, piece by piece: what `JSON.stringify(values, null, 1)` writes, and a line end. */
export function* jsonList(values: Iterable<unknown>): Generator<string> {
  let before = "[";
  for (const value of values) {
    yield `${before}\n ${JSON.stringify(value, null, 1).replaceAll("\n", "\n ")}`;
    before = ",";
  }
  yield before === "[" ? "[]\n" : "\n]\n";
}
