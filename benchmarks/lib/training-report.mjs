import { digits, table, times } from "./table.mjs";

/** Steps in an epoch of 60,000 images, and of 55,000 where 5,000 are kept for validation. */
const EPOCHS = [469, 430];
const ms = ({ median }) => digits(median * 1000);
const epoch = ({ median }, steps) => digits(median * steps);
const megabytes = (bytes) => (bytes === null ? "–" : `${Math.round(bytes / 2 ** 20)}`);
const met = (yes) => (yes ? "met" : "missed");

/** Prints what the benchmark of training found, with its goals beside. */
export function printTraining({ machine, agree, agreement, forms, rows, mixed, memory, quick, seconds }) {
  console.log(
    `\n${machine.cpu}, ${machine.cores} cores, ${machine.threads} threads on both sides (load ${machine.load[0]} at the end); Node ${machine.node}, TensorFlow ${machine.tensorflow}; Python ${machine.python}, PyTorch ${machine.torch}`,
  );
  table(
    "the same weights, batch and gradients on both sides: largest relative difference",
    ["", "difference", "allowed", ""],
    agreement.map((row) => [
      row.name,
      row.difference.toExponential(1),
      row.allowed.toExponential(0),
      row.agree ? "agrees" : "DIFFERS",
    ]),
  );
  if (!rows) {
    console.log("✗ The two sides compute different things; nothing is timed.");
    return;
  }
  console.log(
    "\nThe sides take turns; ratios are formed within a round: median (least–greatest). A step has 128 images, and includes picking them, loss, hits and RAdam.",
  );
  const names = Object.keys(rows);
  const chosen = names.map((name) => `${name}: ${forms[name]}`).join("; ");
  console.log(
    `PyTorch with all images in memory, in the fastest of its forms (default layout or channels_last, RAdam with or without foreach). ${chosen}. Beside it its default: default layout, no foreach.`,
  );
  table(
    "milliseconds a step",
    ["", "ours", "PyTorch", "by default", "PyTorch / ours", "by default / ours"],
    names.map((name) => {
      const { seconds, ratios } = rows[name];
      const { ours, pytorch, pytorchDefault } = seconds;
      return [
        name,
        ...[ours, pytorch, pytorchDefault].map(ms),
        times(ratios.pytorch),
        times(ratios.pytorchDefault),
      ];
    }),
  );
  table(
    `seconds an epoch of ${EPOCHS[0]} steps (60,000 images) and of ${EPOCHS[1]} (55,000), scaled up; without evaluation`,
    ["", ...EPOCHS.flatMap((n) => [`ours, ${n}`, `PyTorch, ${n}`])],
    names.map((name) => {
      const { ours, pytorch } = rows[name].seconds;
      return [name, ...EPOCHS.flatMap((n) => [epoch(ours, n), epoch(pytorch, n)])];
    }),
  );
  const { S1, "cached S2": cached } = rows;
  // What a user of PyTorch runs, and the fastest that we could make of it.
  const verdicts = (byDefault, fastest, reached, words) =>
    [byDefault, fastest].map((ratio) => `${words(ratio)}: ${met(reached(ratio.median))}`);
  const asFast = (ratio) => `${times(ratio)} as fast`;
  const ofIt = (ratio) => `${digits(1 / ratio.median)} of it`;
  table(
    "goals",
    ["", "PyTorch by default", "the fastest of its forms"],
    [
      [
        "S1 at PyTorch's speed or better",
        ...verdicts(S1.ratios.pytorchDefault, S1.ratios.pytorch, (ratio) => ratio >= 1, asFast),
      ],
      [
        "cached S2 in ≤ 0.8 of the time of PyTorch's S2 with requires_grad = False",
        ...verdicts(
          cached.ratios.pytorchS2Default,
          cached.ratios.pytorchS2,
          (ratio) => 1 / ratio <= 0.8,
          ofIt,
        ),
      ],
      [
        "cached S2 level with PyTorch on cached features (within 5 %)",
        ...verdicts(cached.ratios.pytorchDefault, cached.ratios.pytorch, (ratio) => ratio >= 0.95, asFast),
      ],
    ],
  );
  printMixed(mixed);
  const images = memory[0].images.toLocaleString("en-US");
  table(
    `memory (RSS) in MB, each in a process of its own: before training, and at most with ${images} images; features: seconds to compute them once`,
    ["", "ours before", "at most", "PyTorch before", "at most", "features ours s", "PyTorch s"],
    memory.map(({ strategy, ours, theirs }) => [
      strategy,
      megabytes(ours.started),
      megabytes(ours.peak),
      megabytes(theirs.started),
      megabytes(theirs.peak),
      ...(strategy === "cached S2" ? [digits(ours.preparing), digits(theirs.preparing)] : ["", ""]),
    ]),
  );
  const epochs = memory[0].ours.epochs.length;
  table(
    `growth of memory in MB from the second of ${epochs} short epochs to the last, evaluation included`,
    ["", "ours", "PyTorch", "our tensors"],
    memory.map(({ strategy, ours, theirs }) => [
      strategy,
      megabytes(ours.growth),
      megabytes(theirs.growth),
      ours.tensors ? "as many after each" : "MORE after each",
    ]),
  );
  console.log(
    `\n${quick ? "Quick run" : "Full run"}, ${seconds.toFixed(0)} s.${agree ? "" : " ✗ Not all agrees."}`,
  );
}

/** Networks that are native in part only: their goals are ratios within this run. */
function printMixed({ seconds, ratios }) {
  const { mixed, mixedFit, residualFit } = ratios;
  table(
    "native in part: milliseconds a step, beside the same network all native and beside TensorFlow.js's model.fit with Adam",
    ["", "ours", "all native", "model.fit", "", "goal", ""],
    [
      [
        "four convolutions, means of channels",
        ms(seconds.mixed),
        ms(seconds.native),
        ms(seconds.mixedFit),
        `${times(mixed)} of all native; model.fit ${times(mixedFit)}`,
        "≤ 1.3 ×",
        met(mixed.median <= 1.3),
      ],
      [
        "two residual blocks, means of channels",
        ms(seconds.residual),
        "–",
        ms(seconds.residualFit),
        `model.fit ${times(residualFit)}`,
        "≥ 2 ×",
        met(residualFit.median >= 2),
      ],
    ],
  );
}
