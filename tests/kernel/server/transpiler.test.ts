import { execFileSync } from "node:child_process";
import { afterAll, expect, test } from "vitest";
import { Transpiler } from "../../../src/kernel/server/transpiler";

const transpiler = new Transpiler();
afterAll(() => transpiler.close());

test("types go, and what they stood beside stays", async () => {
  const { js } = await transpiler.transpile("const a: number = 1;");
  expect(js).toContain("const a = 1;");
});

test.each(["-1", '"a" + "b"', "true && 5", '"alone"'])(
  "the value %s stays, though esbuild could do without it",
  async (code) => {
    const { js } = await transpiler.transpile(code, { constant: { start: 0, end: code.length } });
    const evaluated = (text: string) => new Function(`return ${text}`)() as unknown;
    expect(evaluated(js.replace(/export \{\};?/, ""))).toBe(evaluated(code));
  },
);

test("JSX is compiled as the notebook's folder wants it, and refused where it wants none", async () => {
  const { js } = await transpiler.transpile("<b>x</b>", { jsx: { jsx: "react", jsxFactory: "h" } });
  expect(js).toContain('h("b", null, "x")');
  await expect(transpiler.transpile("<b>x</b>")).rejects.toThrow();
});

test("where esbuild's process has ended, the next cell has another", async () => {
  await transpiler.transpile("1");
  const [pid] = execFileSync("pgrep", ["-P", String(process.pid), "-f", "esbuild.*--service"], {
    encoding: "utf8",
  })
    .split("\n")
    .map(Number);
  process.kill(pid, "SIGKILL");
  await expect
    .poll(() => transpiler.transpile("const b: number = 2;").then(({ js }) => js))
    .toContain("const b = 2;");
});
