import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { DEPRECATED, deprecatedIn } from "../../scripts/audit.mjs";
import { notices } from "../../scripts/notices.mjs";
import { ROOT } from "../helpers/root";

const read = (name: string) => fs.readFileSync(path.join(ROOT, name), "utf8");
const lock = JSON.parse(read("package-lock.json"));
const manifest = JSON.parse(read("package.json"));

test("every dependency is pinned to one version", () => {
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(
    ranges.filter(([, version]) => !/^((npm:[\w-]+@)?\d+\.\d+\.\d+|file:\.)$/.test(String(version))),
  ).toEqual([]);
});

test("every deprecated package in what runs is explained, and no explanation is left over", () => {
  expect(deprecatedIn(lock)).toEqual(Object.keys(DEPRECATED).sort());
});

test("the third-party notices are those of the lockfile", () => {
  expect(read("THIRD-PARTY-NOTICES.md")).toBe(notices(lock));
});

test("the lockfile has the native packages of Linux, macOS and Windows, so that npm ci works there too", () => {
  const names = Object.keys(lock.packages);
  for (const part of [
    "@biomejs/cli-",
    "@esbuild/",
    "@napi-rs/canvas-",
    "@resvg/resvg-js-",
    "@rolldown/binding-",
  ])
    for (const platform of ["linux-x64", "linux-arm64", "darwin-arm64", "darwin-x64", "win32-x64"])
      expect(
        names.some((name) => name.startsWith(`node_modules/${part}${platform}`)),
        `${part} ${platform}`,
      ).toBe(true);
});

test("danfo brings no second TensorFlow, no package from outside the registry, and not the deprecated request", () => {
  const versions = Object.keys(lock.packages).filter((name) =>
    name.endsWith("node_modules/@tensorflow/tfjs-node"),
  );
  expect(versions).toEqual(["node_modules/@tensorflow/tfjs-node"]);
  expect(JSON.stringify(lock)).not.toMatch(/"resolved":"(git|https?)/);
  const request = Object.entries<{ name?: string }>(lock.packages).filter(([name]) =>
    name.endsWith("node_modules/request"),
  );
  expect(request.map(([, p]) => p.name)).toEqual(["@cypress/request"]);
});
