import type { Approximation } from "../value/approximation";
import { bisect, type Cells, startCells } from "./cells";
import { type Breathing, type Certificate, type CertificateSettings, enclose } from "./certificate";
import { type CellBounds, carefulPaces, measureCells, selectParents } from "./measureCells";
import { startNodeCells } from "./nodeCells";

/** What one round proves, and which of its boxes, at most `room`, are worth cutting in two. */
export type Round = {
  readonly lower: number;
  readonly upper: number;
  readonly choose: (room: number) => Breathing<readonly number[]>;
};

/** One certificate a round, and undefined every few milliseconds in between; the last certificate is the result. */
export type Rounds = Generator<Certificate | undefined, Certificate>;

/** Measures all boxes, cuts the chosen ones in two, measures their halves, and so on; yields after each round. */
export function* branchAndBound(
  phi: Approximation,
  { norm, tolerance, maxCells, region }: CertificateSettings,
  examine: (cells: Cells, bounds: CellBounds) => Breathing<Round>,
): Rounds {
  const { d } = phi.grid;
  let examined = 0;
  let cells: Cells =
    phi.nodes === undefined ? yield* startCells(phi, region) : yield* startNodeCells(phi, phi.nodes);
  const paces = carefulPaces();
  let parents: ReturnType<typeof selectParents> | undefined;
  for (;;) {
    const bounds: CellBounds = yield* measureCells(phi, cells, norm, paces, parents);
    examined += cells.count;
    const { lower, upper, choose } = yield* examine(cells, bounds);
    const soFar = enclose(lower, upper, examined, tolerance);
    yield soFar;
    const room = Math.floor((maxCells - examined) / 2);
    const chosen = soFar.converged || room <= 0 ? [] : yield* choose(room);
    if (chosen.length === 0) return soFar;
    cells = yield* bisect(cells, chosen, d);
    parents = selectParents(bounds, chosen, d);
    yield;
  }
}
