import { reportDiagnostics } from "../../src/cells/errorReport";
import { CellTypes } from "./cellTypes";
import { compiledCell } from "./compiledCell";
import type { TypeAnswer, TypeQuestion } from "./protocol";

const loading = fetch(new URL("./types.json", import.meta.url)).then(async (answer) => {
  if (!answer.ok) throw new Error(`The library's types could not be loaded (${answer.status}).`);
  return new CellTypes(new Map(Object.entries((await answer.json()) as Record<string, string>)));
});

async function answer({ question, label, cells }: TypeQuestion): Promise<TypeAnswer> {
  const types = await loading;
  const diagnostics = types.check(cells);
  const code = cells.at(-1)?.code ?? "";
  if (diagnostics.length === 0) return { question, compiled: compiledCell(code) };
  const hints = await types.hints(cells, diagnostics);
  return { question, report: reportDiagnostics(diagnostics, `Cell [${label}]`, code, hints) };
}

addEventListener("message", ({ data }: MessageEvent<TypeQuestion>) => {
  answer(data).then(postMessage, (error: unknown) => {
    // The page says so, and runs the cell unchecked.
    const failed = error instanceof Error ? error.message : String(error);
    postMessage({ question: data.question, failed } satisfies TypeAnswer);
  });
});
