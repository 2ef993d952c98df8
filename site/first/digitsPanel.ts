import { make } from "../page/make";

/** What the panel shows: the digits that a₁ … a_n hold for each cube. */
export type Digits = {
  readonly n: number;
  readonly levels: Uint32Array;
  /** The digits before the reader changed any. */
  readonly original: Uint32Array;
  readonly chosen: number;
  /** Whether one number v holds all digits, in the same order. */
  readonly inOne: boolean;
};

/** What the reader does with it: flips digit ℓ of a cube, or chooses a cube. */
export type DigitsEvents = { flip(cube: number, l: number): void; choose(cube: number): void };

/** Pixels that a finger can hit. */
const FINGER = 24;

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const sub = (l: number) => [...String(l)].map((digit) => SUBSCRIPTS[Number(digit)]).join("");

/** Every digit as a small square, and those of the chosen step as buttons. */
export class DigitsPanel {
  readonly #canvas: HTMLCanvasElement;
  readonly #buttons: HTMLElement;
  readonly #events: DigitsEvents;
  #digits: Digits | undefined;

  constructor(canvas: HTMLCanvasElement, buttons: HTMLElement, events: DigitsEvents) {
    this.#canvas = canvas;
    this.#buttons = buttons;
    this.#events = events;
    // A finger covers many columns: it chooses one, and the buttons flip its digits.
    let coarse = false;
    canvas.addEventListener("pointerdown", ({ pointerType }) => {
      coarse = pointerType !== "mouse";
    });
    canvas.addEventListener("click", ({ clientX, clientY }) => {
      const digits = this.#digits;
      if (!digits) return;
      const box = canvas.getBoundingClientRect();
      const { length } = digits.levels;
      const cube = Math.floor(((clientX - box.left) / box.width) * length);
      const l = 1 + Math.floor(((clientY - box.top) / box.height) * digits.n);
      if (cube < 0 || cube >= length || l < 1 || l > digits.n) return;
      events.choose(cube);
      if (!coarse || box.width / length >= FINGER) events.flip(cube, l);
    });
  }

  show(digits: Digits): void {
    this.#digits = digits;
    this.#draw(digits);
    this.#showButtons(digits);
  }

  /** Draws again, for another width or other colours. */
  redraw(): void {
    if (this.#digits) this.#draw(this.#digits);
  }

  #draw({ n, levels, original, chosen }: Digits): void {
    const width = this.#canvas.clientWidth;
    const row = n <= 4 ? 22 : 16;
    const height = n * row;
    const ratio = devicePixelRatio;
    this.#canvas.style.height = `${height}px`;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    context.scale(ratio, ratio);
    const style = getComputedStyle(this.#canvas);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const [one, changed, mark] = ["--phi", "--changed", "--mark"].map(colour);
    const column = width / levels.length;
    const gap = column > 4 ? 1 : 0;
    context.fillStyle = mark;
    context.fillRect(chosen * column, 0, Math.max(1.5, column), height);
    for (let j = 0; j < levels.length; j++)
      for (let l = 1; l <= n; l++) {
        const bit = (levels[j] >> (n - l)) & 1;
        const before = (original[j] >> (n - l)) & 1;
        if (bit === 0 && bit === before) continue;
        context.fillStyle = bit === before ? one : changed;
        const [x, y, w, h] = [j * column, (l - 1) * row + 1, Math.max(0.7, column - gap), row - 2];
        if (bit === 1) context.fillRect(x, y, w, h);
        else context.fillRect(x, y + h / 2 - 1, w, 2);
      }
  }

  #showButtons({ n, levels, original, chosen, inOne }: Digits): void {
    const focused = [...this.#buttons.children].indexOf(document.activeElement as Element);
    const buttons = Array.from({ length: n }, (_, i) => {
      const l = i + 1;
      const bit = (levels[chosen] >> (n - l)) & 1;
      const name = inOne ? `θ${sub(l)}` : `a${sub(l)}`;
      const button = make("button", {
        type: "button",
        className: `digit${bit === ((original[chosen] >> (n - l)) & 1) ? "" : " changed"}`,
        "aria-pressed": bit === 1,
        title: "Flip this digit",
      });
      button.append(make("span", { className: "name" }, name), String(bit));
      button.addEventListener("click", () => this.#events.flip(chosen, l));
      return button;
    });
    this.#buttons.replaceChildren(...buttons);
    if (focused >= 0) buttons[Math.min(focused, n - 1)]?.focus();
  }
}
