import { add, compare, relu, scale, subtract } from "../exact/arithmetic";
import { type Dyadic, dyadic, ONE, ZERO } from "../exact/dyadic";
import { checkLength, type Grid } from "../grid/grid";
import { checkNode } from "../grid/lattice";
import { type Combination, layering, weigh } from "../relu/layering";
import type { ReluNetwork } from "../relu/reluNetwork";

/** max(0, z₁ … z_i) and max(0, −z₁ … −z_i) for the coordinates seen so far. */
export type Reach = { readonly above: Combination; readonly below: Combination };

/** The neurons that bring z into the maxima: max(m, z) = m + σ(z − m). */
export function askReach(z: Combination, reach: Reach | undefined): readonly Combination[] {
  if (reach === undefined) return [z, weigh([[z, -1]])];
  const { above, below } = reach;
  return [
    above,
    weigh([
      [z, 1],
      [above, -1],
    ]),
    below,
    weigh([
      [z, -1],
      [below, -1],
    ]),
  ];
}

/** The maxima, from the neurons that askReach asked for. */
export function takeReach(neurons: readonly Combination[]): Reach {
  if (neurons.length === 2) return { above: neurons[0], below: neurons[1] };
  const [above, more, below, less] = neurons;
  return {
    above: weigh([
      [above, 1],
      [more, 1],
    ]),
    below: weigh([
      [below, 1],
      [less, 1],
    ]),
  };
}

/**
 * The hat function of node v as a network R^d → R: hat_v(x) = σ(1 − T), T = max(0, z₁ … z_d) + max(0, −z₁ … −z_d),
 * z = Kx − v. It is 1 at v/K, 0 at all other nodes and linear on each simplex of the Kuhn (Freudenthal)
 * triangulation [Yarotsky 2018, arXiv 1802.03620, there called a spike function].
 * @throws RangeError unless v holds d integers from 0 to K.
 */
export function hatNetwork(grid: Grid, v: ArrayLike<number>): ReluNetwork {
  checkNode(grid, v, "hatNetwork");
  const { d, n } = grid;
  const { inputs, lay, end } = layering(d);
  let x = lay(inputs.map((input) => weigh([[input, dyadic(1n, n)]])));
  let reach: Reach | undefined;
  for (let i = 0; i < d; i++) {
    const asked = askReach(weigh([[x[0], 1]], -v[i]), reach);
    const laid = lay([...asked, ...x.slice(1)]);
    reach = takeReach(laid.slice(0, asked.length));
    x = laid.slice(asked.length);
  }
  const { above, below } = reach as Reach;
  return end(
    lay([
      weigh(
        [
          [above, -1],
          [below, -1],
        ],
        1,
      ),
    ]),
  );
}

/**
 * hat_v(x) in closed form.
 * @throws RangeError unless v holds d integers from 0 to K and x has d coordinates.
 */
export function hatValue(grid: Grid, v: ArrayLike<number>, x: readonly Dyadic[]): Dyadic {
  checkNode(grid, v, "hatValue");
  checkLength(grid, x, "hatValue");
  let [most, least] = [ZERO, ZERO];
  x.forEach((t, i) => {
    const z = subtract(scale(t, grid.n), dyadic(BigInt(v[i])));
    if (compare(z, most) > 0) most = z;
    if (compare(z, least) < 0) least = z;
  });
  return relu(add(ONE, subtract(least, most)));
}
