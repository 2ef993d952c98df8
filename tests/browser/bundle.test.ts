import http from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { type Browser, chromium } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { findBrowser } from "../../scripts/browser.mjs";
import * as learning from "../../src/learning";
import * as show from "../../src/show";
import * as theory from "../../src/theory";
import { bundle } from "../helpers/bundle.mjs";
import { ROOT } from "../helpers/root";
import { portableWork } from "./portableWork";

const executablePath = findBrowser();
const bundled = (contents: string, minify = false) => bundle({ contents, resolveDir: ROOT, minify });

describe("a bundler for browsers, without a plugin or a stub", () => {
  test("takes the theory in, which is no other package, nothing of Node, and small", async () => {
    const { text, inputs } = await bundled(`export * from "./dist/theory";`, true);
    expect(inputs.filter((file) => file !== "<stdin>" && !/^dist\/(theory|common)\//.test(file))).toEqual([]);
    expect(text).not.toMatch(/["'`]node:|require\(/);
    expect(text.length).toBeLessThan(175_000);
    expect(gzipSync(text).length).toBeLessThan(60_000);
  });

  test("takes charts and tables in, which are no other package either", async () => {
    const { text, inputs } = await bundled(`export * from "./dist/show";`, true);
    expect(
      inputs.filter((file) => file !== "<stdin>" && !/^dist\/(show|theory|common)\//.test(file)),
    ).toEqual([]);
    expect(text).not.toMatch(/["'`]node:|require\(/);
  });
});

describe.skipIf(!executablePath)("a page with the bundle in a real browser", () => {
  let browser: Browser | undefined;
  let server: http.Server | undefined;
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test("builds, evaluates, certifies, draws and trains as Node does, the theory to the last bit", async () => {
    const { text } = await bundled(`
      import * as theory from "./dist/theory";
      import * as learning from "./dist/learning";
      import * as show from "./dist/show";
      import { portableWork } from "./tests/browser/portableWork";
      globalThis.portableWork = () => portableWork({ theory, learning, show });`);
    const page = `<!DOCTYPE html><meta charset="utf-8"><title>bundle</title><script src="bundle.js"></script>`;
    server = http.createServer(({ url }, response) => {
      const [type, body] = url === "/bundle.js" ? ["text/javascript", text] : ["text/html", page];
      response.setHeader("content-type", `${type}; charset=utf-8`);
      response.end(body);
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
    });
    const tab = await browser.newPage();
    const errors: string[] = [];
    tab.on("pageerror", (error) => errors.push(String(error)));
    await tab.goto(`http://127.0.0.1:${port}/`);
    const there = await tab.evaluate(() =>
      (globalThis as unknown as { portableWork: () => ReturnType<typeof portableWork> }).portableWork(),
    );
    process.env.INTRINSIC_PARAMS_BACKEND = "javascript";
    const here = await portableWork({ theory, learning, show });
    expect(errors).toEqual([]);
    expect(there.theory).toEqual(JSON.parse(JSON.stringify(here.theory)));
    expect(there.theory.values.length).toBe(2001);
    expect(there.training).toEqual({ ...here.training, losses: expect.anything() });
    expect(there.training.losses.length).toBe(3);
    for (const [i, loss] of there.training.losses.entries())
      expect(loss).toBeCloseTo(here.training.losses[i], 6);
    expect(there.training.losses[2]).toBeLessThan(there.training.losses[0]);
    expect(there.refused).toMatch(
      /^imageFolder needs Node, for files or processes, which a browser does not have: /,
    );
  }, 120_000);
});
