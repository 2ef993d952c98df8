import { make, need } from "../page/make";
import { startWorker } from "../page/startWorker";
import { asDigit } from "./asDigit";
import type { Drawing, FromTrainer, Score, ToTrainer, Way } from "./protocol";
import { SketchPad } from "./sketchPad";

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
const DIGITS = [..."0123456789"];

/** The page on which a few numbers are trained on digits that the reader draws. */
class TrainPage {
  readonly #worker = startWorker("training");
  readonly #pad = new SketchPad(need<HTMLCanvasElement>("#pad"), () => this.#read());
  readonly #says = need("#says");
  readonly #status = need("#status");
  readonly #train = need<HTMLButtonElement>("#train");
  readonly #forget = need<HTMLButtonElement>("#forget");
  readonly #way = need<HTMLSelectElement>("#way");
  readonly #stored = need<HTMLInputElement>("#stored");
  readonly #bits = need<HTMLInputElement>("#bits");
  readonly #drawings: Drawing[] = [];
  #before: Score | undefined;

  constructor() {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<FromTrainer>) => this.#receive(data));
    this.#worker.addEventListener("error", ({ message }) =>
      this.#fail(message || "its script could not be loaded"),
    );
    need("#clear").addEventListener("click", () => {
      this.#pad.clear();
      this.#says.replaceChildren("Draw a digit.");
    });
    need("#labels").append(
      ...DIGITS.map((digit) => {
        const button = make("button", { type: "button", "aria-label": `This is a ${digit}` }, digit);
        button.addEventListener("click", () => this.#keep(Number(digit)));
        return button;
      }),
    );
    this.#train.addEventListener("click", () => {
      this.#busy(true);
      this.#ask({
        type: "train",
        way: this.#way.value as Way,
        drawings: this.#drawings,
        stored: this.#stored.checked,
      });
    });
    this.#forget.addEventListener("click", () => this.#ask({ type: "forget" }));
    this.#bits.addEventListener("change", () => this.#ask({ type: "round", bits: Number(this.#bits.value) }));
    this.#bits.addEventListener("input", () => {
      need("#bits-shown").textContent = this.#bits.value;
    });
  }

  #ask(message: ToTrainer): void {
    this.#worker.postMessage(message);
  }

  #read(): void {
    const greys = asDigit(this.#pad.canvas);
    if (greys) this.#ask({ type: "read", greys });
  }

  #keep(label: number): void {
    const greys = asDigit(this.#pad.canvas);
    if (!greys) {
      this.#status.textContent = "Draw a digit first, then say which it is.";
      return;
    }
    this.#drawings.push({ greys, label });
    const picture = make("canvas", { width: 28, height: 28, role: "img", "aria-label": `your ${label}` });
    const context = picture.getContext("2d");
    const colour = getComputedStyle(this.#pad.canvas).color;
    if (context)
      for (const [i, grey] of greys.entries()) {
        context.fillStyle = colour;
        context.globalAlpha = grey / 255;
        context.fillRect(i % 28, Math.floor(i / 28), 1, 1);
      }
    need("#drawings").append(make("li", {}, picture, String(label)));
    this.#pad.clear();
    const count = this.#drawings.length;
    this.#status.textContent = `${count} ${count === 1 ? "drawing is" : "drawings are"} kept. Draw more, or train.`;
  }

  #receive(message: FromTrainer): void {
    switch (message.type) {
      case "ready":
        this.#before = message.score;
        this.#busy(false);
        this.#status.textContent = `Ready: ${message.total.toLocaleString("en")} numbers, of which you will train few. Of the stored test images it reads ${percent(message.score.share)}: none from 5 on.`;
        this.#show(message.score);
        this.#read();
        break;
      case "read":
        this.#say(message.probabilities);
        break;
      case "epoch":
        this.#status.textContent = `Round ${message.epoch} of ${message.of}, loss ${message.loss.toFixed(3)}`;
        break;
      case "trained": {
        const own = message.own === undefined ? "" : ` and ${percent(message.own)} of your drawings`;
        this.#status.textContent = `${message.trained.toLocaleString("en")} numbers, trained on ${message.images} images in ${message.seconds.toFixed(1)} s: it now reads ${percent(message.score.share)} of the test images${own}.`;
        this.#show(message.score);
        this.#busy(false);
        need("#rounding").hidden = false;
        this.#read();
        break;
      }
      case "rounded":
        need("#rounded").textContent =
          `${message.inAll.toLocaleString("en")} bits in all read ${percent(message.score.share)} of the test images.`;
        this.#show(message.score);
        this.#read();
        break;
      case "forgotten":
        this.#status.textContent = "It knows 0 to 4 again, and nothing else.";
        this.#show(message.score);
        need("#rounding").hidden = true;
        this.#read();
        break;
      case "failed":
        this.#fail(message.message);
    }
  }

  #say(probabilities: readonly number[]): void {
    const best = probabilities.indexOf(Math.max(...probabilities));
    this.#says.replaceChildren(
      "It reads ",
      make("strong", {}, DIGITS[best]),
      ` (${percent(probabilities[best])}).`,
    );
  }

  #show({ byDigit }: Score): void {
    need("#scores").replaceChildren(
      ...byDigit.map((share, digit) => {
        const before = this.#before?.byDigit[digit] ?? 0;
        const bar = make("span", { className: "share" });
        bar.style.width = `${100 * share}%`;
        return make(
          "tr",
          {},
          make("th", { scope: "row" }, DIGITS[digit]),
          make("td", {}, make("span", { className: "track" }, bar)),
          make("td", {}, percent(share)),
          make("td", {}, percent(before)),
        );
      }),
    );
  }

  #busy(busy: boolean): void {
    this.#train.disabled = busy;
    this.#forget.disabled = busy;
    this.#bits.disabled = busy;
  }

  #fail(reason: string): void {
    this.#status.textContent = `The training cannot go on: ${reason}`;
    this.#busy(false);
  }
}

new TrainPage();
