import { toDecimal } from "../../src/theory/exact/toDecimal";
import { make, need } from "../page/make";
import { type BuiltNetwork, builtNetwork, numbersWith, placeAt, placeOf, withDigits } from "./builtNetwork";
import { type ChartContent, chartFrame, chartSvg } from "./chartSvg";
import { type Choice, type Construction, fromHash, toHash } from "./choice";
import { DigitsPanel } from "./digitsPanel";
import { CORNERS, type DrawnCurve, drawnTo, firstCurve } from "./drawnCurve";
import { type KnownFunction, knownLambda } from "./knownLambda";
import { polyline } from "./polyline";
import { claim, errorSense, lambdaOrigin, networkSize, upTo } from "./said";

const SAMPLES = 512;

/** The first screen: a function, n and a construction in; the staircase, its bound and its digits out. */
export class FirstScreen {
  readonly #formula = need<HTMLInputElement>("#formula");
  readonly #n = need<HTMLInputElement>("#n");
  readonly #nShown = need("#n-shown");
  readonly #construction = need<HTMLSelectElement>("#construction");
  readonly #centred = need<HTMLInputElement>("#centred");
  readonly #draw = need<HTMLButtonElement>("#draw");
  readonly #lambdaRow = need("#lambda-row");
  readonly #lambda = need<HTMLInputElement>("#lambda");
  readonly #chart = need("#chart");
  readonly #claim = need("#claim");
  readonly #shown = need(".first");
  readonly #details = need("#details");
  readonly #problem = need("#problem");
  readonly #step = need<HTMLInputElement>("#step");
  readonly #stepShown = need("#step-shown");
  readonly #undo = need<HTMLButtonElement>("#undo");
  readonly #numbers = need("#numbers");
  readonly #digits: DigitsPanel;
  #choice: Choice;
  #curve: DrawnCurve = firstCurve;
  #corner = CORNERS / 2;
  #known: KnownFunction | undefined;
  #built: BuiltNetwork | undefined;
  #levels = new Uint32Array(0);
  #chosen = 0;
  #reach: readonly [number, number] | undefined;
  #frame = 0;

  constructor() {
    this.#choice = fromHash(location.hash);
    this.#digits = new DigitsPanel(need<HTMLCanvasElement>("#matrix"), need("#digits"), {
      flip: (cube, l) => this.#flip(cube, l),
      choose: (cube) => this.#choose(cube),
    });
    this.#listen();
    this.#fill();
    this.#update();
    this.#chosen = Math.floor(this.#levels.length / 3);
    this.#redraw();
  }

  get #isDrawing(): boolean {
    return typeof this.#choice.source !== "string";
  }

  #listen(): void {
    const changed = (change: () => Partial<Choice>) => () => this.#change(change());
    this.#formula.addEventListener(
      "input",
      changed(() => ({ source: this.#formula.value, lambda: undefined })),
    );
    this.#n.addEventListener(
      "input",
      changed(() => ({ n: Number(this.#n.value) })),
    );
    this.#construction.addEventListener(
      "change",
      changed(() => ({ construction: this.#construction.value as Construction })),
    );
    this.#centred.addEventListener(
      "change",
      changed(() => ({ centred: this.#centred.checked })),
    );
    this.#lambda.addEventListener(
      "change",
      changed(() => {
        const lambda = Number(this.#lambda.value);
        return { lambda: lambda > 0 && Number.isFinite(lambda) ? lambda : undefined };
      }),
    );
    this.#draw.addEventListener(
      "click",
      changed(() => ({ source: this.#isDrawing ? this.#formula.value : this.#sampled() })),
    );
    for (const preset of document.querySelectorAll<HTMLButtonElement>("button.preset"))
      preset.addEventListener("click", () => {
        this.#formula.value = preset.dataset.formula ?? "";
        this.#change({ source: this.#formula.value, lambda: undefined });
      });
    this.#step.addEventListener("input", () => this.#choose(Number(this.#step.value) - 1));
    this.#undo.addEventListener("click", () => {
      if (this.#built) this.#levels = this.#built.levels.slice();
      this.#redraw();
    });
    this.#listenToPointer();
    this.#chart.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#redraw()).observe(this.#chart);
    new MutationObserver(() => this.#digits.redraw()).observe(document.body, {
      attributeFilter: ["data-jp-theme-light"],
    });
    addEventListener("hashchange", () => {
      if (location.hash === toHash(this.#choice)) return;
      this.#choice = fromHash(location.hash);
      this.#fill();
      this.#update();
    });
  }

  #listenToPointer(): void {
    let from: [number, number] | undefined;
    this.#chart.addEventListener("pointerdown", (event) => {
      const at = this.#at(event);
      if (!this.#isDrawing) {
        this.#chooseAt(at[0]);
        return;
      }
      event.preventDefault();
      this.#chart.setPointerCapture(event.pointerId);
      from = at;
      this.#drawTo(at, at);
    });
    this.#chart.addEventListener("pointermove", (event) => {
      if (!from) return;
      const to = this.#at(event);
      this.#drawTo(from, to);
      from = to;
    });
    for (const end of ["pointerup", "pointercancel"] as const)
      this.#chart.addEventListener(end, () => {
        from = undefined;
      });
  }

  /** Where a pointer is, in the chart's coordinates. */
  #at({ clientX, clientY }: PointerEvent): [number, number] {
    const box = this.#chart.getBoundingClientRect();
    const { left, right, top, bottom, low, high } = this.#axes;
    const x = (clientX - box.left - left) / (right - left);
    const y = low + ((bottom - (clientY - box.top)) / (bottom - top)) * (high - low);
    return [Math.min(0.999999, Math.max(0, x)), Math.min(high, Math.max(low, y))];
  }

  get #axes() {
    return chartFrame(this.#content);
  }

  #drawTo(from: [number, number], to: [number, number]): void {
    this.#curve = drawnTo(this.#curve, from, to);
    this.#change({ source: this.#curve });
  }

  /** Keys on the chart: in a formula they choose a step; in a drawn curve they move its corners. */
  #key(event: KeyboardEvent): void {
    const { key } = event;
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const by = key === "ArrowRight" ? 1 : -1;
      if (this.#isDrawing) this.#corner = Math.min(CORNERS, Math.max(0, this.#corner + 2 * by));
      else this.#choose(this.#chosen + by);
    } else if (this.#isDrawing && (key === "ArrowUp" || key === "ArrowDown")) {
      const by = key === "ArrowUp" ? 1 / 32 : -1 / 32;
      const height = Math.min(1, Math.max(0, this.#curve[this.#corner] + by));
      const at = this.#corner / CORNERS;
      const next = drawnTo(this.#curve, [at, height], [at, height]);
      // Its neighbours come half the way, so that no needle stands out.
      const middle = (i: number) => (next[i] === undefined ? [] : [i]);
      this.#curve = [...middle(this.#corner - 1), ...middle(this.#corner + 1)].reduce(
        (curve: DrawnCurve, i) =>
          drawnTo(curve, [i / CORNERS, curve[i] + by / 2], [i / CORNERS, curve[i] + by / 2]),
        next,
      );
      this.#change({ source: this.#curve });
    } else return;
    event.preventDefault();
    if (this.#isDrawing) this.#chooseAt(this.#corner / CORNERS);
  }

  /** A drawn curve begins as the function that is there. */
  #sampled(): DrawnCurve {
    const known = this.#known;
    if (!known) return this.#curve;
    const values = Array.from({ length: CORNERS + 1 }, (_, i) => known.evaluate(i / CORNERS));
    if (values.every((value) => value >= 0 && value <= 1))
      this.#curve = values.reduce(
        (curve: DrawnCurve, value, i) => drawnTo(curve, [i / CORNERS, value], [i / CORNERS, value]),
        this.#curve,
      );
    return this.#curve;
  }

  #change(change: Partial<Choice>): void {
    this.#choice = { ...this.#choice, ...change };
    history.replaceState(null, "", toHash(this.#choice) || location.pathname);
    // Events come more often than pictures are shown.
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#fill();
      this.#update();
    });
  }

  #fill(): void {
    const { source, n, construction, centred, lambda } = this.#choice;
    if (typeof source === "string" && this.#formula.value !== source) this.#formula.value = source;
    this.#n.value = String(n);
    this.#nShown.textContent = String(n);
    this.#construction.value = construction;
    this.#centred.checked = centred;
    // What joins corners by lines has but one way to take its samples.
    this.#centred.disabled = construction === "continuous";
    if (lambda !== undefined) this.#lambda.value = String(lambda);
    this.#draw.setAttribute("aria-pressed", String(this.#isDrawing));
    this.#draw.textContent = this.#isDrawing ? "Back to the formula" : "Draw";
    this.#chart.classList.toggle("drawing", this.#isDrawing);
    this.#formula.classList.toggle("idle", this.#isDrawing);
  }

  #update(): void {
    const before = this.#levels.length;
    try {
      this.#known = knownLambda(this.#choice.source, this.#choice.lambda);
      const { lambda, origin } = this.#known;
      this.#lambdaRow.hidden = origin !== "given";
      if (lambda === undefined) {
        this.#refuse(
          "No λ can be proved for this formula. Give one that its slope never exceeds; it will be checked.",
        );
        return;
      }
      this.#built = builtNetwork(this.#known, lambda, this.#choice);
    } catch (error) {
      // What a reader may type in is answered in words; anything else is a fault of ours.
      if (!(error instanceof RangeError || (error as Error).name === "FormulaError")) throw error;
      this.#refuse((error as Error).message);
      return;
    }
    this.#levels = this.#built.levels.slice();
    const cubes = this.#levels.length;
    if (before !== cubes) this.#chosen = Math.floor((this.#chosen * cubes) / Math.max(1, before));
    this.#problem.textContent = "";
    this.#shown.classList.remove("stale");
    this.#formula.removeAttribute("aria-invalid");
    this.#redraw();
  }

  /** The picture of the last function stays, and looks old; the words say what is missing. */
  #refuse(message: string): void {
    this.#shown.classList.add("stale");
    this.#problem.textContent = message;
    this.#formula.setAttribute("aria-invalid", "true");
  }

  #flip(cube: number, l: number): void {
    if (!this.#built) return;
    this.#levels[cube] ^= 1 << (this.#built.phi.n - l);
    this.#redraw();
  }

  #choose(cube: number): void {
    this.#chosen = Math.min(this.#levels.length - 1, Math.max(0, cube));
    this.#redraw();
  }

  #chooseAt(x: number): void {
    if (this.#built) this.#choose(placeAt(this.#built, x));
  }

  get #changedDigits(): number {
    let count = 0;
    for (const [j, level] of (this.#built?.levels ?? []).entries())
      for (let rest = level ^ this.#levels[j]; rest > 0; rest >>= 1) count += rest & 1;
    return count;
  }

  get #content(): Omit<ChartContent, "phi" | "description"> {
    const width = Math.max(280, this.#chart.clientWidth);
    const known = this.#known;
    return {
      width,
      height: Math.round(Math.min(420, Math.max(250, width * 0.48))),
      f: Float64Array.from({ length: SAMPLES + 1 }, (_, i) => known?.evaluate(i / SAMPLES) ?? 0),
      bound: this.#built?.phi.bound ?? 0,
      // While a curve is drawn the axes stay, or it would run away from the pen.
      ...(this.#isDrawing && { ends: [-0.1, 1.1] as const }),
      ...(this.#reach && { reach: this.#reach }),
      marked: this.#built ? placeOf(this.#built, this.#chosen) : [0, 0],
    };
  }

  #redraw(): void {
    const built = this.#built;
    const known = this.#known;
    if (!built || known?.lambda === undefined) return;
    const { phi } = built;
    const x = polyline(phi.grid, built.kind);
    const y = withDigits(built, this.#levels)(x);
    const changed = this.#changedDigits;
    // A digit of the reader's may send its step far away; there it can be seen.
    this.#reach = changed > 0 ? [Math.min(...y), Math.max(...y)] : undefined;
    const content = this.#content;
    const description =
      `The graph of ${known.title} and that of its network, with ${this.#levels.length} ${built.kind}s; ` +
      `around the function a band of half-width ${upTo(phi.bound)}.`;
    this.#chart.innerHTML = chartSvg({ ...content, phi: { x, y }, description });
    this.#say(built, known.lambda, changed, this.#farthest(known, x, y));
    this.#digits.show({
      n: phi.n,
      levels: this.#levels,
      original: built.levels,
      chosen: this.#chosen,
      inOne: phi.construction === "threeParameters",
    });
    const places = this.#levels.length;
    this.#step.max = String(places);
    this.#step.value = String(this.#chosen + 1);
    this.#stepShown.textContent = `${built.kind} ${this.#chosen + 1} of ${places}, ${this.#where(built)}`;
    this.#undo.hidden = changed === 0;
  }

  #where({ kind }: BuiltNetwork): string {
    const places = this.#levels.length;
    const short = (x: number) => Number(x.toFixed(4));
    if (kind === "corner") return `at x = ${short(this.#chosen / (places - 1))}`;
    return `x from ${short(this.#chosen / places)} to ${short((this.#chosen + 1) / places)}`;
  }

  /** The largest distance that is drawn. */
  #farthest(known: KnownFunction, x: Float64Array, y: Float64Array): number {
    let most = 0;
    for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(known.evaluate(x[i]) - y[i]));
    return most;
  }

  #say(built: BuiltNetwork, lambda: number, changed: number, farthest: number): void {
    const said = claim(built, lambda);
    const strong = (text: string) => make("strong", {}, text);
    if (changed === 0) {
      this.#claim.replaceChildren(
        strong(`${said.numbers} numbers`),
        " hold this function; error ≤ ",
        strong(said.error),
        ` (${said.with})`,
      );
    } else {
      const digits = changed === 1 ? "One digit is" : `${changed} digits are`;
      this.#claim.replaceChildren(
        strong(digits),
        ` yours: the bound ${said.error} speaks of the others. The farthest ${built.kind} is now ${farthest.toPrecision(2)} away.`,
      );
    }
    const size = networkSize(built);
    const others = (size - Number(said.numbers)).toLocaleString("en");
    this.#details.textContent =
      `${this.#known ? lambdaOrigin(this.#known) : ""} ${errorSense(this.#choice)} ` +
      `The network has ${size.toLocaleString("en")} parameters that are not 0; ${others} of them are the same for every function.`;
    this.#numbers.replaceChildren(
      ...Object.entries(numbersWith(built, this.#levels)).flatMap(([name, value]) => {
        const text = toDecimal(value);
        const shown = text.length > 42 ? `${text.slice(0, 40)}… (${text.length} characters)` : text;
        return [make("dt", {}, name), make("dd", {}, shown)];
      }),
    );
  }
}
