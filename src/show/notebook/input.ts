import { checkKeys } from "../../common/checkKeys";
import { ask } from "../../common/platform";
import { currentCell } from "./cell";

/** How `input` asks. */
export type InputOptions = {
  /** Hides what is typed (in Jupyter); default false. */
  password?: boolean;
};

/**
 * Asks the reader for a line of text: `const name = await input("Your name? ")`.
 * Rejects when the cell is stopped or when nobody can answer (a notebook that is run without a front end).
 */
export async function input(prompt = "", options: InputOptions = {}): Promise<string> {
  checkKeys("input", options, { password: true } satisfies Record<keyof InputOptions, true>);
  const { password = false } = options;
  const cell = currentCell();
  if (cell) return cell.input(prompt, password);
  return ask(prompt);
}
