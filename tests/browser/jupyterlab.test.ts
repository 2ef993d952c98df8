import fs from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { findBrowser } from "../../scripts/browser.mjs";
import { type Lab, startLab } from "../helpers/jupyterlab";
import { ROOT } from "../helpers/root";

const executablePath = process.env.CHROME ?? findBrowser();
const artefacts = path.join(ROOT, "artefacts");

describe.skipIf(!executablePath)("JupyterLab as npm start opens it, in a real browser", () => {
  let lab: Lab;
  let browser: Browser;
  let page: Page;
  const consoleErrors: string[] = [];

  beforeAll(async () => {
    fs.mkdirSync(artefacts, { recursive: true });
    lab = await startLab();
    browser = await chromium.launch({
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on("pageerror", (error) => consoleErrors.push(String(error)));
  }, 150_000);

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await page.screenshot({ path: path.join(artefacts, "failed.png") });
  });

  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
  });

  test("the printed address leads to the index page, rendered, without a word about news", async () => {
    await page.goto(lab.url);
    await page.waitForSelector(".jp-RenderedMarkdown h1", { timeout: 60_000 });
    await page.waitForTimeout(1500);
    expect(await page.locator(".jp-RenderedMarkdown a[href*='.ipynb']").count()).toBeGreaterThan(1);
    expect(await page.getByText(/official Jupyter news/i).count()).toBe(0);
    await page.screenshot({ path: path.join(artefacts, "index.png") });
  }, 90_000);

  test("its first link opens notebook 01; all cells run; the charts are live and answer the mouse", async () => {
    await page.locator(".jp-RenderedMarkdown a[href*='01-the-idea']").first().click();
    await page.waitForSelector(".jp-NotebookPanel .jp-CodeCell", { timeout: 60_000 });
    // The toolbar's indicator says "idle" even before there is a kernel; the status bar does not.
    const kernelIs = (state: string) => page.getByText(`TypeScript | ${state}`).waitFor({ timeout: 60_000 });
    await kernelIs("Idle");
    await page.getByRole("menuitem", { name: "Run", exact: true }).click();
    await page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
    await kernelIs("Busy");
    await kernelIs("Idle");
    expect(
      await page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count(),
    ).toBe(0);

    const chart = page.locator(".jp-RenderedPlotly").first();
    await chart.scrollIntoViewIfNeeded();
    await chart.locator(".main-svg").first().waitFor({ timeout: 30_000 });
    const box = (await chart.locator(".nsewdrag").first().boundingBox())!;
    for (const share of [0.3, 0.5, 0.6])
      await page.mouse.move(box.x + box.width * share, box.y + box.height / 2, { steps: 4 });
    await chart.locator(".hoverlayer .hovertext").first().waitFor({ timeout: 10_000 });
    await page.screenshot({ path: path.join(artefacts, "01-the-idea.png") });
    expect(consoleErrors).toEqual([]);
  }, 180_000);

  test("TypeScript cells are highlighted as code", async () => {
    const classes = await page.evaluate(
      () => document.querySelectorAll(".jp-CodeCell .cm-line span[class]").length,
    );
    expect(classes).toBeGreaterThan(10);
  });
});
