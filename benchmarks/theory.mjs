import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { congruential } from "./lib/congruential.mjs";
import { interleave, summary, timed, worked } from "./lib/interleave.mjs";
import { pythonEnvironment } from "./lib/python-environment.mjs";
import { pythonWorker } from "./lib/python-worker.mjs";
import { printTheory } from "./lib/theory-report.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));

const FULL = {
  lookup: { rounds: 15, least: 5, budget: 3, sample: 0.02, tries: 5 },
  points: 1_000_000,
  strips: 20_000,
  growthPoints: [1, 100, 10_000, 100_000, 1_000_000],
  growthTables: [2, 4, 6, 8, 10],
  forward: { rounds: 15, least: 3, budget: 6, sample: 0.05 },
  networks: [2, 3, 4, 5, 6],
  fractionsUpTo: 1024,
  building: 3,
};
const QUICK = {
  lookup: { rounds: 3, least: 3, budget: 1, sample: 0.002, tries: 2 },
  points: 100_000,
  strips: 2_000,
  growthPoints: [1, 1_000, 100_000],
  growthTables: [2, 6],
  forward: { rounds: 3, least: 3, budget: 1, sample: 0.005 },
  networks: [2, 3, 4],
  fractionsUpTo: 64,
  building: 1,
};
/** d and n of the rows that the goal for `.evaluate` is about. */
const TABLES = [
  [1, 10],
  [2, 5],
  [3, 4],
];
/** d and n with J = 2^{dn} = 65,536. */
const BUILDINGS = [
  [1, 16],
  [2, 8],
  [4, 4],
];

/**
 * This project's theory beside Python: `.evaluate` beside NumPy's table look-up, exact forward passes beside gmpy2
 * and fractions, and the building of large networks. Before anything is timed both sides' values are compared.
 * @param {{ quick?: boolean }} options
 * @returns {Promise<object>} the rows and what was measured on; `agree` tells whether all values were equal
 */
export async function benchmark({ quick = false } = {}) {
  const size = quick ? QUICK : FULL;
  const started = performance.now();
  const python = await pythonEnvironment(path.join(HERE, "requirements.txt"));
  const library = await import("intrinsic-params");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "intrinsic-params-benchmark-"));
  const worker = pythonWorker(python, path.join(HERE, "theory.py"));
  try {
    const context = { library, worker, folder, size };
    const versions = await worker.ask({ operation: "versions" });
    // Before any other: later on the compiler has seen the code, and a user's first network is built cold.
    const building = BUILDINGS.map(([d, n]) => buildingRow(context, d, n));
    const evaluate = [];
    for (const [d, n] of TABLES) evaluate.push(await lookupRow(context, d, n, size.points));
    const growthPoints = [];
    for (const N of size.growthPoints) growthPoints.push(await lookupRow(context, 2, 5, N));
    const growthTables = [];
    for (const n of size.growthTables) growthTables.push(await lookupRow(context, 2, n, size.points));
    const between = [];
    for (const [d, n] of TABLES) between.push(await interpolationRow(context, d, n, size.points));
    const strips = [];
    for (const [d, n] of TABLES)
      for (const construction of [
        "approximateLp",
        "approximateUniform",
        "approximateThreeParameters",
        "approximateDelta",
      ])
        strips.push(await stripRow(context, construction, d, n));
    const certificates = [1, 2].flatMap((d) =>
      Object.keys(QUESTIONS).map((question) => certificateRow(context, question, d)),
    );
    const forward = [];
    for (const n of size.networks) forward.push(await forwardRow(context, 2, n));
    const result = {
      benchmark: "theory",
      quick,
      machine: {
        cpu: os.cpus()[0]?.model ?? "unknown",
        cores: os.cpus().length,
        load: os.loadavg().map((x) => Number(x.toFixed(2))),
        platform: `${process.platform} ${process.arch}`,
        node: process.versions.node,
        ...versions,
      },
      agree: [evaluate, between, growthPoints, growthTables, forward].flat().every((row) => row.agree),
      evaluate,
      between,
      growthPoints,
      growthTables,
      strips,
      certificates,
      forward,
      building,
      seconds: (performance.now() - started) / 1000,
    };
    printTheory(result);
    return result;
  } finally {
    await worker.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Seeds of points, of those in strips, and of those drawn again because they were in one: any three numbers. */
const SEEDS = { points: 2022, strips: 2111, again: 1564 };

/** Numbers of 53 bits in [0, 1), so that every run has the same points. */
function generator(seed) {
  const next = congruential(seed);
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) * 2 ** -53;
}

/** N uniform points of [0,1]^d. */
function uniformPoints(d, N) {
  const random = generator(SEEDS.points);
  return Float64Array.from({ length: N * d }, random);
}

/** N points, each in a strip along one axis. */
function stripPoints({ d, K, delta }, N) {
  const random = generator(SEEDS.strips);
  const points = uniformPoints(d, N);
  for (let p = 0; p < N; p++)
    points[p * d + (p % d)] = (1 + Math.floor(random() * (K - 1))) / K - delta * (0.01 + 0.98 * random());
  return points;
}

const inSharedMemory = (values) => {
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
};

/** N uniform points off the trifling region: NumPy's look-up knows nothing of it. */
function cubePoints({ isTrifling }, grid, N) {
  const random = generator(SEEDS.again);
  const points = uniformPoints(grid.d, N);
  for (let p = 0; p < N; p++) {
    const point = points.subarray(p * grid.d, (p + 1) * grid.d);
    while (isTrifling(grid, point)) for (let i = 0; i < grid.d; i++) point[i] = random();
  }
  return points;
}

/** φ on every cube, in the order of ϱ, from the cubes' centres. */
function tableOf(phi) {
  const { d, K, J } = phi.grid;
  const centres = new Float64Array(J * d);
  for (let j = 0; j < J; j++)
    for (let i = 0; i < d; i++) centres[j * d + i] = ((Math.floor(j / K ** i) % K) + 0.5) / K;
  return phi.evaluate(centres);
}

const writeFloats = (file, values) =>
  fs.writeFileSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));

/** `.evaluate` beside NumPy on N points of the same table; seconds are per point. */
export async function lookupRow({ library, worker, folder, size }, d, n, N) {
  const phi = library.approximateLp(library.gallery.smooth(d), { n });
  const points = cubePoints(library, phi.grid, N);
  const anywhere = uniformPoints(d, N);
  const files = Object.fromEntries(
    ["points", "table", "values"].map((name) => [name, path.join(folder, `${name}.f64`)]),
  );
  writeFloats(files.points, points);
  writeFloats(files.table, tableOf(phi));
  const name = `${d} ${n} ${N}`;
  const checked = await worker.ask({
    operation: "lookup",
    name,
    d,
    K: phi.grid.K,
    tries: size.lookup.tries,
    ...files,
  });
  const shared = inSharedMemory(points);
  const [kept, sharedKept] = [new Float64Array(N), inSharedMemory(new Float64Array(N))];
  const sides = {
    ours: () => phi.evaluate(points, { threads: 1 }),
    kept: () => phi.evaluate(points, { threads: 1, into: kept }),
    two: () => phi.evaluate(shared, { threads: 2 }),
    twoKept: () => phi.evaluate(shared, { threads: 2, into: sharedKept }),
  };
  const expected = fs.readFileSync(files.values);
  const agree =
    checked.agree &&
    Object.values(sides).every((evaluate) => Buffer.compare(Buffer.from(evaluate().buffer), expected) === 0);
  const numpy =
    (form, clock = "seconds") =>
    async (repeats) =>
      (await worker.ask({ operation: "time_lookup", name, form, repeats }))[clock];
  const row = { d, n, J: phi.grid.J, N, agree, tuned: checked.form };
  if (agree) {
    const one = await interleave(
      // Each that leaves arrays behind comes before Python: what frees them counts as the next one's time.
      {
        ours: worked(sides.ours),
        plain: numpy("plain"),
        kept: worked(sides.kept),
        anywhereKept: worked(() => phi.evaluate(anywhere, { threads: 1, into: kept })),
        anywhere: worked(() => phi.evaluate(anywhere, { threads: 1 })),
        tuned: numpy("tuned"),
      },
      size.lookup,
      {
        ...{ plain: ["plain", "ours"], tuned: ["tuned", "kept"] },
        ...{ anywhere: ["plain", "anywhere"], tunedAnywhere: ["tuned", "anywhereKept"] },
      },
    );
    // In rounds of their own: arrays in shared memory are freed many at a time, at the cost of whoever comes next.
    const two = await interleave(
      {
        two: timed(sides.two),
        plainWall: numpy("plain", "wall"),
        twoKept: timed(sides.twoKept),
        tunedWall: numpy("tuned", "wall"),
      },
      size.lookup,
      { plainTwo: ["plainWall", "two"], tunedTwo: ["tunedWall", "twoKept"] },
    );
    Object.assign(row, perPoint({ ...one, seconds: { ...one.seconds, ...two.seconds } }, N));
    Object.assign(row.ratios, two.ratios);
  }
  await worker.ask({ operation: "drop_lookup", name });
  return row;
}

/** The continuous construction's `.evaluate` beside NumPy's interpolation on N points; seconds are per point. */
async function interpolationRow({ library, worker, folder, size }, d, n, N) {
  const { approximateContinuous, gallery, nodeCount, nodeOfIndex } = library;
  const phi = approximateContinuous(gallery.smooth(d), { n });
  const { K } = phi.grid;
  const points = uniformPoints(d, N);
  const nodes = Array.from({ length: nodeCount(phi.grid) }, (_, j) => nodeOfIndex(phi.grid, j + 1));
  const table = phi.evaluate(Float64Array.from(nodes.flat(), (v) => v / K));
  const kept = new Float64Array(N);
  const sides = {
    ours: () => phi.evaluate(points, { threads: 1 }),
    kept: () => phi.evaluate(points, { threads: 1, into: kept }),
  };
  const arrays = { points, table, values: sides.ours() };
  const files = Object.fromEntries(
    Object.entries(arrays).map(([name, values]) => {
      const file = path.join(folder, `${name}.f64`);
      writeFloats(file, values);
      return [name, file];
    }),
  );
  const name = `between ${d} ${n} ${N}`;
  const { tries } = size.lookup;
  const checked = await worker.ask({ operation: "interpolation", name, d, K, tries, ...files });
  const numpy = (form) => async (repeats) =>
    (await worker.ask({ operation: "time_lookup", name, form, repeats })).seconds;
  const row = { d, n, J: nodes.length, N, agree: checked.agree, tuned: checked.form };
  if (row.agree) {
    const turns = {
      ours: worked(sides.ours),
      plain: numpy("plain"),
      kept: worked(sides.kept),
      tuned: numpy("tuned"),
    };
    const ratios = { plain: ["plain", "ours"], tuned: ["tuned", "kept"] };
    Object.assign(row, perPoint(await interleave(turns, size.lookup, ratios), N));
  }
  await worker.ask({ operation: "drop_lookup", name });
  return row;
}

/** `.evaluate` in the trifling region only; seconds are per point. */
async function stripRow({ library, size }, construction, d, n) {
  const phi = library[construction](library.gallery.smooth(d), { n });
  const points = stripPoints(phi.grid, size.strips);
  const row = { construction, d, n, J: phi.grid.J, N: size.strips };
  const sides = { one: worked(() => phi.evaluate(points, { threads: 1 })) };
  return { ...row, ...perPoint(await interleave(sides, size.lookup), size.strips) };
}

/** What certifyError is asked: the largest error off the strips, and the L² error with them. */
const QUESTIONS = {
  "largest error off Ω": (phi) => ({ norm: Infinity, region: "good", tolerance: phi.bound / 50 }),
  "largest error off Ω, closely": (phi) => ({ norm: Infinity, region: "good", tolerance: phi.bound / 5000 }),
  "L² error, strips included": () => ({ maxCells: 40_000 }),
};

/** Boxes a second of the processor that certificates examine; of notebook 04's functions of d variables. */
function certificateRow({ library }, question, d) {
  const { approximateLp, certifyError, gallery } = library;
  const { smooth, kink, oscillating, holderHalf, weierstrass, steps, eggBox, hills } = gallery;
  const functions =
    d === 1
      ? [smooth(), kink(), oscillating(), holderHalf(), weierstrass(), steps()]
      : [eggBox(), hills(), kink(2)];
  const rates = functions.map((f) => {
    const phi = approximateLp(f, { n: 4 });
    const options = { timeLimit: Infinity, ...QUESTIONS[question](phi) };
    let boxes = 0;
    const examine = worked(() => {
      boxes += certifyError(phi, options).cells;
    });
    examine(3);
    boxes = 0;
    let spent = 0;
    while (spent < 0.2) spent += examine(3);
    return boxes / spent;
  });
  return { question, d, functions: functions.length, rate: summary(rates) };
}

const perPoint = ({ seconds, ...rest }, N) => ({
  ...rest,
  seconds: Object.fromEntries(
    Object.entries(seconds).map(([name, { median, min, max }]) => [
      name,
      { median: median / N, min: min / N, max: max / N },
    ]),
  ),
});

/** One point in a cube and one in a strip, where the tents see long numbers. */
function forwardPoints({ K, delta }) {
  const middle = Math.floor(K / 2);
  return [
    [(middle + 0.3) / K, (K - 1 + 0.6) / K],
    [middle / K - delta * 0.375, 0.4 / K],
  ];
}

const asPair = ({ m, e }) => [m.toString(), e];

/** Exact forward passes, layer by layer, beside Python's; seconds are per pass. */
async function forwardRow({ library, worker, folder, size }, d, n) {
  const phi = library.approximateLp(library.gallery.smooth(d), { n });
  const { grid, intrinsic, network } = phi;
  const points = forwardPoints(grid);
  const file = path.join(folder, "network.json");
  fs.writeFileSync(file, JSON.stringify(library.networkToJSON(network)));
  const exact = points.map((point) => phi.evaluateExactly(point));
  const floats = phi.evaluate(Float64Array.from(points.flat()));
  const backends = ["mpfr", "mpz", "tents", ...(grid.J <= size.fractionsUpTo ? ["fractions"] : [])];
  const agree = {};
  for (const backend of backends) {
    const theirs = await worker.ask({
      operation: "prepare_forward",
      backend,
      network: file,
      points: points.map((point) => point.map((x) => asPair(library.fromNumber(x)))),
      theorem: {
        n,
        J: grid.J,
        q: grid.q,
        a: Array.from({ length: n }, (_, l) => asPair(intrinsic[`a${l + 1}`])),
        s: asPair(intrinsic.s),
        b: asPair(intrinsic.b),
      },
    });
    agree[backend] = points.every(
      (_, p) =>
        theirs.values[p].length === 1 &&
        theirs.values[p][0][0] === exact[p].m.toString() &&
        theirs.values[p][0][1] === exact[p].e &&
        theirs.floats[p] === floats[p],
    );
  }
  const row = {
    d,
    n,
    J: grid.J,
    layers: network.layers.length,
    nonzero: library.countParameters(network).nonzero,
    agree: Object.values(agree).every(Boolean),
    agreeWith: agree,
  };
  if (row.agree) {
    const sides = {
      ours: timed(() => {
        for (const point of points) phi.evaluateExactly(point);
      }),
    };
    for (const backend of backends)
      sides[backend] = async (repeats) =>
        (await worker.ask({ operation: "time_forward", backend, repeats })).seconds;
    Object.assign(row, perPoint(await interleave(sides, size.forward), points.length));
    row.gmpy2 = row.seconds.mpfr.median < row.seconds.mpz.median ? "mpfr" : "mpz";
  }
  await worker.ask({ operation: "drop_forwards" });
  return row;
}

/** Seconds from the target function to φ as a network; the first time, and the median of all. */
function buildingRow({ library, size }, d, n) {
  const times = [];
  let layers;
  let nonzero;
  for (let k = 0; k < size.building; k++) {
    const f = library.gallery.smooth(d);
    const start = performance.now();
    const { network } = library.approximateLp(f, { n });
    times.push((performance.now() - start) / 1000);
    layers = network.layers.length;
    nonzero = library.countParameters(network).nonzero;
  }
  return { d, n, J: 2 ** (d * n), layers, nonzero, first: times[0], seconds: summary(times) };
}
