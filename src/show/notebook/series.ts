/** A curve that may grow without end in bounded memory: when it is full, neighbouring points are averaged. */
export class Series {
  readonly #capacity: number;
  #points: [x: number, y: number, weight: number][] = [];
  #span = 1;

  constructor(capacity = 240) {
    this.#capacity = capacity;
  }

  /** Adds a point; values that are not finite are left out. */
  add(x: number, y: number): void {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    const last = this.#points.at(-1);
    if (last && last[2] < this.#span) this.#points[this.#points.length - 1] = merge(last, [x, y, 1]);
    else this.#points.push([x, y, 1]);
    if (this.#points.length <= this.#capacity) return;
    this.#span *= 2;
    this.#points = this.#points.flatMap((point, i, all) =>
      i % 2 === 1 ? [] : i + 1 < all.length ? [merge(point, all[i + 1])] : [point],
    );
  }

  get points(): readonly (readonly [x: number, y: number])[] {
    return this.#points.map(([x, y]) => [x, y]);
  }
}

type Weighted = [x: number, y: number, weight: number];

function merge([x1, y1, w1]: Weighted, [x2, y2, w2]: Weighted): Weighted {
  const w = w1 + w2;
  return [(x1 * w1 + x2 * w2) / w, (y1 * w1 + y2 * w2) / w, w];
}
