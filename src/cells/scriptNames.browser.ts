/** What `scriptNames.ts` exports, for a browser: there the bundled scripts that run cells are all the library's own. */
import type * as Node from "./scriptNames";

export const scriptNames: typeof Node.scriptNames = {
  isMachinery: () => false,
  short: (file) => `intrinsic-params/${file.slice(file.lastIndexOf("/") + 1)}`,
};
