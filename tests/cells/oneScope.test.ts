import fc from "fast-check";
import { expect, test } from "vitest";
import { Notebook } from "./cells";
import { RANDOM_NAMES, randomCells, shown } from "./randomCells";
import { ReplMode } from "./replMode";

type Result = { value: unknown } | { error: string };

/** The result of a cell as the reference tells it. */
async function resultOf(notebook: Notebook, code: string): Promise<Result> {
  const outcome = await notebook.run(code);
  return "error" in outcome ? { error: outcome.error.traceback[0] } : { value: outcome.value };
}

/** What is thrown and is no error is shown otherwise by the reference. */
function comparable(result: Result): Result {
  return "error" in result && result.error.startsWith("Thrown") ? { error: "Thrown" } : result;
}

test("random cells give what V8's own read-eval-print loop gives, and leave the same values", async () => {
  let cellsRun = 0;
  let failed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(5039), { minLength: 50, maxLength: 500, size: "max" }),
      async (choices) => {
        const notebook = new Notebook();
        const reference = new ReplMode();
        const { kinds } = notebook.runner.scope;
        const story: string[] = [];
        try {
          for (const { code, needs } of randomCells(choices)) {
            // A cell with a name that no earlier cell has reached would not pass the type checker.
            if (!needs.every((name) => kinds.has(name))) continue;
            story.push(code);
            const ours = comparable(await resultOf(notebook, code));
            expect(ours, story.join("\n--\n")).toEqual(await reference.evaluate(code));
            cellsRun++;
            if ("error" in ours) failed++;
            const values = `[${[...kinds.keys()].map(shown).join(", ")}].join("; ")`;
            expect(await resultOf(notebook, values), story.join("\n--\n")).toEqual(
              await reference.evaluate(values),
            );
            for (const name of RANDOM_NAMES.filter((one) => !kinds.has(one) && !/^[vw]$/.test(one)))
              expect(await reference.evaluate(name), `${name} after ${story.join("\n--\n")}`).toHaveProperty(
                "error",
              );
          }
        } finally {
          reference.close();
        }
      },
    ),
    { numRuns: 100 },
  );
  expect(cellsRun).toBeGreaterThan(200);
  expect(failed).toBeGreaterThan(0);
}, 120_000);
