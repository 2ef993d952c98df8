import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { manifest } from "../../scripts/pack.mjs";
import { ROOT } from "../helpers/root";

/** A folder in the checkout that git does not see. */
let folder: string;
beforeAll(() => {
  fs.mkdirSync(path.join(ROOT, "artefacts"), { recursive: true });
  folder = fs.mkdtempSync(path.join(ROOT, "artefacts", "doors-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));
const run = (file: string, text: string, ...args: string[]) => {
  fs.writeFileSync(path.join(folder, file), text);
  const { stdout, stderr } = spawnSync(process.execPath, [...args, file], { cwd: folder, encoding: "utf8" });
  return stdout + stderr;
};

const NAMES = `[theory.target === all.target, learning.fit === all.fit, show.curvesChart === all.curvesChart]`;
const TYPES = `
import * as all from "intrinsic-params";
import { fit } from "intrinsic-params/learning";
import { curvesChart } from "intrinsic-params/show";
import { target } from "intrinsic-params/theory";
export const same: [typeof fit, typeof curvesChart, typeof target] = [all.fit, all.curvesChart, all.target];
// @ts-expect-error
target(3);`;

describe("a file in the checkout opens the doors by the package's name, as a project does that installs it", () => {
  test("as an ES module and as CommonJS, and what it gets is the umbrella's", () => {
    const named = ["theory", "learning", "show"].map((door) => [door, `intrinsic-params/${door}`]);
    const doors = [["all", "intrinsic-params"], ...named];
    const imports = doors.map(([name, from]) => `import * as ${name} from "${from}";`).join("\n");
    const requires = doors.map(([name, from]) => `const ${name} = require("${from}");`).join("\n");
    for (const [file, head] of [
      ["doors.mjs", imports],
      ["doors.cjs", requires],
    ])
      expect(run(file, `${head}\nconsole.log(${NAMES}.join());`)).toBe("true,true,true\n");
  });

  test.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
    ["commonjs", "node10"],
  ])("with its types, by module %s and resolution %s", (module, moduleResolution) => {
    const compilerOptions = { module, moduleResolution, strict: true, target: "es2022", noEmit: true };
    const config = { compilerOptions: { ...compilerOptions, skipLibCheck: true }, files: ["doors.ts"] };
    fs.writeFileSync(path.join(folder, "doors.ts"), TYPES);
    expect(
      run("tsconfig.json", JSON.stringify(config), path.join(ROOT, "node_modules/typescript/bin/tsc"), "-p"),
    ).toBe("");
  });
});

test("the tarball has the checkout's doors, without the one to what is built", () => {
  const root = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8"));
  const { exports, typesVersions } = manifest(root);
  const { "./dist/*": inner, ...others } = root.exports;
  expect(inner).toBe("./dist/*");
  expect(exports).toEqual(others);
  expect(Object.keys(exports)).toEqual([".", "./theory", "./learning", "./show", "./package.json"]);
  expect(Object.keys(typesVersions["*"])).toEqual(["theory", "learning", "show"]);
});
