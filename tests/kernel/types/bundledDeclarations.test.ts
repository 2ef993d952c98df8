import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundledDeclarations, libraryNames } from "../../../src/kernel/types/bundledDeclarations";
import { NativeCompiler } from "../../../src/kernel/types/nativeCompiler";
import { ROOT } from "../../helpers/root";
import { Notebook } from "./notebook";

const notebooks = join(ROOT, "notebooks");
const modules = join(ROOT, "node_modules");

/** Where the compiler writes the same types by the values that have them, in one of the two programs. */
const asValues = "io: { fileSystem:";

/** A type without the names of the modules that its names are from. */
function unqualified(type: string): string {
  return type.replace(/import\("[^"]*"\)\.?/g, "").replace(/\bit\./g, "");
}

describe("declarations in bundles", () => {
  let bundled: NativeCompiler;
  let plain: NativeCompiler;
  beforeAll(async () => {
    [bundled, plain] = await Promise.all(
      [false, true].map((plainly) => NativeCompiler.start(notebooks, { plainly })),
    );
  });
  afterAll(() => {
    bundled.close();
    plain.close();
  });

  test("are a few files, where there would be a thousand", async () => {
    const files = async (compiler: NativeCompiler) => {
      const { program } = await compiler.open('import "intrinsic-params";');
      return (await program.getSourceFileNames()).length;
    };
    expect(await files(bundled)).toBeLessThan(50);
    expect(await files(plain)).toBeGreaterThan(900);
  });

  test.each([
    ...[
      "intrinsic-params",
      "@tensorflow/tfjs",
      "@tensorflow/tfjs-node",
      "@tensorflow/tfjs-core",
      "danfojs-node",
    ],
    ...["node:fs", "node:http", "node:stream/web", "node:util"],
  ])("say the same of all that %s exports as their own files", async (specifier) => {
    const told = async (compiler: NativeCompiler) => {
      const text = `import * as it from "${specifier}";\nlet all: typeof it;\nall.`;
      await compiler.open(text);
      const { items } = (await compiler.ask("completion", { line: 2, character: 4 })) as {
        items: { label: string; kind: number }[];
      };
      const names = items.map(({ label }) => label).filter((label) => /^\w+$/.test(label));
      const all = names.map((name, i) => `const each${i} = it.${name};`);
      const file = await compiler.open([`import * as it from "${specifier}";`, ...all].join("\n"));
      const source = await file.program.getSourceFile(file.path);
      if (!source) throw new Error("The cell has no tree.");
      const declared = [...source.statements].filter((one) => compiler.ast.isVariableStatement(one));
      const types = await file.checker.getTypeAtLocation(
        declared.map(({ declarationList }) => declarationList.declarations[0].name),
      );
      const texts = await Promise.all(
        types.map((type) => (type ? file.checker.typeToString(type, source, 1) : "none")),
      );
      return names
        .map((name, i) => `${name}: ${unqualified(texts[i])}`)
        .filter((line) => !line.startsWith(asValues))
        .sort();
    };
    const inBundle = await told(bundled);
    expect(inBundle.length).toBeGreaterThan(5);
    expect(inBundle).toEqual(await told(plain));
  });

  test("and those of JavaScript and Node themselves have the same global names", async () => {
    const names = async (compiler: NativeCompiler) => {
      await compiler.open("globalThis.");
      const { items } = (await compiler.ask("completion", { line: 0, character: 11 })) as {
        items: { label: string }[];
      };
      return items.map(({ label }) => label).sort();
    };
    expect(await names(bundled)).toEqual(await names(plain));
  });
});

describe("a cell", () => {
  test("may pass tensors between the library and TensorFlow.js, whichever of its packages it imports", async () => {
    const notebook = new Notebook();
    try {
      const imports = ["@tensorflow/tfjs", "@tensorflow/tfjs-node", "@tensorflow/tfjs-core"].map(
        (name, i) => `import * as tf${i} from "${name}";`,
      );
      expect(
        await notebook.cell([...imports, 'import { tensorflow } from "intrinsic-params";'].join("\n")),
      ).toEqual([]);
      expect(
        await notebook.cell(
          "let t: tf0.Tensor = tf1.tensor([1]).add(2); t = tf2.tensor([1]);\nconst own: tf1.Tensor = (await tensorflow()).tensor([1]);",
        ),
      ).toEqual([]);
      expect(await notebook.cell("const wrong: tf0.Tensor = 1;")).toEqual(["1:7 TS2322"]);
    } finally {
      await notebook.checker.close();
    }
  });

  test("may hand a value to later cells whose class is a module's default export", async () => {
    const notebook = new Notebook();
    try {
      expect(
        await notebook.cell(
          'import { dataFrames, tableDataset } from "intrinsic-params";\nconst { DataFrame } = await dataFrames();',
        ),
      ).toEqual([]);
      expect(await notebook.cell("const frame = new DataFrame([{ x: 1, arm: 'a' }]);")).toEqual([]);
      expect(await notebook.cell('tableDataset(frame, { label: "arm" });')).toEqual([]);
      expect(await notebook.cell("const wrong: string = frame;")).toEqual(["1:7 TS2322"]);
    } finally {
      await notebook.checker.close();
    }
  });

  test("that imports a door of the library by itself gets the same types as from the umbrella, before and after", async () => {
    const notebook = new Notebook();
    try {
      expect(
        await notebook.cell(
          'import { approximateLp, gallery } from "intrinsic-params";\nconst phi = approximateLp(gallery.smooth(1), { n: 1 });',
        ),
      ).toEqual([]);
      expect(
        await notebook.cell(
          'import * as theory from "intrinsic-params/theory";\nconst same: theory.Approximation = phi;',
        ),
      ).toEqual([]);
      expect(
        await notebook.cell("const again: theory.Approximation = phi; const J: number = again.grid.J;"),
      ).toEqual([]);
      expect(await notebook.cell("const wrong: string = phi;")).toEqual(["1:7 TS2322"]);
    } finally {
      await notebook.checker.close();
    }
  });
});

describe("bundles are used", () => {
  let folder: string;
  let root: string;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "bundled-")));
    root = join(folder, "project");
    mkdirSync(join(root, "node_modules", "table"), { recursive: true });
    cpSync(join(modules, ".package-lock.json"), join(root, "node_modules", ".package-lock.json"));
    const made = join("dist", "kernel", "types", "declarations");
    mkdirSync(join(root, made), { recursive: true });
    cpSync(join(ROOT, made, "index.json"), join(root, made, "index.json"));
    writeFileSync(join(root, "dist", ".tsbuildinfo"), "");
    utimesSync(join(root, "dist", ".tsbuildinfo"), 1, 1);
    symlinkSync(root, join(root, "node_modules", "intrinsic-params"), "junction");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const here = () => bundledDeclarations([join(root, "node_modules")], root);

  test("for the packages that a notebook has from this project", () => {
    const { paths } = here() ?? {};
    expect(Object.keys(paths ?? {}).sort()).toEqual(["intrinsic-params", "table"]);
    const other = join(folder, "other", "node_modules");
    mkdirSync(join(other, "table"), { recursive: true });
    mkdirSync(join(other, "@types", "node"), { recursive: true });
    const both = bundledDeclarations([other, join(root, "node_modules")], root);
    expect(both).toMatchObject({ paths: { "intrinsic-params": [expect.any(String)] }, node: undefined });
    expect(both?.paths).not.toHaveProperty("table");
    expect(libraryNames([other])).toEqual([]);
    expect(libraryNames([modules])).toContainEqual({
      ...{ name: "approximateLp", type: "function", isValue: true, isType: false },
    });
  });

  test("until the library is compiled anew, as by `npm run watch`", () => {
    utimesSync(join(root, "dist", ".tsbuildinfo"), new Date(), new Date(Date.now() + 1000));
    expect(Object.keys(here()?.paths ?? {})).toEqual(["table"]);
    expect(here()?.covers(join(root, "dist", "index.d.ts"))).toBe(false);
    expect(here()?.covers(join(root, "node_modules", "table", "index.d.ts"))).toBe(true);
  });

  test("until other packages are installed", () => {
    writeFileSync(join(root, "node_modules", ".package-lock.json"), "{}");
    expect(here()).toBeUndefined();
  });
});
