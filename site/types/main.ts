import { reportDiagnostics } from "../../src/cells/errorReport";
import { CellTypes } from "./cellTypes";
import type { TypeAnswer, TypeQuestion } from "./protocol";

const loading = fetch(new URL("./types.json", import.meta.url)).then(async (answer) => {
  if (!answer.ok) throw new Error(`The library's types could not be loaded (${answer.status}).`);
  return new CellTypes(new Map(Object.entries((await answer.json()) as Record<string, string>)));
});

addEventListener("message", async ({ data }: MessageEvent<TypeQuestion>) => {
  const { question, label, cells } = data;
  const diagnostics = (await loading).check(cells);
  const code = cells.at(-1)?.code ?? "";
  const report =
    diagnostics.length > 0 ? reportDiagnostics(diagnostics, `Cell [${label}]`, code, new Map()) : undefined;
  postMessage({ question, report } satisfies TypeAnswer);
});
