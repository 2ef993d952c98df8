/** The memory that the threads handling Stop share. */
export class InterruptMemory {
  readonly buffer: SharedArrayBuffer;
  readonly #times: Float64Array;
  readonly #words: Int32Array;

  constructor(buffer = new SharedArrayBuffer(24)) {
    this.buffer = buffer;
    this.#times = new Float64Array(buffer, 0, 1);
    this.#words = new Int32Array(buffer, 8, 4);
  }

  /** Records a Stop that comes now. */
  stop(): void {
    this.#times[0] = Date.now();
    Atomics.add(this.#words, 0, 1);
  }

  /** The time of the last Stop; undefined once the main thread has heard of it. */
  get unheard(): number | undefined {
    return Atomics.load(this.#words, 0) === Atomics.load(this.#words, 1) ? undefined : this.#times[0];
  }

  /** The main thread calls this when it has taken note of every Stop so far. */
  hear(): void {
    Atomics.store(this.#words, 1, Atomics.load(this.#words, 0));
  }

  /** Whether the main thread does work of the kernel's own that must not be ended, such as compiling. */
  get sheltered(): boolean {
    return Atomics.load(this.#words, 2) === 1;
  }

  set sheltered(yes: boolean) {
    Atomics.store(this.#words, 2, yes ? 1 : 0);
  }

  /** Blocks the calling thread until the kernel ends, or for so many milliseconds; whether it has ended. */
  awaitEnd(longest: number): boolean {
    return Atomics.wait(this.#words, 3, 0, longest) !== "timed-out";
  }

  get ended(): boolean {
    return Atomics.load(this.#words, 3) === 1;
  }

  end(): void {
    Atomics.store(this.#words, 3, 1);
    Atomics.notify(this.#words, 3);
  }
}
