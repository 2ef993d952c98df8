import { expect, test } from "vitest";
import { plainText } from "../../../site/generate/plainText";

test("the search knows formulas as one reads them, and prose without its marks", () => {
  expect(plainText("Look at $x - \\delta$, $x$ and $x + \\delta$, at least $2\\delta$ apart.")).toBe(
    "Look at x - δ, x and x + δ, at least 2δ apart.",
  );
  expect(plainText("$\\sigma(t) = \\max(t, 0)$ for all $t \\in \\mathbb{R}$")).toBe(
    "σ(t) = max(t, 0) for all t ∈ ℝ",
  );
  expect(plainText("- **The bound** is $\\frac{1}{3K} \\le 2^{-n}$, see [05](05-everywhere.ipynb).")).toBe(
    "The bound is (1)/(3K) ≤ 2^-n, see 05.",
  );
});

test("a word that stands between bars or in code is found whole", () => {
  expect(plainText("`approximateLp` gives $|\\varphi - f|$")).toBe("approximateLp gives φ - f");
});
