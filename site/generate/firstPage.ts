import { escapeHtml } from "../../src/show/notebook/escapeHtml";
import { builtNetwork, placeOf, withDigits } from "../first/builtNetwork";
import { chartSvg } from "../first/chartSvg";
import { CONSTRUCTIONS, firstChoice, MOST_N } from "../first/choice";
import { knownLambda } from "../first/knownLambda";
import { polyline } from "../first/polyline";
import { claim, upTo } from "../first/said";
import type { Markdown } from "./markdown";
import type { StoredNotebook } from "./storedNotebook";

const PRESETS = [
  "|x - 0.5|",
  "0.3 sin(9x) + |x - 0.4|",
  "4x(1 - x)",
  "max(x, 1 - x, 0.7)",
  "sin(2π x)/2",
  "e^(-5x)",
];

/** The first screen as it is before a script runs: the chart of the first function is already drawn. */
export function firstPage(notebooks: readonly StoredNotebook[], index: string, markdown: Markdown): string {
  const known = knownLambda(firstChoice.source);
  const { lambda = 1, evaluate } = known;
  const built = builtNetwork(known, lambda, firstChoice);
  const said = claim(built, lambda);
  const x = polyline(built.phi.grid, built.kind);
  const chart = chartSvg({
    width: 900,
    height: 420,
    f: Float64Array.from({ length: 513 }, (_, i) => evaluate(i / 512)),
    phi: { x, y: withDigits(built, built.levels)(x) },
    bound: built.phi.bound,
    marked: placeOf(built, Math.floor(built.levels.length / 3)),
    description: `The graph of ${known.title} and that of its network; around the function a band of half-width ${upTo(built.phi.bound)}.`,
  });
  const presets = PRESETS.map(
    (one) =>
      `<button type="button" class="preset" data-formula="${escapeHtml(one)}">${escapeHtml(one)}</button>`,
  );
  const constructions = Object.entries(CONSTRUCTIONS).map(
    ([value, text]) => `<option value="${value}">${text}</option>`,
  );
  const rows = notebooks.map(({ name, title }) => {
    const [, short, what] =
      new RegExp(`\\[([^\\]]*)\\]\\(${name}\\.ipynb\\) \\| (.*?) \\|`).exec(index) ?? [];
    if (!what) throw new Error(`notebooks/index.md must say what ${name} shows.`);
    const number = title.slice(0, 2);
    return `<li><a href="notebooks/${name}.html">${number} · ${escapeHtml(short)}</a> ${markdown.inline(what)}</li>`;
  });
  return `<section class="first" aria-labelledby="question">
<h1 id="question">How few numbers hold a function?</h1>
<p class="lead">A ReLU network follows any function on [0, 1] that is no steeper than λ, while only <strong>n&nbsp;+&nbsp;2</strong> of its parameters depend on that function. Write one, or draw one:</p>
<div class="inputs">
<div class="field wide"><label for="formula">f(x) =</label><input id="formula" type="text" value="${escapeHtml(String(firstChoice.source))}" spellcheck="false" autocomplete="off" autocapitalize="off" aria-describedby="problem"><button type="button" id="draw" aria-pressed="false">Draw</button></div>
<p class="presets" aria-label="Examples">${presets.join("")}</p>
<div class="field" id="lambda-row" hidden><label for="lambda">λ =</label><input id="lambda" type="number" min="0" step="any" inputmode="decimal"></div>
<p id="problem" class="problem" role="alert"></p>
</div>
<p id="claim" class="claim" role="status"><strong>${said.numbers} numbers</strong> hold this function; error ≤ <strong>${said.error}</strong> (${said.with})</p>
<div id="chart" class="graph" tabindex="0" role="group" aria-label="Chart: arrow keys choose a step; of a drawn curve they move the corners">${chart}</div>
<p class="key"><span class="f">f</span><span class="phi">network φ</span><span class="band">f ± bound</span></p>
<div class="inputs row">
<div class="field wide"><label for="n">n = <output id="n-shown">${firstChoice.n}</output></label><input id="n" type="range" min="1" max="${MOST_N}" value="${firstChoice.n}"></div>
<div class="field"><label for="construction">Close to f</label><select id="construction">${constructions.join("")}</select></div>
<div class="field"><label><input id="centred" type="checkbox"> sampled at centres (ours)</label></div>
</div>
<p id="details" class="details"></p>
<noscript><p class="problem">This page computes in your browser and needs scripts for it. The <a href="notebooks/index.html">notebooks</a> can be read without.</p></noscript>
<h2>Their digits: flip one</h2>
<p>Each of a₁ … aₙ is a row: one digit for every step of the staircase, a₁ the coarsest. Click a square, or choose a step and flip its digits: that step moves, and no other. Without jumps the digits belong to the corners of the graph, and a corner takes the two lines beside it along.</p>
<canvas id="matrix" aria-hidden="true"></canvas>
<div class="inputs row"><div class="field wide"><label for="step" id="step-shown">step</label><input id="step" type="range" min="1" max="256" value="86"></div><button type="button" id="undo" hidden>Undo all flips</button></div>
<div id="digits" class="digits" role="group" aria-label="Digits of the chosen step"></div>
<details><summary>The numbers themselves</summary><dl id="numbers"></dl></details>
</section>
<section class="book" aria-labelledby="book">
<h2 id="book">Read on: the notebooks</h2>
<p>With every output, and where nothing is trained every cell can be changed and run in the page.</p>
<ol class="contents">${rows.join("\n")}</ol>
</section>`;
}
