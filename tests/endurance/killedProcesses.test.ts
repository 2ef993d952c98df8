import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Kernel, ofType } from "../kernel/kernel";

const kernel = new Kernel();
beforeAll(() => kernel.start());
afterAll(() => kernel.close());

/** All processes below one, with their command lines. */
function below(pid: number): { pid: number; command: string }[] {
  const rows = execFileSync("ps", ["-Ao", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .flatMap((line) => {
      const found = line.match(/^\s*(\d+)\s+(\d+)\s+(.*)$/);
      return found ? [{ pid: Number(found[1]), parent: Number(found[2]), command: found[3] }] : [];
    });
  const children = (of: number): { pid: number; command: string }[] =>
    rows.filter(({ parent }) => parent === of).flatMap((row) => [row, ...children(row.pid)]);
  return children(pid);
}
const checkers = async () =>
  below(await kernel.do<number>("pid")).filter(({ command }) => /\btsc\b.*--lsp/.test(command));
const value = async (code: string) => ofType(await kernel.run(code), "execute_result")[0]?.data["text/plain"];

test("a checker that is killed comes back, with all that earlier cells have declared", async () => {
  await kernel.run("interface Kept { side: number }\nconst kept: Kept = { side: 4 };");
  for (let i = 0; i < 10; i++) {
    const running = await checkers();
    expect(running.length, "a checker runs in a process of its own").toBeGreaterThan(0);
    for (const { pid } of running) process.kill(pid, "SIGKILL");
    const wrong = await kernel.run("const wrong: Kept = { side: 'text' };");
    expect(wrong.reply, `killed ${i + 1} times`).toMatchObject({ status: "error", ename: "TypeScriptError" });
    expect(await value("kept.side * 2")).toBe("8");
  }
});

test("a checker that is killed while it checks costs no cell its answer", async () => {
  let killed = 0;
  for (let i = 0; i < 10; i++) {
    const types = Array.from({ length: 300 }, (_, k) => `type N${k} = { n: ${i}; k: N${k}[] };`);
    const id = await kernel.send(`${types.join("\n")}\n${i} + kept.side`);
    await kernel.do("sleep", { seconds: 0.004 * i });
    for (const { pid } of await checkers()) {
      process.kill(pid, "SIGKILL");
      killed++;
    }
    const run = await kernel.collect(id);
    expect(ofType(run, "execute_result")[0]?.data["text/plain"], JSON.stringify(run.reply)).toBe(
      String(i + 4),
    );
  }
  expect(killed, "in ten cells").toBeGreaterThan(5);
});
