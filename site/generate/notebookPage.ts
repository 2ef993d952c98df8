import { escapeHtml } from "../../src/show/notebook/escapeHtml";
import { outputHtml, PLOTLY } from "../page/outputHtml";
import { figureFiles } from "./figureFiles";
import { highlighted } from "./highlighted";
import type { Links, Markdown } from "./markdown";
import type { StoredCell, StoredNotebook } from "./storedNotebook";

/** What a cell has no use for, or cannot have, in a page: TensorFlow's native library, danfo, files. */
const NOT_IN_PAGES = ["backendInfo", "certifiedRuns", "dataFrames", "imageFolder", "mnist", "storedRuns"];

/** Whether a notebook's cells run in a page. */
export function runsInPage({ cells }: StoredNotebook): boolean {
  const calls = new RegExp(`\\b(${NOT_IN_PAGES.join("|")})\\(`);
  return !cells.some(({ kind, source }) => kind === "code" && calls.test(source));
}

/** The HTML of a notebook's page, which is whole without scripts; its figures go into files in `folder`. */
export async function notebookPage(
  notebook: StoredNotebook,
  solutions: StoredNotebook,
  { folder, markdown, links, around }: PageContext,
): Promise<string> {
  const { name, cells } = notebook;
  const parts: string[] = [];
  for (const cell of cells)
    parts.push(
      cell.kind === "markdown"
        ? `<div class="prose" id="cell-${cell.id}">${markdown.render(cell.source, links)}</div>`
        : await codeCell(cell, name, folder, solutionOf(cell, solutions)),
    );
  const [title, ...rest] = parts;
  const live = runsInPage(notebook);
  return [
    `<article class="notebook" data-name="${name}" data-live="${live}">`,
    title,
    tools(name, live),
    ...rest,
    pager(around),
    "</article>",
  ].join("\n");
}

export type PageContext = {
  folder: string;
  markdown: Markdown;
  links: Links;
  /** The notebooks before and after. */
  around: { before?: StoredNotebook; after?: StoredNotebook };
};

function tools(name: string, live: boolean): string {
  const how = live
    ? "Every cell runs in this page: change it and press Run."
    : `The outputs are those of a stored run: its training needs JupyterLab. A small one runs on <a href="../train.html">a page of its own</a>.`;
  return (
    `<div class="notebook-tools"><p>${how}</p><p class="links">` +
    `<a href="http://localhost:8888/lab/tree/${name}.ipynb" title="Works while npm start is running on this machine">Open in JupyterLab</a> ` +
    `<a href="${name}.ipynb" download>Download the notebook</a></p><p class="actions" hidden></p></div>`
  );
}

async function codeCell(
  cell: StoredCell,
  name: string,
  folder: string,
  solution: StoredCell | undefined,
): Promise<string> {
  const outputs: string[] = [];
  for (const [i, output] of cell.outputs.entries()) {
    const figure =
      "data" in output && PLOTLY in output.data
        ? await figureFiles(folder, `${name}/${cell.id}${i === 0 ? "" : `-${i}`}`, output)
        : "";
    const html = outputHtml(output, () => figure);
    if (/<script|<iframe|\son\w+=/i.test(html))
      throw new Error(`Cell ${cell.id} of ${name} has an output with a script.`);
    outputs.push(`<div class="output">${html}</div>`);
  }
  const source = `<pre class="source" tabindex="0"><code>${highlighted(cell.source)}</code></pre>`;
  const shown = cell.folded
    ? `<details class="folded"><summary>Assertions of the numbers in the text</summary>${source}</details>`
    : source;
  const label = cell.count ?? " ";
  return (
    `<section class="cell" id="cell-${cell.id}" data-id="${cell.id}" aria-label="Cell ${label}">` +
    `<div class="gutter"><span class="count">[${label}]</span></div><div class="body">${shown}` +
    `<div class="outputs">${outputs.join("")}</div>${solution ? solutionHtml(solution) : ""}</div></section>`
  );
}

/** The worked solution of an exercise's cell, which has the exercise's id. */
function solutionOf({ id, source }: StoredCell, { cells }: StoredNotebook): StoredCell | undefined {
  if (!/^const answer\d/m.test(source)) return undefined;
  const found = cells.find((cell) => cell.kind === "code" && cell.id === id);
  if (!found) throw new Error(`The exercise ${id} has no solution.`);
  return found;
}

function solutionHtml({ source }: StoredCell): string {
  return `<details class="solution"><summary>Show a solution</summary><pre class="source" tabindex="0"><code>${highlighted(source)}</code></pre></details>`;
}

function pager({ before, after }: PageContext["around"]): string {
  const link = (one: StoredNotebook | undefined, rel: string, text: (title: string) => string) =>
    one ? `<a rel="${rel}" href="${one.name}.html">${text(escapeHtml(one.title))}</a>` : "<span></span>";
  const [back, on] = [link(before, "prev", (t) => `← ${t}`), link(after, "next", (t) => `${t} →`)];
  return `<nav class="pager" aria-label="Notebooks before and after">${back}${on}</nav>`;
}
