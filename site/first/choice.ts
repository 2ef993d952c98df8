import type { DrawnCurve } from "./drawnCurve";

/** The constructions on the first screen. */
export const CONSTRUCTIONS = {
  uniform: "everywhere (Theorem 2.2)",
  lp: "in the mean (Theorem 2.1)",
  three: "three numbers (Theorem 2.3)",
  continuous: "everywhere, no jumps (ours)",
} as const;

export type Construction = keyof typeof CONSTRUCTIONS;

/** What the reader has chosen. */
export type Choice = {
  /** A formula in x, or a drawn curve. */
  readonly source: string | DrawnCurve;
  readonly n: number;
  readonly construction: Construction;
  /** Ours instead of the paper's quantisation, with a smaller bound. */
  readonly centred: boolean;
  /** The reader's λ, where none can be proved. */
  readonly lambda?: number;
};

export const FORMULA = "|x - 0.5|";
export const MOST_N = 9;
export const firstChoice: Choice = { source: FORMULA, n: 8, construction: "uniform", centred: false };

/** The choice in the page's address, so that it can be passed on; a drawn curve is not. */
export function toHash({ source, n, construction, centred, lambda }: Choice): string {
  if (typeof source !== "string") return "";
  const parts = new URLSearchParams({ f: source, n: String(n), c: construction });
  if (centred) parts.set("centred", "1");
  if (lambda !== undefined) parts.set("lambda", String(lambda));
  return `#${parts}`;
}

/** The choice that an address names; what it leaves out or what makes no sense is as at first. */
export function fromHash(hash: string): Choice {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const n = Number(parts.get("n"));
  const construction = parts.get("c") ?? "";
  const lambda = Number(parts.get("lambda"));
  return {
    source: parts.get("f") ?? firstChoice.source,
    n: Number.isInteger(n) && n >= 1 && n <= MOST_N ? n : firstChoice.n,
    construction: Object.hasOwn(CONSTRUCTIONS, construction)
      ? (construction as Construction)
      : firstChoice.construction,
    centred: parts.get("centred") === "1",
    ...(lambda > 0 && Number.isFinite(lambda) && { lambda }),
  };
}
