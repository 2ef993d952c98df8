import { type Target, target } from "./target";

const TAU = 2 * Math.PI;

/** f(x) = (1/d) Σ_i sin(2πx_i), Lipschitz with λ = 2π/√d. */
function smooth(dimension = 1): Target {
  return target(
    (x) => {
      let sum = 0;
      for (const t of x) sum += Math.sin(TAU * t);
      return sum / dimension;
    },
    { dimension, lipschitz: TAU / Math.sqrt(dimension), title: "smooth waves" },
  );
}

/** f(x) = ‖x − (1/3, …, 1/3)‖₂, Lipschitz with λ = 1 and a kink. */
function kink(dimension = 1): Target {
  return target(
    (x) => {
      let square = 0;
      for (const t of x) square += (t - 1 / 3) ** 2;
      return Math.sqrt(square);
    },
    { dimension, lipschitz: 1, title: "distance to a point" },
  );
}

/** f(x) = sin(6πx²)/2, oscillating faster and faster, Lipschitz with λ = 6π. */
function oscillating(): Target {
  return target((x) => Math.sin(3 * TAU * x[0] ** 2) / 2, {
    dimension: 1,
    lipschitz: 3 * TAU,
    title: "chirp",
  });
}

/** f(x) = √|x − 1/3|, Hölder with λ = 1, α = 1/2, and no Lipschitz constant. */
function holderHalf(): Target {
  return target((x) => Math.sqrt(Math.abs(x[0] - 1 / 3)), {
    dimension: 1,
    holder: { lambda: 1, alpha: 0.5 },
    title: "square-root cusp",
  });
}

/**
 * f(x) = Σ_{k<12} 2^{−k/2} cos(2^k·2πx) / 7, rough on every scale, Hölder with α = 1/2: split at 2^k ≈ 1/(πr),
 * the terms below differ by ≤ 2π2^k r, those above by ≤ 2, in all by ≤ 4√π/(1 − 2^{−1/2})·√r / 7.
 */
function weierstrass(): Target {
  return target(
    (x) => {
      let sum = 0;
      for (let k = 0; k < 12; k++) sum += 2 ** (-k / 2) * Math.cos(2 ** k * TAU * x[0]);
      return sum / 7;
    },
    {
      dimension: 1,
      holder: { lambda: (4 * Math.sqrt(Math.PI)) / (1 - Math.SQRT1_2) / 7, alpha: 0.5 },
      title: "Weierstrass sum",
    },
  );
}

/** A staircase with three ramps of slope 8, λ = 8. */
function steps(): Target {
  const heights = [0.25, 0.35, 0.4];
  return target(
    (x) =>
      heights.reduce((sum, height, i) => {
        const start = (i + 1) / 4 - height / 16;
        return sum + Math.min(Math.max(8 * (x[0] - start), 0), height);
      }, 0),
    { dimension: 1, lipschitz: 8, title: "smoothed steps" },
  );
}

/** f(x, y) = sin(2πx) cos(2πy)/2, Lipschitz with λ = π. */
function eggBox(): Target {
  return target((x) => (Math.sin(TAU * x[0]) * Math.cos(TAU * x[1])) / 2, {
    dimension: 2,
    lipschitz: Math.PI,
    title: "egg box",
  });
}

/** Three Gaussian hills Σ h exp(−‖x−c‖²/2w²) on [0,1]², λ = Σ |h|/(w√e). */
function hills(): Target {
  const list = [
    { x: 0.3, y: 0.35, h: 0.8, w: 0.12 },
    { x: 0.7, y: 0.6, h: 0.6, w: 0.18 },
    { x: 0.35, y: 0.8, h: -0.4, w: 0.15 },
  ];
  return target(
    (p) =>
      list.reduce(
        (sum, { x, y, h, w }) => sum + h * Math.exp(-((p[0] - x) ** 2 + (p[1] - y) ** 2) / (2 * w * w)),
        0,
      ),
    {
      dimension: 2,
      lipschitz: list.reduce((sum, { h, w }) => sum + Math.abs(h) / (w * Math.sqrt(Math.E)), 0),
      title: "hills",
    },
  );
}

/** A ball of radius 0.35 in [0,1]³ with a soft edge: 1 inside, 0 outside, slope 4 between. */
function ball(): Target {
  return target(
    (x) => {
      const r = Math.hypot(x[0] - 0.5, x[1] - 0.5, x[2] - 0.5);
      return Math.min(Math.max(0.5 - 4 * (r - 0.35), 0), 1);
    },
    { dimension: 3, lipschitz: 4, title: "soft ball" },
  );
}

/** Functions to try the theorems on, each with a proven modulus; every entry builds a Target. */
export const gallery = Object.freeze({
  smooth,
  kink,
  oscillating,
  holderHalf,
  weierstrass,
  steps,
  eggBox,
  hills,
  ball,
});
