import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { run } from "../../scripts/run.mjs";
import { digestFolder, stampMatches } from "../../scripts/stamp.mjs";
import { writeWholeSync } from "../../src/common/writeWhole.cjs";

const fails = (script: string) => run("installing things", process.execPath, ["-e", script]);

test.each([
  ["console.error('npm error code EAI_AGAIN'); process.exit(1)", /No network/, /proxy/],
  [
    "console.error('OSError: [Errno 28] No space left on device'); process.exit(1)",
    /disk is full/,
    /Free some space/,
  ],
  [
    "console.error('npm error EACCES: permission denied'); process.exit(1)",
    /may not be written/,
    /folder of your own/,
  ],
  ["console.error('something else'); process.exit(3)", /Installing things failed/, /--check/],
])(
  "a program that ends with %s is explained, with its last lines and what to do",
  async (script, what, todo) => {
    const error = await fails(script).then(
      () => undefined,
      (e) => e,
    );
    expect(error?.name).toBe("SetupError");
    expect(error.message).toMatch(what);
    expect(error.todo).toMatch(todo);
    expect(error.detail).toContain("exit code");
  },
);

test("a program that is not there is named", async () => {
  await expect(run("compiling", "no-such-program-here", [])).rejects.toThrow(
    /"no-such-program-here" was not found; compiling needs it\./,
  );
});

test("standard output comes back, standard error does not mix with it", async () => {
  expect(await run("printing", process.execPath, ["-e", "console.log('out'); console.error('err')"])).toBe(
    "out\n",
  );
});

test("a folder's digest changes with a content, a name, and a removal, and with nothing else", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "digest-"));
  try {
    const write = (name: string, text: string) => writeWholeSync(path.join(folder, name), text);
    write("a/b.ts", "1");
    write("c.ts", "2");
    const first = digestFolder(folder);
    write("a/b.ts", "1");
    expect(digestFolder(folder)).toBe(first);
    write("a/b.ts", "12");
    const second = digestFolder(folder);
    fs.renameSync(path.join(folder, "c.ts"), path.join(folder, "d.ts"));
    const third = digestFolder(folder);
    fs.rmSync(path.join(folder, "d.ts"));
    expect(new Set([first, second, third, digestFolder(folder)]).size).toBe(4);
    write("stamp", "x");
    expect([
      stampMatches(path.join(folder, "stamp"), "x"),
      stampMatches(path.join(folder, "stamp"), "y"),
      stampMatches(path.join(folder, "none"), "x"),
    ]).toEqual([true, false, false]);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
