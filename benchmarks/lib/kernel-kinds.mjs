import fs from "node:fs";
import path from "node:path";

/** Seconds after which a cell counts as never answered. */
const PATIENCE = 15;

const shows = (expected) => (runs) => text(runs.at(-1)) === expected;
const alive = (runs) => shows("alive")(runs);
const failed = (run) => run.reply.status === "error";

/** Kinds of cells that readers write, each with how it is told whether they work. */
export const KINDS = [
  { name: "redeclare const", cells: ["const twice = 1;", "const twice = 2;", "twice"], works: shows("2") },
  {
    name: "closure sees reassigned let",
    cells: ["let seen = 1;\nconst look = () => seen;", "seen = 5;", "look()"],
    works: shows("5"),
  },
  {
    name: "caller sees redefined function",
    cells: [
      "function inner() { return 1; }\nfunction outer() { return inner(); }",
      "function inner() { return 2; }",
      "outer()",
    ],
    works: shows("2"),
  },
  {
    name: "names of a failing cell",
    cells: ["const reached = 7;\nthrow new Error('on purpose');", "reached"],
    works: shows("7"),
  },
  {
    name: "namespace type in the next cell",
    cells: [
      "namespace Shapes { export type Side = number; export const one: Side = 1; }",
      "const side: Shapes.Side = Shapes.one + 1; side",
    ],
    works: shows("2"),
  },
  {
    name: "standard decorator",
    cells: [
      `function doubled(method: (this: unknown, x: number) => number, _context: ClassMethodDecoratorContext) {
  return function (this: unknown, x: number) { return 2 * method.call(this, x); };
}
class Decorated { @doubled of(x: number) { return x; } }
new Decorated().of(4)`,
    ],
    works: shows("8"),
  },
  { name: "ESM-only package", cells: ["import { esm } from 'only-esm';\nesm"], works: shows("only esm") },
  {
    name: "import attributes",
    cells: ["import data from './data.json' with { type: 'json' };\ndata.answer"],
    works: shows("42"),
  },
  {
    name: "using",
    cells: [
      "const freed: string[] = [];\n{ using held = { [Symbol.dispose]() { freed.push('freed'); } }; void held; }\nfreed.join()",
    ],
    works: shows("freed"),
  },
  { name: "toSorted", cells: ["[3, 1, 2].toSorted().join()"], works: shows("1,2,3") },
  { name: "export const", cells: ["export const exported = 3;", "exported"], works: shows("3") },
  {
    name: "JSX",
    cells: [
      `function h(tag: string, _properties: object | null, ...children: unknown[]) { return \`\${tag}(\${children})\`; }
namespace h {
  export namespace JSX {
    export type Element = string;
    export interface IntrinsicElements { b: object }
  }
}`,
      "<b>bold</b>",
    ],
    works: shows("b(bold)"),
  },
  {
    name: "type error shown",
    cells: ["const wrongly: number = 'text';"],
    works: ([run]) => failed(run) && /2322|is not assignable/.test(told(run)),
  },
  {
    name: "error names the cell's line",
    cells: ["const fine = 1;\n\nthrow new Error('third line');"],
    works: ([run]) => failed(run) && /(line |:)3:\d+/.test(told(run)),
  },
  { name: "require", cells: ["require('node:path').basename('/a/b')"], works: shows("b") },
  {
    name: "destructuring to earlier variables",
    cells: [
      "let left = 1, right = 2;",
      "[left, right] = [right, left];\n({ left } = { left: 9 });",
      "`${left}${right}`",
    ],
    works: shows("91"),
  },
  {
    name: "top-level for await",
    cells: ["let total = 0;\nfor await (const x of [1, 2]) total += x;\ntotal"],
    works: shows("3"),
  },
  {
    name: "child's inherited stdout",
    cells: [
      "import { spawnSync } from 'node:child_process';\nconst done = spawnSync('echo', ['from below'], { stdio: 'inherit' });",
    ],
    works: shows("from below"),
  },
  {
    name: "process.stdout.write",
    cells: ["process.stdout.write('written\\n');"],
    works: (runs) => text(runs[0]).startsWith("written"),
  },
  {
    name: "throw of a hostile object",
    cells: [
      "throw new Proxy(new Error('inside'), { get() { throw new Error('hostile'); }, getPrototypeOf() { throw new Error('hostile'); } });",
      "'alive'",
    ],
    works: (runs) => failed(runs[0]) && alive(runs),
  },
  {
    name: "late output to its own cell",
    cells: [
      "setTimeout(() => console.log('late'), 400);",
      "await new Promise((done) => setTimeout(done, 900));",
    ],
    works: ([first, second]) => !/late/.test(text(second)) && first.later.includes("late"),
  },
  {
    name: "unhandled rejection shown",
    cells: [
      "void Promise.reject(new Error('nobody awaits'));\nawait new Promise((done) => setTimeout(done, 100));",
      "'alive'",
    ],
    works: (runs) => runs.some((run) => /nobody awaits/.test(told(run) + text(run))) && alive(runs),
  },
  {
    name: "Stop of for(;;)",
    stopped: true,
    cells: ["for (;;) {}", "'alive'"],
    works: (runs) => failed(runs[0]) && alive(runs),
  },
  {
    name: "Stop of a pending await",
    stopped: true,
    cells: ["await new Promise(() => {});", "'alive'"],
    works: (runs) => failed(runs[0]) && alive(runs),
  },
  {
    name: "800 prints on two streams",
    cells: [
      "for (let i = 0; i < 400; i++) { console.log(`out ${i}`); console.error(`err ${i}`); }",
      "'alive'",
    ],
    works: (runs) => text(runs[0]).split("\n").length === 800 && alive(runs),
  },
];

const streams = ({ messages }) =>
  messages.filter(({ type }) => type === "stream").map(({ content }) => content.text);

/** What a cell printed, and its value as text. */
function text({ messages, ...run }) {
  const values = messages
    .filter(({ type }) => type === "execute_result")
    .map(({ content }) => content.data["text/plain"]);
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
  return [...streams({ messages, ...run }), ...values]
    .join("")
    .trim()
    .replace(escapes, "")
    .replace(/^(["'])(.*)\1$/s, "$2");
}

/** What a cell said of its error, wherever it said so. */
function told({ messages, reply }) {
  const { evalue = "", traceback = [] } = reply;
  return [...streams({ messages }), evalue, ...traceback].join("\n");
}

/** Makes what the cells read beside the notebook. */
export function writeNeighbours(folder) {
  const files = {
    "data.json": '{ "answer": 42 }',
    "package.json": '{ "dependencies": { "only-esm": "1.0.0" } }',
    "tsconfig.json": '{ "compilerOptions": { "jsx": "react", "jsxFactory": "h" } }',
    "node_modules/only-esm/package.json":
      '{ "name": "only-esm", "version": "1.0.0", "type": "module", "exports": { "types": "./index.d.ts", "import": "./index.js" } }',
    "node_modules/only-esm/index.js": 'await 0;\nexport const esm = "only esm";',
    "node_modules/only-esm/index.d.ts": "export declare const esm: string;",
  };
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
}

/**
 * Runs the cells of a kind one after the other.
 * @param {(name: string, arguments_?: object) => Promise<any>} ask a running kernel, as tests/kernel/bridge.py drives it
 * @returns {Promise<{ outcome: "works" | "wrong" | "never answered", runs: object[] }>}
 */
export async function runKind(ask, { cells, works, stopped = false }) {
  const runs = [];
  try {
    for (const [i, code] of cells.entries()) {
      const id = await ask("send", { code });
      if (stopped && i === 0) {
        await ask("sleep", { seconds: 0.7 });
        await ask("interrupt");
      }
      const run = { id, ...(await ask("collect", { id, timeout: PATIENCE })) };
      runs.push(run);
      // For a while after an error stock tslab aborts whatever comes.
      if (failed(run)) await ask("sleep", { seconds: 0.6 });
    }
  } catch (error) {
    if (!error.message.startsWith("TimeoutError")) throw error;
    return { outcome: "never answered", runs };
  }
  for (const run of runs) {
    const later = await ask("heard", { id: run.id });
    run.messages.push(...later);
    run.later = streams({ messages: later }).join("");
  }
  return { outcome: works(runs) ? "works" : "wrong", runs };
}
