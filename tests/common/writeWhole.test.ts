import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeWhole, writeWholeSync } from "../../src/common/writeWhole.cjs";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "whole ü-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));
const at = (name: string) => path.join(folder, name);

/** A process that never comes to the end of writing a file, and the part that it writes. */
async function writer(file: string) {
  const script = createRequire(__filename).resolve("intrinsic-params/dist/common/writeWhole.cjs");
  const code = `const fs = require("node:fs/promises");
    const { open } = fs;
    fs.open = async (...args) => {
      const handle = await open(...args);
      handle.sync = () => new Promise(() => setInterval(() => {}, 1000));
      console.log(args[0]);
      return handle;
    };
    require(${JSON.stringify(script)}).writeWhole(${JSON.stringify(file)}, "half of it");`;
  const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const kill = async () => {
    child.kill("SIGKILL");
    await once(child, "close");
  };
  return { part: path.basename(String(line).trim()), kill };
}

it("what a killed process left half written goes with the next file, what a living one writes stays", async () => {
  const [killed, living] = [await writer(at("a.json")), await writer(at("b.json"))];
  await killed.kill();
  try {
    expect(fs.readdirSync(folder).sort()).toEqual([killed.part, living.part].sort());
    expect(await writeWhole(at("c.json"), "é", Uint8Array.of(1))).toBe(3);
    expect(fs.readdirSync(folder).sort()).toEqual([living.part, "c.json"].sort());
  } finally {
    await living.kill();
  }
});

it("a text that comes in pieces is the text, and its size is told; pieces that fail leave nothing", async () => {
  const pieces = Array.from({ length: 30_000 }, (_, i) => `é${i}\n`);
  const whole = pieces.join("");
  expect(await writeWhole(at("pieces"), "head\n", pieces)).toBe(5 + Buffer.byteLength(whole));
  expect(fs.readFileSync(at("pieces"), "utf8")).toBe(`head\n${whole}`);
  function* failing() {
    yield* pieces;
    throw new Error("no more");
  }
  await expect(writeWhole(at("pieces"), failing())).rejects.toThrow("no more");
  expect(fs.readFileSync(at("pieces"), "utf8")).toBe(`head\n${whole}`);
  expect(fs.readdirSync(folder)).toEqual(["pieces"]);
});

it("parts of other machines, and of numbers in use again, stay for a day; other files for ever", async () => {
  const mine = /-([0-9a-f]{8})-[0-9a-f]{8}\.part$/;
  const own = await writer(at("a.json"));
  await own.kill();
  fs.rmSync(at(own.part));
  const [, machine] = mine.exec(own.part) as RegExpExecArray;
  const elsewhere = machine === "00000000" ? "11111111" : "00000000";
  const [gone, here] = [own.part.split(".")[2].split("-")[0], process.pid];
  const parts = [
    `x.${gone}-${elsewhere}-01234567.part`,
    `x.${gone}-01234567.part`,
    `x.${here}-${machine}-01234567.part`,
  ];
  const others = [
    "x.part",
    `x.${gone}.part`,
    `x.${gone}-${machine}-0123.part`,
    `x.${gone}-${machine}-01234567`,
  ];
  const make = (sub: string, hours: number) => {
    fs.mkdirSync(at(sub));
    const then = Date.now() / 1000 - 3600 * hours;
    for (const name of [...parts, ...others]) {
      fs.writeFileSync(path.join(at(sub), name), "");
      fs.utimesSync(path.join(at(sub), name), then, then);
    }
  };
  make("new", 23);
  make("old", 25);
  for (const sub of ["new", "old"]) await writeWhole(path.join(at(sub), "file"), "");
  expect(fs.readdirSync(at("new")).sort()).toEqual(["file", ...parts, ...others].sort());
  expect(fs.readdirSync(at("old")).sort()).toEqual(["file", ...others].sort());
});

it("a write that fails leaves neither the file nor a part of it", async () => {
  fs.mkdirSync(at("taken"));
  fs.writeFileSync(path.join(at("taken"), "inside"), "");
  await expect(writeWhole(at("taken"), "text")).rejects.toThrow(/EISDIR|ENOTEMPTY|EPERM|EEXIST/);
  expect(fs.readdirSync(folder)).toEqual(["taken"]);
});

it("code that cannot wait writes as whole: folders are made, the old content stays where writing fails", () => {
  const file = at("new/folder/file");
  expect(writeWholeSync(file, "é", Uint8Array.of(1))).toBe(3);
  expect([...fs.readFileSync(file)]).toEqual([...new TextEncoder().encode("é"), 1]);
  expect(() => writeWholeSync(file, "other", 5 as never)).toThrow(TypeError);
  expect(fs.readFileSync(file)).toHaveLength(3);
  expect(fs.readdirSync(path.dirname(file))).toEqual(["file"]);
});
