import type { TypeChecker } from "../types/typeChecker";

/** Answers what a front end asks while the reader types. Jupyter counts code points, the checker UTF-16 units. */
export class Help {
  readonly #types: TypeChecker;

  constructor(types: TypeChecker) {
    this.#types = types;
  }

  /** The content of a complete_reply. */
  async complete(code: string, cursor_pos: number): Promise<object> {
    const { matches, start, end } = await this.#types.complete(code, unitsBefore(code, cursor_pos));
    const experimental = matches.map((match) => ({
      ...match,
      start: pointsBefore(code, match.start),
      end: pointsBefore(code, match.end),
    }));
    return {
      matches: matches.map(({ text }) => text),
      cursor_start: pointsBefore(code, start),
      cursor_end: pointsBefore(code, end),
      metadata: { _jupyter_types_experimental: experimental },
    };
  }

  /** The content of an inspect_reply. */
  async inspect(code: string, cursor_pos: number, detail: 0 | 1): Promise<object> {
    const inspection = await this.#types.inspect(code, unitsBefore(code, cursor_pos), detail);
    if (!inspection.found) return { found: false, data: {}, metadata: {} };
    const { plain, markdown } = inspection;
    return { found: true, data: { "text/plain": plain, "text/markdown": markdown }, metadata: {} };
  }

  /** The content of an is_complete_reply. */
  isComplete(code: string): Promise<object> {
    return this.#types.isComplete(code);
  }
}

function unitsBefore(code: string, points: number): number {
  let units = 0;
  let left = points;
  for (const point of code) {
    if (left-- <= 0) break;
    units += point.length;
  }
  return units;
}

function pointsBefore(code: string, units: number): number {
  return [...code.slice(0, units)].length;
}
