import { digits, table } from "./table.mjs";

const SCALE = { s: 1, ms: 1e3, "×": 1, MB: 1e-6 };

/** A figure in its unit, or what stands for one that is not there. */
function figure(side, unit) {
  if (!side) return "–";
  return side.unanswered ? "no answer" : digits(side.median * SCALE[unit]);
}

const goalOf = ({ over, goal, unit }) =>
  over ? `≤ ${goal} × ${over}` : `≤ ${digits(goal * SCALE[unit])} ${unit}`;

/** Prints what the benchmark of the kernels found, with its goals beside. */
export function printKernel({ machine, size, agree, rows, wrong, trouble }) {
  console.log(
    `\n${machine.cpu}, ${machine.cores} cores (load ${machine.load[0]} at the start); Node ${machine.node}; Python ${machine.python}, ipykernel ${machine.ipykernel}; Deno ${machine.deno}; tslab ${machine.tslab}`,
  );
  console.log(
    `Medians of ${size.starts} starts each, in turn (${size.long} for N = ${size.cells} cells); ratios are formed within a round.`,
  );
  console.log(
    agree
      ? "Our kernel gave every answer, and each was right."
      : `✗ Our kernel left out answers or gave wrong ones: ${JSON.stringify(wrong.slice(0, 5))}`,
  );
  table(
    "Kernels beside one another",
    ["", "unit", "ours", "ipykernel", "Deno", "stock tslab", "ours / ipykernel", "goal", ""],
    rows.map(({ name, unit, sides, ratio, met, ...rest }) => [
      name.replace(/\bN\b/, size.cells.toLocaleString("en-US")),
      unit,
      ...["ours", "ipykernel", "deno", "tslab"].map((side) => figure(sides[side], unit)),
      ratio ? `${digits(ratio.median)} (${digits(ratio.min)}–${digits(ratio.max)})` : "",
      goalOf({ unit, ...rest }),
      met ? "met" : "missed",
    ]),
  );
  const silent = new Map();
  for (const { side, silent: what } of trouble)
    silent.set(`${side}: ${what}`, (silent.get(`${side}: ${what}`) ?? 0) + 1);
  for (const [what, count] of silent) console.log(`${what}${count > 1 ? `, ${count} times` : ""}`);
}
