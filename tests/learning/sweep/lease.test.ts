import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Holder, Lease, leasesIn } from "../../../src/learning/sweep/lease";
import { thisProcess } from "../../../src/learning/sweep/thisProcess";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "lease-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const HASH = "0123456789abcdef";
const taken = async (seconds?: number) => {
  const lease = await Lease.take(folder, HASH, { seconds });
  if (!(lease instanceof Lease)) throw new Error(`held by ${lease.pid}`);
  return lease;
};
const holder = (more: Partial<Holder>): Holder => ({
  ...thisProcess(),
  ...{ token: "t", since: "2026-01-01T00:00:00.000Z", about: "" },
  ...more,
});
const write = (generation: number, text: string, age = 0) => {
  const file = path.join(folder, `${HASH}.${generation}`);
  fs.writeFileSync(file, text);
  const then = Date.now() / 1000 - age;
  fs.utimesSync(file, then, then);
};
const built = (name: string) =>
  JSON.stringify(createRequire(__filename).resolve(`intrinsic-params/dist/learning/sweep/${name}.js`));

it("one holder at a time: who comes second learns of the first, and gets it after the release", async () => {
  const first = await taken();
  expect(await Lease.take(folder, HASH, {})).toMatchObject({ pid: process.pid, host: os.hostname() });
  await first.release();
  expect(fs.readdirSync(folder)).toEqual([]);
  const second = await taken();
  expect(await first.renew()).toBe(false);
  await first.release();
  expect(await second.renew()).toBe(true);
});

it("a lease of a process that was killed is free at once, of another machine after its time", async () => {
  write(3, JSON.stringify(holder({ pid: 2 ** 22 + 1 })));
  await (await taken()).release();
  // A number that was given to another process since.
  write(1, JSON.stringify(holder({ begun: "1" })));
  await (await taken()).release();
  write(1, JSON.stringify(holder({ machine: "elsewhere", host: "elsewhere" })), 100);
  expect(await Lease.take(folder, HASH, { seconds: 200 })).toMatchObject({ host: "elsewhere" });
  const lease = await taken(50);
  expect(fs.readdirSync(folder)).toEqual([`${HASH}.2`]);
  await lease.release();
});

it("half of a lease, or something else in its place, holds nothing up", async () => {
  for (const text of ["", '{"token": "a', "null", "[]"]) {
    write(1, text, 1000);
    await (await taken()).release();
  }
  expect(fs.readdirSync(folder)).toEqual([]);
});

it("what is told is how far a run is, by the last whole line, and nothing of the dead", async () => {
  const lease = await taken();
  await lease.renew({ phase: 0, epoch: 3, at: "now" });
  await lease.renew();
  fs.appendFileSync(path.join(folder, `${HASH}.1`), '{"phase": 1, "ep');
  expect((await leasesIn(folder)).get(HASH)).toMatchObject({ pid: process.pid });
  await lease.renew({ phase: 1, epoch: 5, at: "now" });
  write(2, JSON.stringify(holder({ pid: 2 ** 22 + 1 })));
  expect((await leasesIn(folder)).size).toBe(0);
  expect(await leasesIn(path.join(folder, "none"))).toEqual(new Map());
});

it("of many processes that take and kill each other for one lease, never do two hold it", {
  timeout: 60_000,
}, async () => {
  // Each holder makes a folder that only one can make, and some die with the lease.
  const code = `
    const fs = require("node:fs");
    const { Lease } = require(${built("lease")});
    const [, folder] = process.argv;
    (async () => {
      for (let i = 0; i < 25; ) {
        const lease = await Lease.take(folder, "${HASH}", {});
        if (!(lease instanceof Lease)) { await new Promise((r) => setTimeout(r, Math.random() * 4)); continue; }
        i++;
        const mark = folder + "/holder";
        const owner = fs.existsSync(mark) ? Number(fs.readFileSync(mark, "utf8")) : 0;
        let alive = false;
        try { alive = owner > 0 && process.kill(owner, 0) && !/\\) Z /.test(fs.readFileSync("/proc/" + owner + "/stat", "utf8")); } catch {}
        if (alive) { console.log("two at once: " + owner + " and " + process.pid); process.exit(1); }
        fs.writeFileSync(mark, String(process.pid));
        await new Promise((r) => setTimeout(r, Math.random() * 3));
        if (!(await lease.renew())) { console.log("lost"); process.exit(1); }
        if (process.argv[2] === "dies" && i === 20) process.kill(process.pid, "SIGKILL");
        fs.rmSync(mark);
        await lease.release();
      }
    })();`;
  const children = ["lives", "dies", "lives", "dies", "lives"].map((kind) =>
    spawn(process.execPath, ["-e", code, folder, kind], { stdio: ["ignore", "pipe", "inherit"] }),
  );
  let said = "";
  for (const child of children) child.stdout.on("data", (text) => (said += text));
  const ends = await Promise.all(children.map((child) => once(child, "close")));
  expect(said).toBe("");
  expect(ends.map(([code, signal]) => signal ?? code)).toEqual([0, "SIGKILL", 0, "SIGKILL", 0]);
  // Only what the dead left.
  expect(await leasesIn(folder)).toEqual(new Map());
});
