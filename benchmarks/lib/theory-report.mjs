import { digits, table, times } from "./table.mjs";

const goal = (ratio, least) => `≥ ${least} ×: ${ratio.median >= least ? "met" : "missed"}`;
const whole = (x) => x.toLocaleString("en-US");

const DISAGREES = "values DIFFER";
const nanoseconds = (row, side) => digits(row.seconds[side].median * 1e9);
/** The cells of a row, or that its values differ. */
const cells = (row, count, of) => (row.agree ? of() : [DISAGREES, ...Array(count - 1).fill("")]);
const LOOKUP = ["ours ns", "NumPy ns", "NumPy / ours", "into ns", "tuned ns", "tuned / into"];
const lookupCells = (row) =>
  cells(row, LOOKUP.length, () => [
    ...[nanoseconds(row, "ours"), nanoseconds(row, "plain"), times(row.ratios.plain)],
    ...[nanoseconds(row, "kept"), nanoseconds(row, "tuned"), times(row.ratios.tuned)],
  ]);

/** How a time grows: the exponent between the first and the last row. */
const exponent = (first, last, of, by) => Math.log(of(last) / of(first)) / Math.log(by(last) / by(first));

/** Prints what the benchmark of the theory found, with its goals beside. */
export function printTheory({
  machine,
  agree,
  evaluate,
  between,
  growthPoints,
  growthTables,
  strips,
  certificates,
  forward,
  building,
  ...rest
}) {
  console.log(
    `\n${machine.cpu}, ${machine.cores} cores (load ${machine.load[0]} at the end); Node ${machine.node}; Python ${machine.python}, NumPy ${machine.numpy}, gmpy2 ${machine.gmpy2} (${machine.gmp}, ${machine.mpfr})`,
  );
  console.log(
    "Medians of rounds in which the sides take turns; ratios are formed within a round: median (least–greatest). One thread: time of the processor; two: by the clock.",
  );
  console.log(
    agree
      ? "All values were equal on both sides, bit for bit; interpolated ones to 45 bits."
      : "✗ Some values DIFFER between the two sides; those rows are not timed.",
  );

  const name = (row) => `d=${row.d} n=${row.n} N=${whole(row.N)}`;
  table(
    ".evaluate on one thread, per point off the trifling region Ω, which NumPy's look-up ignores",
    ["d, n, points", ...LOOKUP, "goal, NumPy", "goal, tuned"],
    evaluate.map((row) => [
      name(row),
      ...lookupCells(row),
      ...(row.agree ? [goal(row.ratios.plain, 2), goal(row.ratios.tuned, 1.2)] : ["", ""]),
    ]),
  );
  table(
    ".evaluate on two threads, the points in shared memory, NumPy as before",
    ["d, n, points", "ours ns", "NumPy / ours", "into ns", "tuned / into", "goal, NumPy", "goal, tuned"],
    evaluate.map((row) => [
      name(row),
      ...cells(row, 6, () => [
        ...[nanoseconds(row, "two"), times(row.ratios.plainTwo)],
        ...[nanoseconds(row, "twoKept"), times(row.ratios.tunedTwo)],
        ...[goal(row.ratios.plainTwo, 3), goal(row.ratios.tunedTwo, 3)],
      ]),
    ]),
  );
  table(
    "without strips: .evaluate, rounded once, beside NumPy's interpolation on the same triangulation (d=1: np.interp), per point",
    ["d, n, points", ...LOOKUP, "tuned form", "goal, NumPy"],
    between.map((row) => [
      name(row),
      ...lookupCells(row),
      ...(row.agree ? [row.tuned, goal(row.ratios.plain, 3)] : ["", ""]),
    ]),
  );
  table(
    ".evaluate on one thread at points anywhere, Ω included, NumPy as before",
    ["d, n, points", "ours ns", "NumPy / ours", "into ns", "tuned / into", "goal, NumPy", "goal, tuned"],
    evaluate.map((row) => [
      name(row),
      ...cells(row, 6, () => [
        ...[nanoseconds(row, "anywhere"), times(row.ratios.anywhere)],
        ...[nanoseconds(row, "anywhereKept"), times(row.ratios.tunedAnywhere)],
        ...[goal(row.ratios.anywhere, 2), goal(row.ratios.tunedAnywhere, 1.2)],
      ]),
    ]),
  );
  table(
    ".evaluate on one thread at points of Ω only",
    ["construction, d, n, points", "ours ns", "least–greatest"],
    strips.map((row) => [
      `${row.construction}, ${name(row)}`,
      nanoseconds(row, "one"),
      `${digits(row.seconds.one.min * 1e9)}–${digits(row.seconds.one.max * 1e9)}`,
    ]),
  );
  table(
    "certificates, n=4: boxes a second, median of the functions",
    ["question", "d", "functions", "boxes a second", "least–greatest"],
    certificates.map(({ question, d, functions, rate }) => [
      question,
      String(d),
      String(functions),
      whole(Math.round(rate.median)),
      `${whole(Math.round(rate.min))}–${whole(Math.round(rate.max))}`,
    ]),
  );
  table(
    "growth with the number of points N (d=2, n=5), per point",
    ["N", ...LOOKUP],
    growthPoints.map((row) => [whole(row.N), ...lookupCells(row)]),
  );
  table(
    `growth with the number of cubes J (d=2, N=${whole(growthTables[0].N)}), per point`,
    ["J", ...LOOKUP],
    growthTables.map((row) => [whole(row.J), ...lookupCells(row)]),
  );
  table(
    "exact forward pass, layer by layer (d=2), ms; gmpy2: the faster of two generic evaluators; by hand: no network, only the formula",
    [
      "J",
      "layers",
      "nonzero",
      "ours",
      "gmpy2",
      "",
      "fractions",
      "by hand",
      "gmpy2 / ours",
      "fractions / ours",
      "by hand / ours",
      "goals",
    ],
    forward.map((row) => {
      const sizes = [whole(row.J), whole(row.layers), whole(row.nonzero)];
      if (!row.agree) return [...sizes, DISAGREES, "", "", "", "", "", "", "", ""];
      const ms = (side) => (row.seconds[side] ? digits(row.seconds[side].median * 1e3) : "–");
      const { gmpy2, ratios } = row;
      return [
        ...sizes,
        ms("ours"),
        ms(gmpy2),
        gmpy2,
        ms("fractions"),
        ms("tents"),
        times(ratios[gmpy2]),
        ratios.fractions ? times(ratios.fractions) : "not run",
        times(ratios.tents),
        [goal(ratios[gmpy2], 3), ratios.fractions && goal(ratios.fractions, 30)].filter(Boolean).join(", "),
      ];
    }),
  );
  const timedRows = forward.filter((row) => row.agree);
  if (timedRows.length > 1) {
    const [first, last] = [timedRows[0], timedRows.at(-1)];
    const by = (row) => row.J;
    const of = (side) => exponent(first, last, (row) => row.seconds[side].median, by).toFixed(2);
    console.log(
      `From J = ${whole(first.J)} to ${whole(last.J)} the time grows as J^${of("ours")}, gmpy2's mpz as J^${of("mpz")}, its mpfr as J^${of("mpfr")}.`,
    );
  }
  table(
    "building φ as a network, J = 65,536, seconds",
    ["d, n", "layers", "nonzero", "first", "median", "least–greatest", "goal"],
    building.map((row) => [
      `d=${row.d} n=${row.n}`,
      whole(row.layers),
      whole(row.nonzero),
      digits(row.first),
      digits(row.seconds.median),
      `${digits(row.seconds.min)}–${digits(row.seconds.max)}`,
      `< 1 s: ${row.seconds.median < 1 ? "met" : "missed"}`,
    ]),
  );
  console.log(`\n${rest.quick ? "Quick run" : "Full run"}, ${rest.seconds.toFixed(0)} s.`);
}
