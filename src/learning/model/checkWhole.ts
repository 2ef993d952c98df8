import { shown } from "../../common/shown";
/** @throws RangeError naming the first of the values that is no whole number ≥ `least`. */
export function checkWhole(values: Readonly<Record<string, number>>, least: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(`${name} must be a whole number ≥ ${least}; got ${shown(value)}.`);
    }
  }
}
