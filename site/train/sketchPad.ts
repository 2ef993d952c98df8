import { make } from "../page/make";

/** The canvas's share that an arrow key moves the pen by. */
const STEP = 1 / 20;
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

type Point = readonly [number, number];

/** A canvas on which a digit is drawn with mouse, finger, pen or keys. */
export class SketchPad {
  readonly canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #changed: () => void;
  /** Where keys have the pen: a ring over the canvas while it has the focus. */
  readonly #ring = make("span", { className: "pen", hidden: true });
  readonly #told = make("span", { className: "hidden", role: "status" });
  #pen: Point;
  #isDown = false;

  /** `changed` is called when a stroke has ended. */
  constructor(canvas: HTMLCanvasElement, changed: () => void) {
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("This browser has no canvas to draw on.");
    this.canvas = canvas;
    this.#context = context;
    this.#changed = changed;
    this.#pen = [canvas.width / 2, canvas.height / 5];
    canvas.after(this.#ring, this.#told);
    this.#listenToPointer();
    this.#listenToKeys();
  }

  #listenToPointer(): void {
    const { canvas } = this;
    let from: Point | undefined;
    const at = ({ clientX, clientY }: PointerEvent): Point => {
      const box = canvas.getBoundingClientRect();
      return [
        ((clientX - box.left) / box.width) * canvas.width,
        ((clientY - box.top) / box.height) * canvas.height,
      ];
    };
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      from = at(event);
      this.line(from, from);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!from) return;
      const to = at(event);
      this.line(from, to);
      from = to;
    });
    for (const end of ["pointerup", "pointercancel"] as const)
      canvas.addEventListener(end, () => {
        if (from) this.#changed();
        from = undefined;
      });
  }

  #listenToKeys(): void {
    const { canvas } = this;
    canvas.addEventListener("focus", () => this.#showPen());
    canvas.addEventListener("blur", () => {
      this.#lift();
      this.#ring.hidden = true;
    });
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const move = MOVES[event.key];
      if (move) this.#move(move);
      else if (event.key === " " || event.key === "Enter") this.#isDown ? this.#lift() : this.#putDown();
      else return;
      event.preventDefault();
    });
  }

  #move([right, down]: Point): void {
    const { width, height } = this.canvas;
    const [x, y] = this.#pen;
    const within = (value: number, most: number) => Math.min(most, Math.max(0, value));
    this.#pen = [within(x + right * STEP * width, width), within(y + down * STEP * height, height)];
    if (this.#isDown) this.line([x, y], this.#pen);
    this.#showPen();
  }

  #putDown(): void {
    this.#isDown = true;
    this.line(this.#pen, this.#pen);
    this.#showPen();
    this.#told.textContent = "The pen is down.";
  }

  #lift(): void {
    if (!this.#isDown) return;
    this.#isDown = false;
    this.#showPen();
    this.#told.textContent = "The pen is up.";
    this.#changed();
  }

  #showPen(): void {
    const { width, height } = this.canvas;
    this.#ring.hidden = false;
    this.#ring.classList.toggle("down", this.#isDown);
    this.#ring.style.left = `${(100 * this.#pen[0]) / width}%`;
    this.#ring.style.top = `${(100 * this.#pen[1]) / height}%`;
  }

  line([x0, y0]: Point, [x1, y1]: Point): void {
    const context = this.#context;
    context.strokeStyle = getComputedStyle(this.canvas).color;
    context.lineWidth = this.canvas.width / 12;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  }

  clear(): void {
    this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }
}
