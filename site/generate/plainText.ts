/** Commands of TeX that stand for a character. */
const CHARACTERS: Readonly<Record<string, string>> = {
  Delta: "Δ",
  Omega: "Ω",
  Sigma: "Σ",
  alpha: "α",
  approx: "≈",
  beta: "β",
  cdot: "·",
  cdots: "…",
  delta: "δ",
  dots: "…",
  ell: "ℓ",
  epsilon: "ε",
  eta: "η",
  exists: "∃",
  forall: "∀",
  ge: "≥",
  geq: "≥",
  in: "∈",
  infty: "∞",
  lambda: "λ",
  ldots: "…",
  le: "≤",
  leq: "≤",
  mapsto: "↦",
  mu: "μ",
  ne: "≠",
  neq: "≠",
  omega: "ω",
  phi: "φ",
  pi: "π",
  prod: "Π",
  rho: "ρ",
  sigma: "σ",
  sqrt: "√",
  subset: "⊂",
  sum: "Σ",
  theta: "θ",
  times: "×",
  to: "→",
  varepsilon: "ε",
  varphi: "φ",
  varrho: "ϱ",
};
/** Names of functions, which are read as they are written. */
const NAMES = /^(?:cos|exp|inf|lim|ln|log|max|min|mod|sin|sup|tan|deg|dim|det)$/;

/** A line of Markdown as one would read it out, for the search: links by their text, formulas in characters. */
export function plainText(line: string): string {
  return line
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, "($1)/($2)")
    .replace(/\\[dt]?frac\s*(\w)\s*(\w)/g, "$1/$2")
    .replace(
      /\\mathbb\s*\{?([NRZQ])\}?/g,
      (_, letter: string) => ({ N: "ℕ", R: "ℝ", Z: "ℤ", Q: "ℚ" })[letter] ?? letter,
    )
    .replace(/\\([a-zA-Z]+)/g, (_, name: string) => CHARACTERS[name] ?? (NAMES.test(name) ? name : " "))
    .replace(/\\[,;:!]/g, " ")
    .replace(/^\s*(?:[-+>]|\d+\.)\s/, "")
    .replace(/[$*`>|{}\\]/g, "")
    .replace(/ {2,}/g, " ");
}
