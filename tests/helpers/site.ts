import fs from "node:fs";
import type http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { siteBuilder } from "../../scripts/site.mjs";
import { ROOT } from "./root";

/** A built site that is served under a path, as a course's server would. */
export type Site = { folder: string; url: string; stop(): void };

/** Builds the site into a folder of the checkout's cache, and serves it under `/some/course/`. */
export async function startSite(): Promise<Site> {
  const folder = path.join(ROOT, ".cache", `site-${process.pid}`);
  const { buildSite, serve } = await siteBuilder();
  await buildSite({ root: ROOT, folder });
  const under = "/some/course/";
  const server: http.Server = await serve(folder, { under });
  const { port } = server.address() as AddressInfo;
  return {
    folder,
    url: `http://127.0.0.1:${port}${under}`,
    stop() {
      server.closeAllConnections();
      server.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
