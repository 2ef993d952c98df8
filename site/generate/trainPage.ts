import { WAYS } from "../train/protocol";

/** The page on which a few numbers are trained. */
export function trainPage(): string {
  const ways = Object.entries(WAYS).map(([way, text]) => `<option value="${way}">${text}</option>`);
  return `<h1>Train a few numbers in this tab</h1>
<p class="lead">Below lies a network of 140,006 numbers that has learnt the digits 0 to 4 and never seen a 5: <a href="notebooks/09-how-few.html">notebook 09</a>'s. Its numbers are frozen. Draw other digits, say what they are, and train the few numbers that you choose; everything happens in your browser.</p>
<noscript><p class="problem">This page trains in your browser and needs scripts for it.</p></noscript>
<div class="training">
<section aria-labelledby="draw-heading">
<h2 id="draw-heading">Draw</h2>
<div class="pad"><canvas id="pad" width="280" height="280" tabindex="0" role="application" aria-label="Drawing pad: draw with mouse, finger or pen; arrow keys move the pen, Space puts it down and lifts it"></canvas></div>
<p class="details">By keyboard: arrows move the pen, Space puts it down and lifts it.</p>
<p id="says" class="says" role="status">Draw a digit.</p>
<div class="inputs row"><button type="button" id="clear">Clear</button></div>
<p>This is a</p>
<div id="labels" class="labels" role="group" aria-label="Keep the drawing as this digit"></div>
<ul id="drawings" class="drawings" aria-label="Your drawings"></ul>
</section>
<section aria-labelledby="train-heading">
<h2 id="train-heading">Train</h2>
<div class="field wide"><label for="way">What moves</label><select id="way">${ways.join("")}</select></div>
<p><label><input type="checkbox" id="stored" checked> with 20 stored images of each digit from 5 to 9</label><br>(20 of each from 0 to 4 are always there, so that it does not forget them.)</p>
<div class="inputs row"><button type="button" id="train" disabled>Train</button><button type="button" id="forget" disabled>Forget</button></div>
<p id="status" role="status">The network is on its way: 1.6 MB.</p>
<div class="wide"><table class="scores"><caption>Share of 300 stored test images that it reads</caption><thead><tr><th scope="col">digit</th><th scope="col"><span class="hidden">as a bar</span></th><th scope="col">now</th><th scope="col">at first</th></tr></thead><tbody id="scores"></tbody></table></div>
<div id="rounding" hidden>
<h2>How many bits are they worth?</h2>
<p>Round each trained number to <output id="bits-shown">8</output> bits, as notebook 09 does.</p>
<div class="field wide"><label for="bits">Bits a number</label><input type="range" id="bits" min="1" max="8" value="8"></div>
<p id="rounded" role="status"></p>
</div>
</section>
</div>`;
}
