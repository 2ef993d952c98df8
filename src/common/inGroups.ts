/** Lists with at most so many entries are not grouped. */
const FEW = 6;
/** A letter is so many times higher than wide: groups are about as wide as high. */
const HEIGHT = 2.5;
const MOST_COLUMNS = 12;

/**
 * The entries of a list in lines of several, one below the other, as Node's `inspect` groups lists of more than six; as
 * they are if they are too long for that. `width` is that of a line; numbers stand at the right, `textual` entries left.
 */
export function inGroups(
  entries: readonly string[],
  { width, textual }: { width: number; textual: boolean },
): readonly string[] {
  if (entries.length <= FEW) return entries;
  const longest = Math.max(...entries.map((entry) => entry.length));
  const total = entries.reduce((sum, entry) => sum + entry.length + 2, 0);
  const column = longest + 2;
  if (column * 3 >= width || (total / column <= 5 && longest > FEW)) return entries;
  const biased = Math.max(column - 3 - Math.sqrt(column - total / entries.length), 1);
  const columns = Math.min(
    Math.round(Math.sqrt(HEIGHT * biased * entries.length) / biased),
    Math.floor(width / column),
    MOST_COLUMNS,
  );
  if (columns <= 1) return entries;
  const widths = Array.from(
    { length: columns },
    (_, i) => 2 + Math.max(...entries.filter((_, j) => j % columns === i).map((entry) => entry.length)),
  );
  const lines: string[] = [];
  for (let from = 0; from < entries.length; from += columns) {
    const line = entries.slice(from, from + columns);
    const cells = line.map((entry, i) => {
      const isLast = i === line.length - 1;
      if (textual) return isLast ? entry : `${entry}, `.padEnd(widths[i]);
      return isLast ? entry.padStart(widths[i] - 2) : `${entry}, `.padStart(widths[i]);
    });
    lines.push(cells.join(""));
  }
  return lines;
}
