import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./kernel";

const load = createRequire(join(root, "package.json"));

test("tslab is installed, required and locked in exactly the version whose inside is used", () => {
  const { version } = load("tslab/package.json") as { version: string };
  expect(version).toBe("1.0.22");
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(manifest.dependencies.tslab).toBe(version);
});

test("tslab brings the ZeroMQ that the kernel's sockets are made of", () => {
  const ofTslab = createRequire(load.resolve("tslab/package.json"));
  expect(Object.keys(ofTslab("zeromq") as object)).toEqual(
    expect.arrayContaining(["Router", "XPublisher", "Reply"]),
  );
});

test("what a cell shows by tslab's display goes through the function that the kernel replaces", () => {
  const jupyter = load("tslab/dist/jupyter") as { lastWriteDisplayData: unknown };
  const shown: unknown[] = [];
  jupyter.lastWriteDisplayData = (...given: unknown[]) => shown.push(given);
  const tslab = load("tslab") as { display: { html(text: string): void } };
  tslab.display.html("<b>x</b>");
  expect(shown).toMatchObject([[{ data: { "text/html": "<b>x</b>" }, metadata: {} }, undefined]]);
});
