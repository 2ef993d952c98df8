import type { Approximation } from "../value/approximation";
import { bisect, type Cells, startCells } from "./cells";
import { type Breathing, type Certificate, type CertificateSettings, enclose } from "./certificate";
import { type CellBounds, carefulPaces, measureCells, type Parents, selectParents } from "./measureCells";
import { startNodeCells } from "./nodeCells";

/** What one round proves, and which of its boxes, at most `room`, are worth cutting in two. */
export type Round = {
  readonly lower: number;
  readonly upper: number;
  readonly choose: (room: number) => Breathing<readonly number[]>;
};

/** One certificate a round, and undefined every few milliseconds in between; the last certificate is the result. */
export type Rounds = Generator<Certificate | undefined, Certificate>;

/** Arrays that the rounds of a certificate use again. */
type Arrays = {
  /** Of the boxes of this round and of another one. */
  cells?: Cells;
  others?: Cells;
  bounds?: CellBounds;
  parents?: Parents;
};

/** The arrays of a certificate that has ended: most have few boxes, and new arrays would take as long as these. */
let idle: Arrays | undefined;
/** Longer arrays are not kept. */
const MOST_KEPT = 4096;

/** Measures all boxes, cuts the chosen ones in two, measures their halves, and so on; yields after each round. */
export function* branchAndBound(
  phi: Approximation,
  { norm, tolerance, maxCells, region }: CertificateSettings,
  examine: (cells: Cells, bounds: CellBounds) => Breathing<Round>,
): Rounds {
  const { d } = phi.grid;
  // No other certificate has them until this one ends.
  const { cells: first, others: second, bounds: oldBounds, parents: oldParents } = idle ?? {};
  idle = undefined;
  let examined = 0;
  let cells: Cells =
    phi.nodes === undefined
      ? yield* startCells(phi, region, first)
      : yield* startNodeCells(phi, phi.nodes, first);
  let others = second;
  let bounds = oldBounds;
  let parents: Parents | undefined;
  const paces = carefulPaces();
  for (;;) {
    bounds = yield* measureCells(phi, cells, norm, paces, parents, bounds);
    examined += cells.count;
    const { lower, upper, choose } = yield* examine(cells, bounds);
    const soFar = enclose(lower, upper, examined, tolerance);
    yield soFar;
    const room = Math.floor((maxCells - examined) / 2);
    const chosen = soFar.converged || room <= 0 ? [] : yield* choose(room);
    if (chosen.length === 0) {
      parents ??= oldParents;
      if (Math.max(cells.half.length, others?.half.length ?? 0) <= MOST_KEPT)
        idle = { cells, ...(others && { others }), bounds, ...(parents && { parents }) };
      return soFar;
    }
    const halves: Cells = yield* bisect(cells, chosen, d, others);
    parents = selectParents(bounds, chosen, d, parents ?? oldParents);
    others = cells;
    cells = halves;
  }
}
