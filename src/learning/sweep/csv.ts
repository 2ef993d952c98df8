type Row = Readonly<Record<string, unknown>>;

/**
 * Rows as CSV (RFC 4180), line by line: a head of all keys, then one line a row; texts with commas, quotes or line ends are
 * quoted. Where the keys are not given, the rows are gone through twice.
 */
export function* csv(rows: Iterable<Row>, keys: readonly string[] = keysOf(rows)): Generator<string> {
  const line = (values: readonly unknown[]) => `${values.map(field).join(",")}\r\n`;
  yield line(keys);
  for (const row of rows) yield line(keys.map((key) => row[key]));
}

function keysOf(rows: Iterable<Row>): readonly string[] {
  const keys = new Set<string>();
  for (const row of rows) for (const key of Object.keys(row)) keys.add(key);
  return [...keys];
}

function field(value: unknown): string {
  const text = value === undefined || value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
