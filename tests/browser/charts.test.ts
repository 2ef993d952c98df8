import fs from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { findBrowser } from "../../scripts/browser.mjs";
import { type Lab, startLab } from "../helpers/jupyterlab";
import { ROOT } from "../helpers/root";

const executablePath = process.env.CHROME ?? findBrowser();
const artefacts = path.join(ROOT, "artefacts");
const NOTEBOOK = "charts.ipynb";
/** Charts whose legend has more rows in a narrow window than in a wide one; the second has to grow for them. */
const LEGENDS = [
  { notebook: "12-without-strips", title: "Bits against guaranteed error" },
  { notebook: "04-the-error-bound", title: "Two rates" },
];
/** A state that does not come on a busy machine within this time does not come. */
const WAIT = { timeout: 30_000 };

type Bundle = { "application/vnd.plotly.v1+json": { layout: { title: { text: string }; height: number } } };

/** The stored outputs of notebooks with a slider, many traces, a heat map, long legends; then a figure that no Plotly can draw. */
function notebook(): string {
  const read = (name: string) =>
    JSON.parse(fs.readFileSync(path.join(ROOT, "notebooks", name), "utf8")) as {
      cells: { outputs?: { data?: Bundle }[] }[];
      metadata: object;
    };
  const charts = (name: string) =>
    read(name)
      .cells.flatMap(({ outputs = [] }) => outputs)
      .filter(({ data }) => data && "application/vnd.plotly.v1+json" in data);
  const slider = charts("07-classification-as-approximation.ipynb")[0];
  const curve = charts("01-the-idea.ipynb")[0];
  const legends = LEGENDS.map(
    ({ notebook, title }) =>
      charts(`${notebook}.ipynb`).find(
        ({ data }) => data!["application/vnd.plotly.v1+json"].layout.title.text === title,
      )!,
  );
  const impossible = structuredClone(curve);
  Object.assign(impossible.data!["application/vnd.plotly.v1+json"], {
    data: [{ type: "scattermapbox", lon: [0], lat: [0] }],
  });
  const cell = (source: string, outputs: object[]) => ({
    cell_type: "code",
    execution_count: null,
    id: source.replace(/\W/g, "").slice(0, 20),
    metadata: {},
    outputs,
    source,
  });
  const long = "A title that is by far too long for one line of a narrow panel, so that it has to be broken";
  const fresh = [
    `const draw = (title, y) => ({ data: [{ y, line: { color: "#000000" } }], layout: { title: { text: title }, height: 300 } });`,
    `void display(draw("first", [1, 2, 3]), { id: "one" });`,
    `void display(draw(${JSON.stringify(long)}, [3, 1, 2]));`,
    `void display(draw("second", [1, 2, 30]), { id: "one" });`,
  ];
  return `${JSON.stringify(
    {
      cells: [
        cell("// slider", [slider]),
        cell("// curve", [curve]),
        cell("// impossible", [impossible]),
        cell("// legends", legends),
        cell(['import { display } from "intrinsic-params";', ...fresh].join("\n"), []),
      ],
      metadata: read("01-the-idea.ipynb").metadata,
      nbformat: 4,
      nbformat_minor: 5,
    },
    null,
    1,
  )}\n`;
}

describe.skipIf(!executablePath)("charts in JupyterLab, in a real browser", () => {
  let lab: Lab;
  let browser: Browser;
  let page: Page;
  let file: string;
  const stored = notebook();
  const pageErrors: string[] = [];

  beforeAll(async () => {
    fs.mkdirSync(artefacts, { recursive: true });
    lab = await startLab();
    file = path.join(lab.folder, NOTEBOOK);
    fs.writeFileSync(file, stored);
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
    });
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.on("pageerror", (error) => pageErrors.push(String(error)));
    await page.goto(lab.url.replace("index.md", NOTEBOOK));
    await page.waitForSelector(".jp-NotebookPanel .jp-CodeCell", { timeout: 60_000 });
  }, 200_000);

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail")
      await page.screenshot({ path: path.join(artefacts, "failed-chart.png") });
  });

  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
  });

  const chart = (index: number) => page.locator(".jp-RenderedPlotly").nth(index);
  const live = async (index: number): Promise<Locator> => {
    await chart(index).scrollIntoViewIfNeeded();
    const graph = chart(index).locator(".main-svg").first();
    await graph.waitFor({ timeout: 30_000 });
    return graph;
  };
  const dirty = () => page.locator(".jp-mod-dirty").count();
  const measured = async (index: number) => {
    await live(index);
    return chart(index).evaluate((node) => {
      const width = (selector: string) => node.querySelector(selector)!.getBoundingClientRect().width;
      const panel = node.closest(".jp-OutputArea-output")!;
      const title = node.querySelector(".gtitle")?.getBoundingClientRect();
      return {
        drawn: width(".main-svg"),
        panel: width(".ip-figure"),
        cut: panel.scrollWidth - panel.clientWidth,
        titleEnds: (title?.right ?? 0) - node.getBoundingClientRect().right,
      };
    });
  };

  test("a saved chart is live without a mouse, as wide as its panel and not cut, its picture gone", async () => {
    const { drawn, panel, cut } = await measured(0);
    expect(panel).toBeGreaterThan(600);
    expect(Math.abs(drawn - panel)).toBeLessThanOrEqual(2);
    expect(cut).toBeLessThanOrEqual(1);
    expect(await chart(0).locator("img").isVisible()).toBe(false);
  }, 60_000);

  test("it follows the panel's width when the window becomes 900 px wide", async () => {
    await page.setViewportSize({ width: 900, height: 1000 });
    await expect.poll(async () => (await measured(0)).panel, WAIT).toBeLessThan(600);
    await expect
      .poll(async () => {
        const { drawn, panel } = await measured(0);
        return Math.abs(drawn - panel);
      }, WAIT)
      .toBeLessThanOrEqual(2);
    expect((await measured(0)).cut).toBeLessThanOrEqual(1);
    await page.setViewportSize({ width: 1400, height: 1000 });
  }, 60_000);

  test.each(LEGENDS.map(({ title }, i) => [title, 3 + i] as const))(
    "%s: the legend keeps clear of its axis when the window becomes narrow, and wide again",
    async (title, index) => {
      await live(index);
      expect(await chart(index).locator(".gtitle").textContent()).toBe(title);
      const rows = async () => {
        const entries = await chart(index).locator(".legend .traces").all();
        return new Set(
          await Promise.all(entries.map(async (one) => Math.round((await one.boundingBox())!.y))),
        ).size;
      };
      const below = async () => {
        const [legend, title] = await Promise.all(
          [".legend .bg", ".xtitle"].map((part) => chart(index).locator(part).first().boundingBox()),
        );
        return legend!.y - (title!.y + title!.height);
      };
      const wide = await rows();
      await page.setViewportSize({ width: 900, height: 1000 });
      await live(index);
      await expect.poll(rows, WAIT).toBeGreaterThan(wide);
      await expect.poll(below, WAIT).toBeGreaterThan(0);
      await page.setViewportSize({ width: 1400, height: 1000 });
      await live(index);
      await expect.poll(rows, WAIT).toBe(wide);
      await expect.poll(below, { timeout: 5000 }).toBeGreaterThan(0);
    },
    60_000,
  );

  test("the slider answers the keyboard, says what it is, and moves the picture with it", async () => {
    await live(0);
    const slider = chart(0).getByRole("slider");
    expect(await slider.getAttribute("aria-valuetext")).toBe("n = 4");
    expect(await slider.getAttribute("aria-valuemax")).toBe("3");
    const picture = () =>
      chart(0)
        .locator(".heatmaplayer")
        .evaluate((layer) => layer.outerHTML);
    const before = await picture();
    await slider.focus();
    const keys = [
      ["ArrowRight", "n = 5"],
      ["ArrowRight", "n = 5"],
      ["Home", "n = 2"],
      ["ArrowUp", "n = 3"],
      ["ArrowLeft", "n = 2"],
      ["End", "n = 5"],
    ];
    for (const [key, text] of keys) {
      await page.keyboard.press(key);
      await expect.poll(() => slider.getAttribute("aria-valuetext"), WAIT).toBe(text);
    }
    expect(await picture()).not.toBe(before);
    expect(await chart(0).locator(".slider-label").first().textContent()).toBe("n = 5");
    // Its rail answers the mouse as before.
    const rail = (await chart(0).locator(".slider-rail-touch-rect").boundingBox())!;
    await page.mouse.click(rail.x + 4, rail.y + rail.height / 2);
    await expect.poll(() => slider.getAttribute("aria-valuetext"), WAIT).toBe("n = 2");
  }, 60_000);

  test("the mode bar lies above the figure, covers no title, and holds no button that shares data", async () => {
    await live(0);
    const bar = chart(0).locator(".modebar").first();
    const title = (await chart(0).locator(".gtitle").boundingBox())!;
    const box = (await bar.boundingBox())!;
    expect(box.y + box.height).toBeLessThanOrEqual(title.y + 1);
    const buttons = await bar
      .locator("button")
      .evaluateAll((all) => all.map((b) => b.getAttribute("aria-label")));
    expect(buttons.length).toBeGreaterThan(3);
    expect(buttons.filter((name) => /share|cloud/i.test(String(name)))).toEqual([]);
  });

  test("the dark theme is followed at once, with the slider where it stood, and so is the way back", async () => {
    const background = () =>
      chart(0)
        .locator(".main-svg")
        .first()
        .evaluate((svg) => getComputedStyle(svg).backgroundColor);
    const ink = () =>
      chart(0)
        .locator(".gtitle")
        .evaluate((text) => getComputedStyle(text).fill);
    const choose = async (name: string) => {
      const timeout = 5000;
      await page.getByRole("menuitem", { name: "Settings", exact: true }).click({ timeout });
      // A click opens the submenu at once; a mouse that only rests there would have to wait for JupyterLab's timer.
      const item = (label: string) => page.locator(".lm-Menu-item").getByText(label, { exact: true });
      await item("Theme").click({ timeout });
      await item(name).click({ timeout });
      await page.locator(`body[data-jp-theme-name="${name}"]`).waitFor({ state: "attached", timeout });
    };
    // A menu closes under the mouse when the page moves; a reader then opens it again.
    const theme = async (name: string, tries = 4): Promise<void> => {
      try {
        await choose(name);
      } catch (error) {
        if (tries <= 1) throw error;
        await page.keyboard.press("Escape");
        await page.keyboard.press("Escape");
        await theme(name, tries - 1);
      }
    };
    await live(0);
    expect(await background()).toBe("rgb(255, 255, 255)");
    await theme("JupyterLab Dark");
    await expect.poll(background, WAIT).toMatch(/rgb\((\d|[1-5]\d), /);
    await expect.poll(ink, WAIT).toMatch(/rgb\(2\d\d, /);
    await expect.poll(() => chart(0).getByRole("slider").getAttribute("aria-valuetext"), WAIT).toBe("n = 2");
    await theme("JupyterLab Light");
    await expect.poll(background, WAIT).toBe("rgb(255, 255, 255)");
  }, 60_000);

  test("a figure that cannot be drawn keeps its picture, in its true size, and says why", async () => {
    await chart(2).scrollIntoViewIfNeeded();
    const problem = chart(2).locator(".ip-figure-problem");
    await problem.waitFor({ state: "visible", timeout: 30_000 });
    expect(await problem.textContent()).toContain('plotly.js 4 has no trace type "scattermapbox"');
    const picture = (await chart(2).locator("img").boundingBox())!;
    expect(picture).toMatchObject({ width: 700, height: 420 });
    expect(await chart(2).locator("img").getAttribute("alt")).toBeTruthy();
  }, 60_000);

  test("moving over charts, zooming and saving leave the notebook as it was, byte for byte", async () => {
    await live(1);
    const box = (await chart(1).locator(".nsewdrag").first().boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 50, { steps: 5 });
    await chart(1).locator(".hoverlayer .hovertext").first().waitFor({ timeout: 10_000 });
    await page.mouse.down();
    await page.mouse.move(box.x + 220, box.y + 120, { steps: 5 });
    await page.mouse.up();
    await page.mouse.wheel(0, 300);
    await page.waitForTimeout(1000);
    expect(await dirty()).toBe(0);
    await page.keyboard.press("Control+s");
    await page.waitForTimeout(1500);
    const outputs = (text: string) => JSON.parse(text).cells.map((cell: { outputs: object }) => cell.outputs);
    expect(outputs(fs.readFileSync(file, "utf8"))).toEqual(outputs(stored));
  }, 60_000);

  test("fresh charts are live, too; an updated one is redrawn in its place; a long title is broken", async () => {
    await page.setViewportSize({ width: 900, height: 1000 });
    await page.locator(".jp-CodeCell").last().locator(".cm-content").click();
    await page.keyboard.press("Control+Enter");
    await expect.poll(() => page.locator(".jp-RenderedPlotly").count(), { timeout: 90_000 }).toBe(7);
    await live(5);
    const title = () => chart(5).locator(".gtitle").textContent();
    await expect.poll(title, WAIT).toBe("second");
    for (const index of [5, 6]) {
      const { drawn, panel, cut, titleEnds } = await measured(index);
      expect(Math.abs(drawn - panel)).toBeLessThanOrEqual(2);
      expect(cut).toBeLessThanOrEqual(1);
      expect(titleEnds).toBeLessThanOrEqual(0);
    }
    expect(await chart(6).locator(".gtitle tspan.line").count()).toBeGreaterThan(1);
  }, 120_000);

  test("a second view of an output is a chart of its own, and closing it leaves the first", async () => {
    await page.setViewportSize({ width: 1400, height: 1000 });
    await live(1);
    await chart(1).click({ button: "right", position: { x: 30, y: 12 } });
    await page.getByText("Create New View for Cell Output", { exact: true }).click();
    const second = page.locator(".jp-LinkedOutputView .jp-RenderedPlotly");
    await second.locator(".main-svg").first().waitFor({ timeout: 30_000 });
    const { width } = (await second.locator(".ip-figure").boundingBox())!;
    expect(
      Math.abs((await second.locator(".main-svg").first().boundingBox())!.width - width),
    ).toBeLessThanOrEqual(2);
    await page.locator(".lm-TabBar-tab.lm-mod-current .lm-TabBar-tabCloseIcon").last().click();
    await live(1);
    expect(pageErrors).toEqual([]);
  }, 60_000);
});
