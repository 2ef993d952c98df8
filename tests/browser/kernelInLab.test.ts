import fs from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { findBrowser } from "../../scripts/browser.mjs";
import { type Lab, startLab } from "../helpers/jupyterlab";
import { ROOT } from "../helpers/root";

const executablePath = process.env.CHROME ?? findBrowser();
const artefacts = path.join(ROOT, "artefacts");
const NOTEBOOK = "kernel.ipynb";
/** A state that does not come on a busy machine within this time does not come. */
const WAIT = { timeout: 30_000 };
const IMPORT = 'import { approximateLp } from "intrinsic-params";';
const SHAPE = [
  "/** A point of the plane. */",
  "const phi = { dimension: 2, depth: 3, at: (x: number) => 2 * x };",
  "/** Moves a point along the line. */",
  "function moved(point: number, by: number): number { return point + by; }",
  "phi.depth",
].join("\n");
/** Filled by the reader while the notebook is open. */
const EMPTY = 6;

function notebook(): string {
  const { metadata } = JSON.parse(fs.readFileSync(path.join(ROOT, "notebooks/01-the-idea.ipynb"), "utf8"));
  const cell = (source: string, i: number) => ({
    cell_type: "code",
    execution_count: null,
    id: `cell-${i}`,
    metadata: {},
    outputs: [],
    source,
  });
  const cells = [SHAPE, ...Array.from({ length: EMPTY }, () => "")].map(cell);
  return `${JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

describe.skipIf(!executablePath)("the kernel in JupyterLab, in a real browser", () => {
  let lab: Lab;
  let browser: Browser;
  let page: Page;
  let file: string;
  const pageErrors: string[] = [];
  /** What the kernel has said of its state, and of which request. */
  const statuses: string[] = [];

  beforeAll(async () => {
    fs.mkdirSync(artefacts, { recursive: true });
    lab = await startLab();
    file = path.join(lab.folder, NOTEBOOK);
    fs.writeFileSync(file, notebook());
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
    });
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.on("pageerror", (error) => pageErrors.push(String(error)));
    page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => {
        const text = payload.toString();
        const state = /"execution_state": ?"(\w+)"/.exec(text)?.[1];
        const [type, request] = [...text.matchAll(/"msg_type": ?"(\w+)"/g)].map(([, name]) => name);
        if (type === "status") statuses.push(`${state} ${request}`);
      }),
    );
    await open();
  }, 200_000);

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail")
      await page.screenshot({ path: path.join(artefacts, "failed-kernel.png") });
  });

  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
  });

  const open = async () => {
    await page.goto(lab.url.replace("index.md", NOTEBOOK));
    await page.waitForSelector(".jp-NotebookPanel .jp-CodeCell", { timeout: 60_000 });
    await kernelIs("Idle");
  };
  const kernelIs = (state: string) => page.getByText(`TypeScript | ${state}`).waitFor({ timeout: 60_000 });
  const cell = (index: number) => page.locator(".jp-NotebookPanel .jp-CodeCell").nth(index);
  const prompt = (index: number) => cell(index).locator(".jp-InputArea-prompt");
  const output = (index: number) => cell(index).locator(".jp-OutputArea");
  const code = async (index: number) =>
    (await cell(index).locator(".cm-line").allTextContents()).join("\n").trimEnd();
  const completer = () => page.locator(".jp-Completer:not(.lm-mod-hidden)");
  const matches = () => completer().locator(".jp-Completer-match").allTextContents();

  /** Writes a cell anew, as a reader does: the cursor stands behind the last letter. */
  const write = async (index: number, text: string) => {
    await cell(index).locator(".cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Backspace");
    await page.keyboard.insertText(text);
    await expect.poll(() => code(index), WAIT).toBe(text.trimEnd());
  };
  const run = async (index: number) => {
    await cell(index).locator(".cm-content").click();
    await page.keyboard.press("Control+Enter");
  };
  const toolbar = (command: string) =>
    page.locator(`.jp-NotebookPanel-toolbar [data-command="${command}"]`).first().click();
  const menu = async (name: string, item: string) => {
    await page.getByRole("menuitem", { name, exact: true }).click();
    await page.getByRole("menuitem", { name: item, exact: true }).click();
  };

  test("an edited cell runs, and its value stands below it", async () => {
    await run(0);
    await expect.poll(() => output(0).textContent(), WAIT).toContain("3");
    await write(0, SHAPE.replace("depth: 3", "depth: 5"));
    await run(0);
    await expect.poll(() => prompt(0).textContent(), WAIT).toBe("[2]:");
    await expect.poll(() => output(0).textContent(), WAIT).toContain("5");
  }, 60_000);

  test("after a dot Tab lists the members, and the chosen one takes its place", async () => {
    await write(1, "phi.");
    await page.keyboard.press("Tab");
    await expect.poll(matches, WAIT).toEqual(["at", "depth", "dimension"]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => code(1), WAIT).toBe("phi.depth");
    await run(1);
    await expect.poll(() => output(1).textContent(), WAIT).toContain("5");
  }, 60_000);

  test("a name of the library is chosen from a list of names, and then brings its import", async () => {
    await write(2, "const build = approx");
    await page.keyboard.press("Tab");
    await expect.poll(matches, WAIT).toContain("approximateLp");
    expect((await matches()).filter((name) => !/^approximate\w+$/.test(name))).toEqual([]);
    // A second Tab fills in what all names begin with; nothing else of the cell changes.
    await page.keyboard.press("Tab");
    await expect.poll(() => code(2), WAIT).toBe("const build = approximate");
    await completer().getByText("approximateLp", { exact: true }).click();
    await expect.poll(() => code(2), WAIT).toBe("const build = approximateLp");
    await page.keyboard.press("Tab");
    await expect.poll(matches, WAIT).toEqual([`${IMPORT}\nconst build = approximateLp`]);
    await page.keyboard.press("Enter");
    await expect.poll(() => code(2), WAIT).toBe(`${IMPORT}\nconst build = approximateLp`);
    // The cursor stands behind the name.
    await page.keyboard.insertText("; build.name");
    await run(2);
    await expect.poll(() => output(2).textContent(), WAIT).toContain("approximateLp");
  }, 60_000);

  test("where the cell has a longer word, a name is completed in its line without an import", async () => {
    await write(3, "const one = approximateLp;\nconst other = approximateL");
    await page.keyboard.press("Tab");
    await expect.poll(matches, WAIT).toEqual(["approximateLp"]);
    await page.keyboard.press("Enter");
    await expect.poll(() => code(3), WAIT).toBe("const one = approximateLp;\nconst other = approximateLp");
  }, 60_000);

  test("Shift+Tab inside parentheses shows the signature and what is documented", async () => {
    await write(3, "moved(1, ");
    await page.keyboard.press("Shift+Tab");
    const tooltip = page.locator(".jp-Tooltip");
    await expect
      .poll(() => tooltip.textContent(), WAIT)
      .toContain("moved(point: number, by: number): number");
    expect(await tooltip.textContent()).toContain("Moves a point along the line.");
    await page.keyboard.press("Escape");
    await tooltip.waitFor({ state: "detached" });
  }, 60_000);

  test("a type error names the reader's line, and nothing of the cell has run", async () => {
    await write(3, 'phi.depth = 99;\nconst wrong: number = "text";');
    await run(3);
    await expect.poll(() => output(3).textContent(), WAIT).toContain("TS2322");
    expect(await output(3).textContent()).toContain("line 2:7: TS2322: Type 'string' is not assignable");
    await write(4, "phi.depth");
    await run(4);
    await expect.poll(() => output(4).textContent(), WAIT).toContain("5");
  }, 60_000);

  test("while an endless loop runs, completion answers, the kernel is shown as busy, and Stop ends the loop", async () => {
    await write(5, "console.log('begun');\nwhile (true) {}");
    await run(5);
    await expect.poll(() => output(5).textContent(), WAIT).toContain("begun");
    statuses.length = 0;
    await write(6, "phi.");
    await page.keyboard.press("Tab");
    await expect.poll(matches, WAIT).toEqual(["at", "depth", "dimension"]);
    await expect.poll(() => statuses, WAIT).toContain("idle complete_request");
    await expect.poll(() => statuses.at(-1), WAIT).toBe("busy execute_request");
    await kernelIs("Busy");
    await page.keyboard.press("Escape");
    expect(await prompt(5).textContent()).toBe("[*]:");
    await toolbar("notebook:interrupt-kernel");
    await kernelIs("Idle");
    await expect.poll(() => prompt(5).textContent(), WAIT).toMatch(/\[\d+\]:/);
    expect(await output(5).textContent()).toContain("Interrupted: the cell was stopped");
    await write(6, "phi.depth + 1");
    await run(6);
    await expect.poll(() => output(6).textContent(), WAIT).toContain("6");
  }, 90_000);

  test("after Restart the names are gone; Run All Cells makes them anew, in order", async () => {
    await toolbar("notebook:restart-kernel");
    await page.locator(".jp-Dialog .jp-mod-accept").click();
    await page.locator(".jp-Dialog").waitFor({ state: "detached" });
    await kernelIs("Idle");
    await run(4);
    await expect.poll(() => output(4).textContent(), WAIT).toContain("phi");
    expect(await output(4).textContent()).toContain("TS2304");
    await write(3, "moved(1, 2)");
    await write(5, "'stopped'");
    await menu("Run", "Run All Cells");
    const prompts = () =>
      page.locator(".jp-NotebookPanel .jp-CodeCell .jp-InputArea-prompt").allTextContents();
    await expect.poll(prompts, WAIT).toEqual([2, 3, 4, 5, 6, 7, 8].map((count) => `[${count}]:`));
    expect(await output(3).textContent()).toContain("3");
  }, 90_000);

  test("what is saved is there when the notebook is opened again, outputs and counts", async () => {
    const shown = () => page.locator(".jp-NotebookPanel .jp-CodeCell .jp-OutputArea").allTextContents();
    const before = await shown();
    expect(before.join()).toContain("approximateLp");
    await page.keyboard.press("Control+s");
    await expect.poll(() => page.locator(".jp-mod-dirty").count(), WAIT).toBe(0);
    const saved = JSON.parse(fs.readFileSync(file, "utf8")) as { cells: { execution_count: number }[] };
    expect(saved.cells.map(({ execution_count }) => execution_count)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    await open();
    await expect.poll(shown, WAIT).toEqual(before);
    expect(await prompt(6).textContent()).toBe("[8]:");
    expect(pageErrors).toEqual([]);
  }, 90_000);
});
