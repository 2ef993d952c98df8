import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { findBrowser } from "../scripts/browser.mjs";
import { SetupError } from "../scripts/setup-error.mjs";
import { siteBuilder } from "../scripts/site.mjs";
import { digestFolder } from "../scripts/stamp.mjs";
import { summary } from "./lib/interleave.mjs";
import { COMMIT, playground } from "./lib/playground.mjs";
import { table, times } from "./lib/table.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
/** A first chart may take this many times as long as Playground's. */
const GOAL = 2;

/** Both first screens are there before their scripts have run: a chart is live when a script has drawn it. */
const PAGES = {
  playground: {
    name: "TensorFlow Playground",
    file: "index.html",
    /** It writes the loss after all of its pictures are drawn. */
    live: () => document.querySelector("#loss-test")?.textContent !== "",
  },
  first: {
    name: "the first screen",
    file: "index.html",
    /** The details below the chart are empty until the script has drawn it. */
    live: () => document.querySelector("#details")?.textContent !== "",
  },
  notebook: {
    name: "notebook 01's first chart",
    file: "notebooks/01-the-idea.html",
    live: () => document.querySelector(".chart .main-svg") !== null,
    scroll: ".chart",
  },
};

/**
 * How long a reader waits for the first live chart of the site, beside TensorFlow Playground: both served from this
 * machine, in one headless browser, by turns, each time with an empty cache.
 * @param {{ quick?: boolean }} options
 * @returns {Promise<object>} what was measured; `agree` tells whether every chart came
 */
export async function benchmark({ quick = false } = {}) {
  const executablePath = findBrowser();
  if (!executablePath)
    throw new SetupError("There is no Chrome or Chromium.", "Install one, or set CHROME to its path.");
  const theirs = await playground();
  const ours = path.join(ROOT, "build", "site");
  const { buildSite, serve } = await siteBuilder();
  await buildSite({ root: ROOT, folder: ours });
  const servers = { theirs: await serve(theirs), ours: await serve(ours) };
  const address = (server) => `http://127.0.0.1:${server.address().port}/`;
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const load = (key) =>
      oneLoad(browser, PAGES[key], address(key === "playground" ? servers.theirs : servers.ours));
    const loads = Object.fromEntries(Object.keys(PAGES).map((key) => [key, []]));
    const rounds = quick ? 3 : 15;
    // The first of each warms the files and the browser up, and is not counted.
    for (let round = 0; round <= rounds; round++)
      for (const key of Object.keys(PAGES)) {
        const one = await load(key);
        if (round > 0) loads[key].push(one);
      }
    return report(loads, { theirs, rounds, version: browser.version() });
  } finally {
    await browser.close();
    for (const server of Object.values(servers)) server.close();
  }
}

/** One visit with an empty cache: milliseconds from the beginning of the navigation, and what came. */
async function oneLoad(browser, { file, live, scroll }, address) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const responses = [];
  // Playground asks for a font and a counter elsewhere: here they fail at once, so that they cost it nothing.
  await context.route(
    (url) => !url.href.startsWith(address),
    (route) => route.abort(),
  );
  page.on("response", (response) => {
    if (response.url().startsWith(address)) responses.push(response);
  });
  await page.addInitScript(
    ({ test, at }) => {
      const isLive = new Function(`return (${test})()`);
      const look = () => {
        if (at) document.querySelector(at)?.scrollIntoView();
        if (document.readyState !== "loading" && isLive())
          // The frame in which it is on the screen has begun one frame later.
          requestAnimationFrame(() => {
            globalThis.liveAfter = performance.now();
          });
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    },
    { test: String(live), at: scroll },
  );
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  await page.goto(address + file);
  await page.waitForFunction(() => globalThis.liveAfter !== undefined, undefined, { timeout: 60_000 });
  const found = await page.evaluate(() => ({
    live: globalThis.liveAfter,
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
  }));
  const { metrics } = await session.send("Performance.getMetrics");
  const busy = 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
  // Only now, so that nothing else computes while the page loads.
  const bodies = await Promise.all(responses.map((response) => response.body()));
  await context.close();
  const compressed = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
  return { ...found, busy, compressed, requests: responses.length };
}

function report(loads, { theirs, rounds, version }) {
  const ratio = (key, what) => summary(loads[key].map((one, i) => one[what] / loads.playground[i][what]));
  const rows = Object.entries(PAGES).map(([key, { name }]) => ({
    key,
    name,
    live: summary(loads[key].map(({ live }) => live)),
    paint: summary(loads[key].map(({ paint }) => paint)),
    busy: summary(loads[key].map((one) => one.busy)),
    compressed: loads[key][0].compressed,
    requests: loads[key][0].requests,
    ratios: { live: ratio(key, "live"), paint: ratio(key, "paint"), busy: ratio(key, "busy") },
  }));
  const ms = ({ median }) => `${median.toFixed(0)} ms`;
  table(
    `Until the first live chart, ${rounds} visits each by turns, Chromium ${version}, served from this machine`,
    ["", "live", "first paint", "page's thread", "kB gzip", "requests"],
    rows.map(({ name, live, paint, busy, compressed, requests }) => [
      name,
      ms(live),
      ms(paint),
      ms(busy),
      (compressed / 1000).toFixed(0),
      String(requests),
    ]),
  );
  table(
    "As a multiple of TensorFlow Playground, formed within each round",
    ["", "live", "first paint", "page's thread"],
    rows
      .slice(1)
      .map(({ name, ratios }) => [name, times(ratios.live), times(ratios.paint), times(ratios.busy)]),
  );
  const first = rows.find(({ key }) => key === "first");
  const met = first.ratios.live.median <= GOAL;
  console.log(`\nGoal: the first chart within ${GOAL} × of Playground's: ${met ? "met" : "NOT met"}.`);
  const playground = { commit: COMMIT, built: digestFolder(theirs) };
  return { agree: rows.every(({ live }) => live.min > 0), goal: GOAL, met, playground, rounds, rows };
}
