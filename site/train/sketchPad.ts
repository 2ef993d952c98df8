/** A canvas on which a digit is drawn with mouse, finger or pen. */
export class SketchPad {
  readonly canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;

  /** `changed` is called when a stroke has ended. */
  constructor(canvas: HTMLCanvasElement, changed: () => void) {
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("This browser has no canvas to draw on.");
    this.canvas = canvas;
    this.#context = context;
    let from: [number, number] | undefined;
    const at = ({ clientX, clientY }: PointerEvent): [number, number] => {
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
        if (from) changed();
        from = undefined;
      });
  }

  line([x0, y0]: [number, number], [x1, y1]: [number, number]): void {
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
