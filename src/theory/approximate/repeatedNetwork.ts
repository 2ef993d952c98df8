import { shown } from "../../common/shown";
import { add } from "../exact/arithmetic";
import { dyadic, ONE } from "../exact/dyadic";
import { type BiasTuple, type Layer, layer, type WeightTuple } from "../relu/layer";
import { type ReluNetwork, reluNetwork } from "../relu/reluNetwork";
import type { Approximation } from "../value/approximation";

/** A network in which one block follows itself. */
export type RepeatedNetwork = {
  /** φ = last ∘ block ∘ … ∘ block ∘ first. */
  readonly network: ReluNetwork;
  /** The block, the same in every step and for every f: two layers R^{2n+2} → R^{2n+2}. */
  readonly block: ReluNetwork;
  /** How often the block is applied: K + 1, once for each node. */
  readonly steps: number;
};

/** What a step hands on: c, then y₁ … y_n, the products θ_ℓ·hat of the last node, and the sum of those before. */
const places = (n: number) => ({
  c: 0,
  y: (l: number) => 1 + l,
  product: (l: number) => 1 + n + l,
  sum: 1 + 2 * n,
  size: 2 * n + 2,
});

/**
 * The block: c ↦ c − 1, y ↦ 2y − u, product ↦ σ(u − |c − K|), sum ↦ sum + Σ_ℓ 2^{−ℓ}·product_ℓ, where u is the
 * leading bit of y, a multiple of 2^{−N}, N = K + 1: u = σ(2^N(y − ½) + 1) − σ(2^N(y − ½)), with the same slope 2^N
 * in every step.
 */
function blockLayers(n: number, K: number): readonly [Layer, Layer] {
  const at = places(n);
  const N = K + 1;
  const steep = dyadic(1n, N);
  const first = { weights: [] as WeightTuple[], biases: [] as BiasTuple[] };
  const second = { weights: [] as WeightTuple[], biases: [] as BiasTuple[] };
  // First layer: σ(c − K), σ(K − c), c − 1, sum, then for each y: σ(z + 1), σ(z) and y, z = 2^N(y − ½).
  const [above, below, less, sum] = [0, 1, 2, 3];
  const raised = (l: number) => 4 + 3 * l;
  first.weights.push([above, at.c, ONE], [below, at.c, dyadic(-1n)], [less, at.c, ONE], [sum, at.sum, ONE]);
  first.biases.push([above, dyadic(BigInt(-K))], [below, dyadic(BigInt(K))], [less, dyadic(-1n)]);
  second.weights.push([at.c, less, ONE], [at.sum, sum, ONE]);
  for (let l = 0; l < n; l++) {
    const z = raised(l);
    first.weights.push([sum, at.product(l), dyadic(1n, -l - 1)]);
    first.weights.push([z, at.y(l), steep], [z + 1, at.y(l), steep], [z + 2, at.y(l), ONE]);
    first.biases.push([z, add(dyadic(-1n, N - 1), ONE)], [z + 1, dyadic(-1n, N - 1)]);
    second.weights.push([at.y(l), z + 2, dyadic(2n)], [at.y(l), z, dyadic(-1n)], [at.y(l), z + 1, ONE]);
    const product = at.product(l);
    second.weights.push([product, z, ONE], [product, z + 1, dyadic(-1n)]);
    second.weights.push([product, above, dyadic(-1n)], [product, below, dyadic(-1n)]);
  }
  const width = 4 + 3 * n;
  return [
    layer({ inputs: at.size, width, activation: "relu", ...first }),
    layer({ inputs: width, width: at.size, activation: "relu", ...second }),
  ];
}

/**
 * A continuous φ of one variable as a network of one block that is applied K + 1 times, with the same weights in each
 * step: 13n + 9 of them, where the unrolled network has about K·(13 + 15n). What knows f stands before the block (a₁ …
 * a_n) and after it (s, b). Its error is of order 1/r for r = K + 1 steps, as that of Zhang, Lu and Zhao's networks
 * [arXiv 2301.12353], which do it for every d; this block is ours.
 * @throws RangeError unless φ is approximateContinuous(f, { n }) with f of one variable, its bits in a₁ … a_n uncut.
 */
export function repeatedNetwork(phi: Approximation): RepeatedNetwork {
  const { construction, grid, n, intrinsic } = phi;
  const keys = Array.from({ length: n }, (_, l) => intrinsic[`a${l + 1}`]);
  if (construction !== "continuous" || grid.d !== 1 || keys.some((key) => key === undefined))
    throw new RangeError(
      `repeatedNetwork expects approximateContinuous(f, { n }) with f of one variable and parameters "few"; got ${shown(construction)} in dimension ${shown(grid.d)} with ${shown(Object.keys(intrinsic))}.`,
    );
  const { K } = grid;
  const at = places(n);
  // c = Kx + K − m in step m, so that |c − K| is the distance to node m, and c never falls below 0.
  const first = layer({
    inputs: 1,
    width: at.size,
    activation: "relu",
    weights: [[at.c, 0, dyadic(1n, n)]],
    biases: [[at.c, dyadic(BigInt(K))], ...keys.map((a, l) => [at.y(l), a, `a${l + 1}`] as const)],
  });
  const { s, b } = intrinsic;
  const middle = dyadic(1n, -n - 1);
  const mean = layer({
    inputs: at.size,
    width: 1,
    activation: "relu",
    weights: [[0, at.sum, ONE], ...keys.map((_, l) => [0, at.product(l), dyadic(1n, -l - 1)] as const)],
    biases: [[0, middle]],
  });
  const range = layer({
    inputs: 1,
    width: 1,
    activation: "identity",
    weights: [[0, 0, s, "s"]],
    biases: [[0, b, "b"]],
  });
  const block = blockLayers(n, K);
  const steps = K + 1;
  const repeated = Array.from({ length: steps }, () => block).flat();
  return Object.freeze({
    network: reluNetwork([first, ...repeated, mean, range]),
    block: reluNetwork(block),
    steps,
  });
}
