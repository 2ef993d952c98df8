import fs from "node:fs";
import path from "node:path";
import type { Links } from "./markdown";

/** A file of the project that a text links to is served, too, if it is not larger than this. */
const LARGEST = 200_000;

/**
 * The links of a text that lies in the folder `from` of the project, for its page in the folder `to` of the site: between
 * notebooks they lead from page to page, to solutions they lead to the exercises, which hold them, and other files of the
 * project are copied to `files`.
 */
export function pageLinks(
  { root, folder, notebooks }: { root: string; folder: string; notebooks: ReadonlySet<string> },
  { from, to }: { from: string; to: string },
): Links {
  return (href) => {
    if (/^(https?:|#)/.test(href)) return href;
    const [file, anchor] = href.split("#");
    const target = path.posix.normalize(path.posix.join(from, file));
    const on = (page: string) => path.posix.relative(to, page);
    if (target === "data/README.md") return on("data.html");
    const [, solutions, name] = /^notebooks\/(solutions\/)?([\w-]+)\.ipynb$/.exec(target) ?? [];
    if (name && notebooks.has(name))
      return `${on(`notebooks/${name}.html`)}${solutions ? "#exercises" : anchor ? `#${anchor}` : ""}`;
    const source = path.join(root, target);
    const stat = target.startsWith("..") ? undefined : fs.statSync(source, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size > LARGEST) return undefined;
    const copy = path.posix.join("files", target);
    fs.mkdirSync(path.dirname(path.join(folder, copy)), { recursive: true });
    fs.copyFileSync(source, path.join(folder, copy));
    return on(copy);
  };
}
