/**
 * Rows as CSV (RFC 4180), line by line: a head of all keys, then one line a row; texts with commas, quotes or line ends are
 * quoted. The rows are gone through twice.
 */
export function* csv(rows: Iterable<Readonly<Record<string, unknown>>>): Generator<string> {
  const keys = new Set<string>();
  for (const row of rows) for (const key of Object.keys(row)) keys.add(key);
  const line = (values: readonly unknown[]) => `${values.map(field).join(",")}\r\n`;
  const head = [...keys];
  yield line(head);
  for (const row of rows) yield line(head.map((key) => row[key]));
}

function field(value: unknown): string {
  const text = value === undefined || value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
