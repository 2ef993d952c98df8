/** The paper's Table 2 (test accuracy). */
export const PAPER_TABLE_2 = {
  mnist: { S1: 0.9964, S2: 0.9962 },
  "fashion-mnist": { S1: 0.9458, S2: 0.936 },
};

/** A Markdown table with its columns aligned, so that it reads well in a terminal too. */
export function table(head, rows) {
  const widths = head.map((cell, column) =>
    Math.max(3, ...[cell, ...rows.map((row) => row[column])].map((text) => text.length)),
  );
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

const percent = (share) => (share === undefined ? "–" : `${(100 * share).toFixed(2)} %`);

/**
 * First the failed runs with their reasons; then Table 2 and every part's accuracies beside those stored with the project.
 * @param {{ part: string, series: string, label: string, configuration: object, result?: object, stored?: object, failure?: { reason: string } }[]} all
 * @param {{ pointOf: typeof import("../src/learning/sweep/storedRuns").pointOf }} library
 */
export function summary(all, { pointOf }) {
  const runs = all.filter(({ result }) => result);
  const paper = runs.filter(({ part }) => part === "table-2");
  const rows = paper.map(({ series, label, result, stored }) => {
    const reported = PAPER_TABLE_2[label][series];
    return [
      `${series}, ${label}`,
      percent(reported),
      percent(result.best.testAccuracy),
      percent(result.selected?.testAccuracy),
      percent(result.last.testAccuracy),
      percent(stored?.best.testAccuracy),
      `${(100 * (result.best.testAccuracy - reported)).toFixed(2)}`,
    ];
  });
  const head = ["", "paper", "largest", "by validation", "last epoch", "stored largest", "largest − paper"];
  const others = [...new Set(runs.map(({ part }) => part))].filter((part) => part !== "table-2");
  const parts = others.map((part) => {
    const own = runs.filter((run) => run.part === part);
    const lines = own.map(({ series, label, result, stored }) => {
      const { trained, accuracy } = pointOf(result);
      return [
        `${series}: ${label}`,
        String(trained),
        percent(accuracy),
        percent(stored && pointOf(stored).accuracy),
      ];
    });
    return `## ${part}\n\n${table(["run", "trained numbers", "test accuracy", "stored"], lines)}\n`;
  });
  const first = rows.length ? [`## Table 2\n\n${table(head, rows)}\n`] : [];
  return ["# Reproduction\n", ...failed(all), ...first, ...parts].join("\n");
}

function failed(all) {
  const own = all.filter(({ failure }) => failure);
  if (own.length === 0) return [];
  const cell = (text) => text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
  const lines = own.map(({ part, series, label, failure }) => [
    part,
    cell(`${series}: ${label}`),
    cell(failure.reason),
  ]);
  return [`## Failed: ${own.length} of ${all.length} runs\n\n${table(["part", "run", "why"], lines)}\n`];
}

const NAMES = { mnist: "MNIST", "fashion-mnist": "Fashion-MNIST", kmnist: "KMNIST" };

/**
 * Fig. 5 for each data set of Table 2, and accuracy against trained numbers for each curve, if there are runs.
 * @returns {{ name: string, figure: object }[]} a file name and a Plotly figure each
 */
export function figures(all, { accuracyChart, pointOf, trainingChart }) {
  const runs = all.filter(({ result }) => result);
  const paper = runs.filter(({ part }) => part === "table-2");
  const sets = [...new Set(paper.map(({ label }) => label))].map((label) => {
    const lines = paper
      .filter((run) => run.label === label)
      .map(({ series, result }) => ({ name: series, epochs: result.phases.at(-1).epochs }));
    return {
      name: `figure-5-${label}.png`,
      figure: trainingChart(lines, { title: `S1 and S2 on ${NAMES[label]}: test accuracy over epochs` }),
    };
  });
  const curves = [...new Set(runs.map(({ part }) => part))].filter((part) => part.startsWith("curve-"));
  return [
    ...sets,
    ...curves.map((part) => {
      const points = runs
        .filter((run) => run.part === part)
        .map(({ series, label, scope, result }) => ({ series, label, scope, ...pointOf(result) }));
      return {
        name: `${part}.png`,
        figure: accuracyChart(points, { title: `${part}: accuracy against trained numbers` }),
      };
    }),
  ];
}
