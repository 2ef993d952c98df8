import { CAREFUL_VECTORS, carefulLookUp } from "./carefulLookUp";
import { BLOCK_PARAMETERS, inTurns, noteTurn } from "./pointBlocks";
import { canLookUpQuickly, quickLocals, quickLookUp, quickNumbers } from "./quickLookUp";
import { type Code, f64, f64x2, v128, vectorLocals, webAssemblyModule } from "./webAssembly";

const FLOAT64 = Float64Array.BYTES_PER_ELEMENT;

/** Points that are looked up in one turn of the loop: twice four on the line, where that was measured to be faster. */
export const pointsInTurn = (d: number): number => (d === 1 ? 8 : 4);

/**
 * A WebAssembly module with one function, which looks up points of d coordinates among K = 2^n cubes along each axis.
 * The points are in memory at `points`, row-major; the table is at 8, between two NaN. Its entries for the points' cubes
 * go to `values` … `end` and up to a turn's points further, NaN for a point that is not well inside a cube. pointBlocks
 * tells what the function notes and returns. The points of a turn are looked up quickly, or else carefully.
 */
export function lookUpModule(d: number, n: number): Uint8Array {
  const count = pointsInTurn(d);
  const isQuick = canLookUpQuickly(n);
  return webAssemblyModule<string>({
    parameters: { ...BLOCK_PARAMETERS, threshold: "f64", quickLimit: "i32" },
    locals: { ...vectorLocals(CAREFUL_VECTORS), ...(isQuick && quickLocals(d, count / 4)) },
    result: "i32",
    body: (local) => {
      const { values, notes, cubes, limit, threshold, unusual } = local;
      const twoCarefully = carefulLookUp(d, local);
      const carefully: Code = [
        ...unusual.set(v128.xor(unusual.get, unusual.get)),
        ...Array.from({ length: count / 2 }, (_, pair) => twoCarefully(2 * FLOAT64 * pair)).flat(),
        ...noteTurn(unusual.get, { values, notes }),
      ];
      return [
        ...cubes.set(f64x2.splat(f64.const(2 ** n))),
        ...limit.set(f64x2.splat(threshold.get)),
        ...(isQuick ? quickNumbers(n, local.quickLimit.get, local) : []),
        ...inTurns(d, count, local, isQuick ? quickLookUp([d, n, count / 4], local, carefully) : carefully),
      ];
    },
  });
}
