/** `saveReport.ts` in its form for a browser, where no file can be written. */
import { needsNode } from "../../common/platform.browser";
import type * as Node from "./saveReport";

export const saveReport: typeof Node.saveReport = async () =>
  needsNode("saveReport", "show the parts in the page itself");
