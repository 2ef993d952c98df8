import { escapeHtml } from "../../src/show/notebook/escapeHtml";

/** What a page is made of. */
export type PageParts = {
  title: string;
  description: string;
  /** The HTML of `main`. */
  body: string;
  /** The way from the page to the site's folder: "" or "../". */
  base: string;
  /** The entries whose scripts the page loads. */
  scripts: readonly string[];
  /** The page in the list of pages that it is. */
  current?: string;
  /** Whether mathematics stands on the page. */
  mathematics?: boolean;
  /** A class of the page. */
  kind: string;
};

const PAGES = [
  ["index.html", "Try it"],
  ["notebooks/index.html", "Notebooks"],
  ["train.html", "Train"],
] as const;

/** The reader's choice of light or dark, before anything is drawn; `site/page/theme.ts` keeps it. */
const CHOSEN_THEME =
  'try { const theme = localStorage.getItem("theme"); if (theme) document.documentElement.dataset.theme = theme; } catch {}';

/** A whole page; `files` gives the file of each entry. */
export function pageShell(parts: PageParts, files: ReadonlyMap<string, string>): string {
  const { title, description, body, base, scripts, current, mathematics, kind } = parts;
  const asset = (name: string) => {
    const file = files.get(name);
    if (!file) throw new Error(`There is no bundle ${name}.`);
    return `${base}assets/${file}`;
  };
  const links = PAGES.map(([href, text]) => {
    const here = href === current ? ' aria-current="page"' : "";
    return `<a href="${base}${href}"${here}>${text}</a>`;
  });
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<meta name="description" content="${escapeHtml(description)}">
<meta name="color-scheme" content="light dark">
<script>${CHOSEN_THEME}</script>
<link rel="icon" href="${base}assets/icon.svg" type="image/svg+xml">
${mathematics ? `<link rel="stylesheet" href="${base}assets/katex/katex.min.css">\n` : ""}<link rel="stylesheet" href="${asset("site")}">
<script type="module" src="${asset("page")}"></script>
${scripts.map((name) => `<script type="module" src="${asset(name)}"></script>\n`).join("")}</head>
<body class="${kind}">
<a class="skip" href="#main">Skip to the content</a>
<header class="bar">
<nav aria-label="Site"><a class="brand" href="${base}index.html">n + 2</a>${links.join("")}</nav>
<form class="find" role="search" action="${base}search.html"><label><span class="hidden">Search the notebooks</span><input type="search" name="q" placeholder="Search" autocomplete="off"></label></form>
<button type="button" class="theme" hidden aria-label="Light or dark"></button>
</header>
<main id="main" tabindex="-1">
${body}
</main>
<footer class="foot"><p>The theorem and the experiment: Z. Shen, H. Yang, S. Zhang, <a href="https://arxiv.org/abs/2111.07964"><cite>Deep Network Approximation in Terms of Intrinsic Parameters</cite></a>, ICML 2022. Nothing that you do here leaves your browser. <a href="${base}licences.txt">Licences</a></p></footer>
</body>
</html>
`;
}
