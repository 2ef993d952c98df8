import MiniSearch from "minisearch";
import { SEARCH } from "../page/searchOptions";
import { plainText } from "./plainText";
import { slug } from "./slug";
import type { StoredNotebook } from "./storedNotebook";

/** The search index of all prose, a section at a time, as JSON. */
export function searchIndex(notebooks: readonly StoredNotebook[]): string {
  const index = new MiniSearch<Record<string, string>>(SEARCH);
  for (const { name, title: notebook, cells } of notebooks) {
    let [title, anchor, text] = [notebook, slug(notebook), ""];
    let count = 0;
    const add = () => {
      const begin = `${text
        .trim()
        .slice(0, 140)
        .replace(/\s\S*$/, "")} …`;
      if (text.trim() !== "")
        index.add({
          id: `${name}-${count++}`,
          page: `notebooks/${name}.html#${anchor}`,
          notebook,
          title,
          text,
          begin,
        });
      text = "";
    };
    for (const { kind, source } of cells) {
      if (kind !== "markdown") continue;
      for (const line of source.split("\n")) {
        const [, heading] = /^#+ (.*)$/.exec(line) ?? [];
        if (heading !== undefined) {
          add();
          [title, anchor] = [heading.replace(/[$*`]/g, ""), slug(heading)];
        } else text += `${plainText(line)}\n`;
      }
    }
    add();
  }
  return JSON.stringify(index);
}
