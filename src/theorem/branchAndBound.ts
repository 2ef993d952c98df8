import type { Approximation } from "./approximation";
import type { Certificate, CertificateSettings } from "./certificate";
import { type CellBounds, measureCells } from "./certificateBounds";
import { bisect, type Cells, startCells } from "./certificateCells";

/** What one round proves, and which of its boxes, at most `room`, are worth cutting in two. */
export type Round = {
  readonly lower: number;
  readonly upper: number;
  readonly choose: (room: number) => number[];
};

/** Measures all boxes, cuts the chosen ones in two, measures their halves, and so on; yields after each round. */
export function* branchAndBound(
  phi: Approximation,
  { tolerance, maxCells, region }: CertificateSettings,
  examine: (cells: Cells, bounds: CellBounds) => Round,
): Generator<Certificate, Certificate> {
  let examined = 0;
  let cells: Cells = startCells(phi, region);
  let parents: CellBounds | undefined;
  for (;;) {
    const bounds = measureCells(phi, cells, parents);
    examined += cells.count;
    const { lower, upper, choose } = examine(cells, bounds);
    const soFar = { lower, upper, converged: upper - lower <= tolerance, cells: examined };
    yield soFar;
    const room = Math.floor((maxCells - examined) / 2);
    const chosen = soFar.converged || room <= 0 ? [] : choose(room);
    if (chosen.length === 0) return soFar;
    cells = bisect(cells, chosen, phi.grid.d);
    parents = bounds.select(chosen);
  }
}
