import fs from "node:fs";
import path from "node:path";
import { bundles } from "./bundles";
import { copyAssets } from "./copyAssets";
import { firstPage } from "./firstPage";
import { licences } from "./licences";
import { Markdown } from "./markdown";
import { notebookPage } from "./notebookPage";
import { pageLinks } from "./pageLinks";
import { type PageParts, pageShell } from "./pageShell";
import { searchIndex } from "./searchIndex";
import { storedNotebook, storedNotebooks } from "./storedNotebook";
import { trainingFiles } from "./trainingFiles";
import { trainPage } from "./trainPage";

/** Builds the whole site into `folder`, which is emptied first. `root` is the project's folder. */
export async function buildSite({ root, folder }: { root: string; folder: string }): Promise<void> {
  fs.rmSync(folder, { recursive: true, force: true });
  const pages = path.join(folder, "notebooks");
  fs.mkdirSync(pages, { recursive: true });
  const assets = path.join(folder, "assets");
  const { files, packages } = await bundles({ root, folder: assets });
  fs.writeFileSync(path.join(folder, "licences.txt"), licences(root, packages));
  await copyAssets({ root, assets });
  await trainingFiles({ root, assets });
  const notebooks = storedNotebooks(path.join(root, "notebooks"));
  const markdown = new Markdown();
  const where = { root, folder, notebooks: new Set(notebooks.map(({ name }) => name)) };
  const links = pageLinks(where, { from: "notebooks", to: "notebooks" });
  const write = (name: string, parts: PageParts) =>
    fs.writeFileSync(path.join(folder, name), pageShell(parts, files));
  for (const [i, notebook] of notebooks.entries()) {
    const { name, title, cells, plain } = notebook;
    const body = await notebookPage(
      notebook,
      storedNotebook(path.join(root, "notebooks/solutions", `${name}.ipynb`)),
      {
        folder: pages,
        markdown,
        links,
        around: { before: notebooks[i - 1], after: notebooks[i + 1] },
      },
    );
    fs.writeFileSync(path.join(pages, `${name}.ipynb`), `${JSON.stringify(plain)}\n`);
    const [, goals = ""] = /\*\*Goals\.\*\*\s*(.*)/.exec(cells[0].source) ?? [];
    const scripts = ["notebook"];
    const shared = { base: "../", kind: "reading", mathematics: true, scripts };
    write(`notebooks/${name}.html`, { ...shared, title: `${title} · n + 2`, description: goals, body });
  }
  const index = fs.readFileSync(path.join(root, "notebooks/index.md"), "utf8");
  const description =
    "A function in n + 2 numbers: change it, and see the network, its error bound and its digits follow. Notebooks to read and run in the page.";
  write("index.html", {
    title: "How few numbers hold a function?",
    description,
    body: firstPage(notebooks, index, markdown),
    base: "",
    scripts: ["first"],
    current: "index.html",
    kind: "trying",
  });
  write("notebooks/index.html", {
    title: "The notebooks · n + 2",
    description,
    body: `<div class="prose">${markdown.render(index, links)}</div>`,
    base: "../",
    scripts: [],
    current: "notebooks/index.html",
    mathematics: true,
    kind: "reading",
  });
  write("data.html", {
    title: "Data · n + 2",
    description: "What the stored results of the notebooks are and where the data sets come from.",
    body: `<div class="prose">${markdown.render(fs.readFileSync(path.join(root, "data/README.md"), "utf8"), pageLinks(where, { from: "data", to: "." }))}</div>`,
    base: "",
    scripts: [],
    kind: "reading",
  });
  write("train.html", {
    title: "Train a few numbers in this tab · n + 2",
    description: "Draw digits, and train a handful of numbers of a frozen network, in the page.",
    body: trainPage(),
    base: "",
    scripts: ["train"],
    current: "train.html",
    kind: "trying",
  });
  write("search.html", {
    title: "Search · n + 2",
    description: "Search the notebooks.",
    body: `<h1>Search</h1><p id="summary" role="status">Type a word into the field above.</p><ol id="results" class="results"></ol>`,
    base: "",
    scripts: ["search"],
    kind: "reading",
  });
  fs.writeFileSync(path.join(assets, "search.json"), searchIndex(notebooks));
}
