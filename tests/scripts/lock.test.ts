import { spawn } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { withLock } from "../../scripts/lock.mjs";
import { ROOT } from "../helpers/root";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const name = (what: string) => `${what}-${process.pid}-${Math.random()}`;

test("of two at once the second waits until the first is done", async () => {
  const lock = name("two");
  const order: string[] = [];
  const first = withLock(
    lock,
    () => {},
    async () => {
      order.push("first in");
      await sleep(500);
      order.push("first out");
    },
  );
  await sleep(50);
  const second = withLock(
    lock,
    () => order.push("second waits"),
    async () => {
      order.push("second in");
    },
  );
  await Promise.all([first, second]);
  expect(order).toEqual(["first in", "second waits", "first out", "second in"]);
});

test("a process that is killed while it holds the lock leaves nothing behind", async () => {
  const lock = name("killed");
  const module = path.join(ROOT, "scripts", "lock.mjs");
  const child = spawn(process.execPath, [
    "--input-type=module",
    "-e",
    `import { withLock } from ${JSON.stringify(module)};
     await withLock(${JSON.stringify(lock)}, () => {}, () => { console.log("held"); return new Promise((r) => setTimeout(r, 60_000)); });`,
  ]);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  let waited = false;
  const mine = withLock(
    lock,
    () => {
      waited = true;
    },
    async () => "mine",
  );
  await sleep(600);
  child.kill("SIGKILL");
  expect(await mine).toBe("mine");
  expect(waited).toBe(true);
});

test("the lock is free again after work that throws", async () => {
  const lock = name("throws");
  await expect(
    withLock(
      lock,
      () => {},
      async () => {
        throw new Error("work failed");
      },
    ),
  ).rejects.toThrow("work failed");
  expect(
    await withLock(
      lock,
      () => {},
      async () => 1,
    ),
  ).toBe(1);
});
