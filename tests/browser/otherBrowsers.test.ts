import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storedNotebooks } from "../../site/generate/storedNotebook";
import { OTHER_BROWSERS, type OtherBrowser } from "../helpers/otherBrowsers";
import { ROOT } from "../helpers/root";
import { type Site, startSite } from "../helpers/site";

/** What a browser keeps of a reader who has changed the cell `count` of notebook 01. */
function changed(to: string): string {
  const [{ cells }] = storedNotebooks(path.join(ROOT, "notebooks"));
  return JSON.stringify({ count: { from: cells.find(({ id }) => id === "count")?.source, to } });
}
const WAIT = { timeout: 60_000, interval: 250 };

/** Notes errors from the first moment on; each page of the served copy begins with it. */
const NOTES = `<script>
faults = [];
addEventListener("error", (event) => faults.push(String(event.message ?? event.target?.src)), true);
addEventListener("unhandledrejection", ({ reason }) => faults.push(String(reason)));
for (const kind of ["error", "warn"]) console[kind] = (...said) => faults.push(said.join(" "));
</script>`;

for (const { name, start, missing } of OTHER_BROWSERS) {
  if (!start) console.log(`SKIPPED: the site in ${name}, which is not installed here (${missing}).`);

  describe.skipIf(!start)(`the site in ${name}`, () => {
    let site: Site;
    let browser: OtherBrowser;
    beforeAll(async () => {
      site = await startSite();
      for (const file of fs.readdirSync(site.folder, { recursive: true, encoding: "utf8" }))
        if (file.endsWith(".html")) {
          const page = path.join(site.folder, file);
          fs.writeFileSync(page, fs.readFileSync(page, "utf8").replace("<head>", `<head>${NOTES}`));
        }
      browser = await start!();
    }, 180_000);
    afterAll(async () => {
      await browser?.end();
      site?.stop();
    }, 60_000);

    const text = (selector: string) =>
      browser.run(`return document.querySelector(${JSON.stringify(selector)})?.innerText ?? ""`);
    /** A picture for eyes, if somebody wants one. */
    const keep = async (what: string) => {
      const folder = process.env.INTRINSIC_PARAMS_PICTURES;
      if (folder) fs.writeFileSync(path.join(folder, `${name}-${what}.png`), await browser.picture());
    };
    const noFaults = async () => expect(await browser.run("return faults")).toEqual([]);

    test("the first screen follows a formula, and a digit moves its step", async () => {
      await browser.open(`${site.url}index.html`);
      await expect.poll(() => text("#details"), WAIT).toContain("λ is proved");
      expect(await text("#claim")).toBe("10 numbers hold this function; error ≤ 0.02 (λ = 1, n = 8)");
      await browser.run(
        `const field = document.querySelector("#formula"); field.value = "0.3 sin(9x) + |x - 0.4|";
         field.dispatchEvent(new Event("input", { bubbles: true }));`,
      );
      await expect
        .poll(() => text("#claim"), WAIT)
        .toBe("10 numbers hold this function; error ≤ 0.073 (λ = 3.7, n = 8)");
      await browser.run('document.querySelector("#digits button").click();');
      await expect.poll(() => text("#claim"), WAIT).toMatch(/^One digit is yours/);
      await keep("first");
      await noFaults();
    }, 120_000);

    test("all cells of a notebook run and give what is stored, its chart is live, and types are checked", async () => {
      await browser.open(`${site.url}notebooks/01-the-idea.html`);
      const before = await text("#cell-count .outputs");
      await expect
        .poll(() => browser.run('return document.querySelectorAll(".run").length'), WAIT)
        .not.toBe(0);
      await browser.run(
        '[...document.querySelectorAll("button")].find((each) => each.textContent === "Run all").click();',
      );
      await expect.poll(() => text(".status"), WAIT).toMatch(/^\d+ cells done/);
      expect(await text("#cell-count .outputs")).toBe(before);
      expect(await browser.run('return document.querySelectorAll(".cell .error").length')).toBe(0);
      await browser.run('document.querySelector(".chart, .ip-figure").scrollIntoView();');
      await expect
        .poll(() => browser.run('return document.querySelectorAll(".main-svg").length'), WAIT)
        .toBeGreaterThan(0);
      await keep("notebook");
      const key = JSON.stringify("n+2 cells of 01-the-idea");
      await browser.run(
        `localStorage.setItem(${key}, ${JSON.stringify(changed("let n: string = phi.n;"))});`,
      );
      await browser.open(`${site.url}notebooks/01-the-idea.html?again`);
      await expect
        .poll(() => browser.run('return document.querySelectorAll(".run").length'), WAIT)
        .not.toBe(0);
      await browser.run('document.querySelector("#cell-count .run").click();');
      await expect.poll(() => text(".status"), WAIT).toMatch(/does not compile/);
      expect(await text("#cell-count .outputs")).toContain("TS2322");
      await keep("type-error");
      await browser.run(`localStorage.removeItem(${key});`);
      await noFaults();
    }, 240_000);

    test("an exception has the line that threw it and the way there, where the browser knows them", async () => {
      const key = JSON.stringify("n+2 cells of 01-the-idea");
      const code =
        'function inner(): never {\n  throw new RangeError("too small");\n}\nconst count = 1;\ninner();';
      await browser.run(`localStorage.setItem(${key}, ${JSON.stringify(changed(code))});`);
      await browser.open(`${site.url}notebooks/01-the-idea.html?once`);
      await expect
        .poll(() => browser.run('return document.querySelectorAll(".run").length'), WAIT)
        .not.toBe(0);
      await browser.run('document.querySelector("#cell-count .run").click();');
      await expect.poll(() => text(".status"), WAIT).toMatch(/ended with an error/);
      const said = String(await text("#cell-count .outputs")).split("\n");
      await keep("exception");
      expect(said[0]).toBe("RangeError: too small");
      if (name === "Firefox") expect(said[1]).toMatch(/^Cell \[7\], line 2:\d+$/);
      // WebKit says of no call which script it stands in.
      else expect(said.filter((line) => line !== "")).toEqual(["RangeError: too small"]);
      if (name === "Firefox") {
        expect(said[2]).toBe('      throw new RangeError("too small");');
        expect(said.slice(4).map((line) => line.replace(/:\d+(?=\)?$)/, ""))).toEqual([
          "    at inner (Cell [7], line 2)",
          "    at Cell [7], line 5",
        ]);
      }
      await browser.run(`localStorage.removeItem(${key});`);
      await noFaults();
    }, 120_000);

    test("a few numbers are trained in the tab", async () => {
      await browser.open(`${site.url}train.html`);
      await expect.poll(() => text("#status"), WAIT).toMatch(/^Ready: 140,006 numbers/);
      await browser.run('document.querySelector("#train").click();');
      await expect
        .poll(() => text("#status"), { ...WAIT, timeout: 120_000 })
        .toMatch(/^64 numbers, trained on 200 images.* it now reads [6-9]\d %/);
      await keep("train");
      await noFaults();
    }, 240_000);
  });
}
