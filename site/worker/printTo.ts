import { inspect } from "../../src/common/platform";

type Write = (name: "stdout" | "stderr", text: string) => void;

/** From now on, what a cell says to the console goes below it. */
export function printTo(write: Write): void {
  const line = (values: readonly unknown[]) =>
    `${values.map((value) => (typeof value === "string" ? value : inspect(value))).join(" ")}\n`;
  const printer =
    (name: "stdout" | "stderr") =>
    (...values: unknown[]) =>
      write(name, line(values));
  for (const method of ["log", "info", "debug", "table", "dir"] as const) console[method] = printer("stdout");
  for (const method of ["warn", "error", "trace"] as const) console[method] = printer("stderr");
}
